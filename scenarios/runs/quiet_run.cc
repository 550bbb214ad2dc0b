#include "scenarios/runs/quiet_run.h"

#include "sim/core/diagnostics.h"

namespace headroom::runs {
namespace {

/// Drops what a run records.
class Silent final : public Recorder {
 public:
  SeriesId AddSeries(const SeriesSpec&) override { return SeriesId(count_++); }
  void Put(SeriesId, std::size_t, double) override {}
  void EndInterval(double) override {}
  void WriteTable(const Table&) override {}

 private:
  std::uint32_t count_ = 0;
};

}  // namespace

MetricSet RunQuietly(const scenario::Prepared& prepared) {
  scenario::Simulation simulation(prepared.loaded, prepared.library);
  Silent silent;
  const scenario::Outcome outcome = simulation.Run(silent, [](double, double) { return true; });
  if (outcome.status != "done") throw ConfigError(outcome.status + ": " + outcome.explanation);
  return outcome.metrics;
}

}  // namespace headroom::runs
