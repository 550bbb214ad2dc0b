#pragma once

#include <string>
#include <vector>

#include "scenarios/replay/telemetry.h"
#include "sim/probe/recorder.h"

namespace headroom::replay {

/// Keeps the values of some signals of a run, one per recording interval, and passes everything on to another recorder.
class SignalRecorder final : public Recorder {
 public:
  /// `names`: SERIES or SERIES:ENTITY. `next` may be null. `rack_power:rack-N` is the power of a rack's group over its racks.
  SignalRecorder(std::vector<std::string> names, Recorder* next);
  SeriesId AddSeries(const SeriesSpec& spec) override;
  void Put(SeriesId series, std::size_t entity, double value) override;
  void EndInterval(double time) override;
  void WriteTable(const Table& table) override;

  struct Recorded {
    std::string name, units, long_name;
    bool point = false;          ///< at the end of its interval; else the mean over it
    std::vector<double> values;  ///< by interval
  };
  const std::vector<double>& times() const { return times_; }
  const std::vector<Recorded>& signals() const { return signals_; }
  /// What signal `index` was over (from, to]: its mean by time, or its last value. NaN where nothing was recorded.
  double Over(std::size_t index, double from, double to) const;
  /// Of the site's racks, for rack_power. Before the first interval.
  void SetRacks(const std::vector<int>& group_of_rack, const std::vector<int>& racks_of_group);

 private:
  struct Source {
    std::size_t signal = 0, entity = 0;
    double scale = 1.0;
  };
  /// @throws ConfigError naming the first signal that no series has.
  void Resolve();
  Recorder* next_;
  std::vector<SeriesSpec> specs_;
  std::vector<SeriesId> passed_;
  std::vector<std::vector<Source>> sources_;  ///< by series
  std::vector<Recorded> signals_;
  std::vector<double> times_, now_;
  std::vector<int> group_of_rack_, racks_of_group_;
  bool resolved_ = false;
};

}  // namespace headroom::replay
