#pragma once

#include <cstdint>
#include <vector>

#include "sim/probe/recorder.h"

namespace headroom::sweep {

/// Holds what a run records, until it is told where that goes; from then on it passes on. Whoever
/// takes it sees the calls of an undivided run.
class HeldRecorder final : public Recorder {
 public:
  SeriesId AddSeries(const SeriesSpec& spec) override;
  void Put(SeriesId series, std::size_t entity, double value) override;
  void EndInterval(double time) override;
  void WriteTable(const Table& table) override;
  /// Once. `to` outlives the run.
  void PassOn(Recorder& to);

 private:
  static constexpr std::uint32_t kInterval = UINT32_MAX, kTable = UINT32_MAX - 1;
  /// A value of a series; or the end of an interval, its time the value; or a table, its place the entity.
  struct Entry {
    std::uint32_t series, entity;
    double value;
  };
  std::vector<SeriesSpec> specs_;
  std::vector<Entry> entries_;
  std::vector<Table> tables_;
  Recorder* to_ = nullptr;
};

}  // namespace headroom::sweep
