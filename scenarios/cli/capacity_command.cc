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
  const bool highest = o.rate <= 0.0 || o.curve;
  std::vector<capacity::Answer> answers;
  std::size_t unanswered = 0;
  const std::vector<std::string> types = o.types.empty() ? std::vector<std::string>{""} : o.types;
  for (const std::string& type : types) {
    if (!type.empty()) capacity.UseType(type);
    capacity::Answer& answer = answers.emplace_back();
    answer.name = type.empty() ? capacity.workload() : type;
    if (highest) answer.highest = capacity.HighestRate(tell, going);
    if (highest && answer.highest && o.curve && !Interrupted())
      answer.curve = capacity.Curve(answer.highest->rate, {0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9}, tell, going);
    if (highest && !answer.highest) answer.problem = capacity.problem();
    if (o.rate > 0.0 && !Interrupted()) answer.fewest = capacity.FewestReplicas(o.rate, o.most, tell, going);
    if (o.rate > 0.0 && !answer.fewest) answer.problem = capacity.problem();
    if (Interrupted()) {
      fmt::print(stderr, "headroom: interrupted\n");
      return kInterrupted;
    }
    if (answer.problem.empty()) continue;
    ++unanswered;
    fmt::print(stderr, "{}: no answer: {}\n", answer.name, answer.problem);
  }
  if (o.json)
    fmt::print("{}", capacity::CapacityJson(capacity, answers));
  else if (o.csv)
    fmt::print("{}", capacity::CapacityCsv(answers));
  else
    fmt::print("{}", capacity::CapacityText(capacity, answers));
  return unanswered == 0 ? kDone : kForbidden;
}

}  // namespace

Action AddCapacity(CLI::App& app) {
  auto o = std::make_shared<Options>();
  app.add_option("scenario", o->file, "scenario file with a serving workload and its SLO")->required();
  app.add_option("--workload", o->question.workload, "which, where several serve");
  app.add_option("--rate", o->rate, "requests per second (users of a closed loop): find the fewest replicas that carry them, with --curve besides the highest rate");
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
