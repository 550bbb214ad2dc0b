#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sim/core/id.h"

namespace headroom {

using SeriesId = Id<struct SeriesTag>;

/// A quantity over time for a list of entities: (time, entity), one value per recording interval.
struct SeriesSpec {
  std::string name;          ///< dataset name, e.g. "rack_power"
  std::string units;         ///< UDUNITS spelling: "W", "degC", "s-1", "1"
  std::string long_name;     ///< one sentence
  std::string cell_methods;  ///< "time: mean", "time: point", "time: maximum"
  std::string dimension;     ///< name of the entity axis ("rack"); empty: a series of one
  std::vector<std::string> entities;
};

/// One column of a table. Categories are uint8 with `flags` naming the values 0, 1, 2 ...
struct Column {
  std::string name;
  std::string units;
  std::string long_name;
  std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::uint8_t>,
               std::vector<std::string>>
      values;
  std::vector<std::string> flags;
};

/// Equal-length columns under `path` ("/workloads/chat/requests").
struct Table {
  std::string path;
  std::string dimension;  ///< name of the row axis ("request")
  std::vector<Column> columns;
};

/// Takes what a run records. Models see only this; analysis/hdf5 writes it.
class Recorder {
 public:
  virtual ~Recorder() = default;
  /// Announces a series; all are announced before the first EndInterval().
  virtual SeriesId AddSeries(const SeriesSpec& spec) = 0;
  /// Sets the value of one entity for the interval that ends next; what is not set is missing.
  virtual void Put(SeriesId series, std::size_t entity, double value) = 0;
  /// Closes a recording interval; `time` in seconds from the start is its end. Strictly increasing.
  virtual void EndInterval(double time) = 0;
  /// Writes a whole table.
  virtual void WriteTable(const Table& table) = 0;
};

}  // namespace headroom
