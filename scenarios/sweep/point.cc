#include "scenarios/sweep/point.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

#include "analysis/hdf5/report_writer.h"
#include "scenarios/build/simulation.h"
#include "scenarios/sweep/held_recorder.h"
#include "scenarios/sweep/rows.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"
#include "sim/core/exit_status.h"

namespace headroom::sweep {
namespace {

constexpr int kDone = 0, kForbidden = 3;

std::string OwnName(const Folder& folder, const Point& point) {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  return fmt::format("{}/{}.{}.{}.h5", folder.work(), point.id, host, getpid());
}

void Rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0)
    throw IoError(fmt::format("cannot rename {} to {}: {}", from, to,
                              std::generic_category().message(errno)));
}

scenario::Prepared PrepareWith(const Plan& plan, const config::Node& base, std::vector<std::string> overrides) {
  scenario::LoadOptions options;
  options.variant = plan.variant;
  options.overrides = std::move(overrides);
  return scenario::Prepare(base, plan.base_path, std::move(options));
}

scenario::Prepared PreparePoint(const Plan& plan, const config::Node& base, const Point& point) {
  scenario::Prepared prepared = PrepareWith(plan, base, Overrides(plan, point));
  if (PointId(prepared.loaded.resolved, plan.version) != point.id)
    throw ConfigError(
        fmt::format("{} has changed since the sweep was planned; plan it again", plan.base_path));
  return prepared;
}

/// The report of a point, from its first byte to its name.
class PointReport {
 public:
  PointReport(const Folder& folder, const Plan& plan, const Point& point, const scenario::LoadedScenario& loaded)
      : folder_(folder), point_(point), own_(OwnName(folder, point)), writer_(own_, From(plan, loaded)) {}
  Recorder& recorder() { return writer_; }

  int Finish(const scenario::Outcome& outcome) {
    writer_.Finish(outcome.status, outcome.simulated_s, outcome.metrics);
    AppendRow(folder_, point_.id, own_, outcome.status, outcome.metrics);
    if (outcome.status == "done") {
      Rename(own_, folder_.report(point_.id));
      return kDone;
    }
    fmt::print(stderr, "{}: {}\n", outcome.status, outcome.explanation);
    std::fflush(stderr);
    // The log comes before the report: with the report's name the point is over.
    if (FILE* log = std::fopen(folder_.log(point_.id, kForbidden).c_str(), "wb")) {
      fmt::print(log, "{}: {}\n", outcome.status, outcome.explanation);
      std::fclose(log);
    }
    Rename(own_, folder_.report(point_.id));
    return kForbidden;
  }

 private:
  static report::Provenance From(const Plan& plan, const scenario::LoadedScenario& loaded) {
    report::Provenance provenance;
    provenance.title = loaded.scenario.name();
    provenance.scenario_text = loaded.resolved;
    provenance.schema_version = loaded.scenario.schema();
    provenance.seed = loaded.scenario.seed();
    provenance.program_version = plan.version;
    return provenance;
  }

  const Folder& folder_;
  const Point& point_;
  std::string own_;
  report::ReportWriter writer_;
};

bool GoOn(double, double) { return true; }

int Run(const Folder& folder, const Plan& plan, const config::Node& base, const Point& point) {
  const scenario::Prepared prepared = PreparePoint(plan, base, point);
  scenario::Simulation simulation(prepared.loaded, prepared.library);
  PointReport report(folder, plan, point, prepared.loaded);
  return report.Finish(simulation.Run(report.recorder(), GoOn));
}

int Branch(const Folder& folder, const Plan& plan, const config::Node& base, const Point& any,
           const std::function<const Point&()>& next) {
  const scenario::Prepared prefix = PrepareWith(plan, base, PrefixOverrides(plan, any));
  scenario::Simulation simulation(prefix.loaded, prefix.library);
  HeldRecorder held;
  std::optional<scenario::Prepared> own;
  std::optional<PointReport> report;
  simulation.SetBranch(plan.from, [&] {
    const Point& point = next();
    own = PreparePoint(plan, base, point);
    simulation.TakeChanges(own->loaded);
    report.emplace(folder, plan, point, own->loaded);
    held.PassOn(report->recorder());
  });
  const scenario::Outcome outcome = simulation.Run(held, GoOn);
  HR_CHECK(report, outcome.status);
  return report->Finish(outcome);
}

}  // namespace

int RunPoint(const Folder& folder, const Plan& plan, const config::Node& base, const Point& point) {
  return RunToExitStatus([&] { return Run(folder, plan, base, point); });
}

int RunFromPrefix(const Folder& folder, const Plan& plan, const config::Node& base,
                  const Point& any, const std::function<const Point&()>& next) {
  return RunToExitStatus([&] { return Branch(folder, plan, base, any, next); });
}

}  // namespace headroom::sweep
