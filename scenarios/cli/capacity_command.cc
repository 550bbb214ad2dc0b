#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "scenarios/capacity/capacity.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/progress.h"
#include "scenarios/read/tree_file.h"
#include "sim/core/diagnostics.h"

namespace headroom::cli {
namespace {

struct Options {
  std::string file;
  capacity::Question question;
  double rate = 0.0;
  std::uint32_t most = 0;
  bool curve = false, json = false, csv = false, quiet = false;
  std::vector<std::string> types;
};

int Run(const Options& o) {
  if (o.json && o.csv) throw ConfigError("give one of --json and --csv");
  if (o.rate > 0.0 && o.curve) throw ConfigError("give one of --rate and --curve");
  CatchInterrupts();
  const config::Node root = scenario::ReadTreeWithIncludes(o.file);
  capacity::Capacity capacity(root, o.file, o.question);
  const auto going = [] { return !Interrupted(); };
  const bool told = !o.quiet && isatty(STDERR_FILENO);
  int runs = 0;
  const auto tell = [&](const capacity::Load& l) {
    if (told)
      fmt::print(stderr, "run {}: {:.4g} {}{}: {:.2f} % meet the SLO\n", ++runs, l.rate, capacity.rate_unit(),
                 l.replicas > 0 ? fmt::format(" on {} replicas", l.replicas) : "", 100 * l.attainment);
  };
  std::vector<std::string> names;
  std::vector<std::vector<capacity::Load>> loads;
  std::string text;
  std::size_t unanswered = 0;
  const std::vector<std::string> types = o.types.empty() ? std::vector<std::string>{""} : o.types;
  for (const std::string& type : types) {
    if (!type.empty()) capacity.UseType(type);
    names.push_back(type.empty() ? capacity.workload() : type);
    loads.emplace_back();
    std::optional<capacity::Load> best;
    if (o.rate > 0.0)
      best = capacity.FewestReplicas(o.rate, o.most, tell, going);
    else
      best = capacity.HighestRate(tell, going);
    if (Interrupted()) {
      fmt::print(stderr, "headroom: interrupted\n");
      return kInterrupted;
    }
    if (!best) {
      ++unanswered;
      fmt::print(stderr, "{}: no answer: {}\n", names.back(), capacity.problem());
      continue;
    }
    if (o.curve)
      loads.back() = capacity.Curve(best->rate, {0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9}, tell, going);
    if (Interrupted()) {
      fmt::print(stderr, "headroom: interrupted\n");
      return kInterrupted;
    }
    loads.back().push_back(*best);
    const char* what = o.rate > 0.0 ? "fewest replicas that carry the rate"
                       : o.curve    ? "up to the highest rate that meets the SLO"
                                    : "highest rate that meets the SLO";
    text += capacity::CapacityText(capacity, fmt::format("{}: {}", names.back(), what), loads.back());
  }
  if (o.json)
    fmt::print("{}", capacity::CapacityJson(capacity, names, loads));
  else if (o.csv)
    fmt::print("{}", capacity::CapacityCsv(names, loads));
  else
    fmt::print("{}", text);
  return unanswered == 0 ? kDone : kForbidden;
}

}  // namespace

Action AddCapacity(CLI::App& app) {
  auto o = std::make_shared<Options>();
  app.add_option("scenario", o->file, "scenario file with a serving workload and its SLO")->required();
  app.add_option("--workload", o->question.workload, "which, where several serve");
  app.add_option("--rate", o->rate, "requests per second (users of a closed loop): find the fewest replicas that carry them");
  app.add_option("--most", o->most, "with --rate: replicas to try at most (default: what the accelerators hold)");
  app.add_flag("--curve", o->curve, "also run at shares of the highest rate: cost per token against tokens/s per user");
  app.add_option("--types", o->types, "node or rack types to put in the place of the site's first system")->delimiter(',');
  app.add_flag("--each", o->question.each, "each SLO holds for its share of requests by itself, not all together");
  app.add_option("--tolerance", o->question.tolerance, "of the rate, relative (default 0.02)")->check(CLI::Range(1e-4, 0.5));
  app.add_option("--set", o->question.set, "PATH=VALUE: change the scenario first");
  app.add_option("--jobs", o->question.jobs, "runs of a curve at a time")->check(CLI::Range(1, 256));
  app.add_flag("--json", o->json, "print one JSON object");
  app.add_flag("--csv", o->csv, "print a table of comma-separated values");
  app.add_flag("--quiet", o->quiet, "no line per run on the terminal");
  return [o] { return Run(*o); };
}

}  // namespace headroom::cli
