#include "scenarios/sweep/point.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <new>
#include <system_error>

#include "analysis/hdf5/report_writer.h"
#include "scenarios/build/simulation.h"
#include "sim/core/diagnostics.h"
#include "sim/core/exit_status.h"

namespace headroom::sweep {
namespace {

constexpr int kDone = 0, kInternalError = 1, kBadInput = 2, kForbidden = 3, kIoError = 5;

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

int Run(const Folder& folder, const Plan& plan, const config::Node& base, const Point& point) {
  scenario::LoadOptions options;
  options.variant = plan.variant;
  options.overrides = Overrides(point);
  const scenario::Prepared prepared = scenario::Prepare(base, plan.base_path, std::move(options));
  if (PointId(prepared.loaded.resolved, plan.version) != point.id)
    throw ConfigError(
        fmt::format("{} has changed since the sweep was planned; plan it again", plan.base_path));
  scenario::Simulation simulation(prepared.loaded, prepared.library);
  report::Provenance provenance;
  provenance.title = prepared.loaded.scenario.name();
  provenance.scenario_text = prepared.loaded.resolved;
  provenance.schema_version = prepared.loaded.scenario.schema();
  provenance.seed = prepared.loaded.scenario.seed();
  provenance.program_version = plan.version;
  const std::string own = OwnName(folder, point);
  report::ReportWriter writer(own, provenance);
  const scenario::Outcome outcome = simulation.Run(writer, [](double, double) { return true; });
  writer.Finish(outcome.status, outcome.simulated_s, outcome.metrics);
  if (outcome.status == "done") {
    Rename(own, folder.report(point.id));
    return kDone;
  }
  fmt::print(stderr, "{}: {}\n", outcome.status, outcome.explanation);
  std::fflush(stderr);
  // The log comes before the report: with the report's name the point is over.
  if (FILE* log = std::fopen(folder.log(point.id, kForbidden).c_str(), "wb")) {
    fmt::print(log, "{}: {}\n", outcome.status, outcome.explanation);
    std::fclose(log);
  }
  Rename(own, folder.report(point.id));
  return kForbidden;
}

}  // namespace

int RunPoint(const Folder& folder, const Plan& plan, const config::Node& base, const Point& point) {
  return RunToExitStatus([&] { return Run(folder, plan, base, point); });
}

}  // namespace headroom::sweep
