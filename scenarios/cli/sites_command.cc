#include <fmt/format.h>

#include <memory>

#include "scenarios/cli/command.h"
#include "scenarios/sites/site_plan.h"

namespace headroom::cli {

Action AddSites(CLI::App& app) {
  struct Options {
    std::string file, least = "cost";
    bool json = false;
  };
  auto o = std::make_shared<Options>();
  app.add_option("FILE", o->file, "tasks and offers (docs/models/scheduling.md)")->required();
  app.add_option("--least", o->least, "cost or time (default: cost)")->check(CLI::IsMember({"cost", "time"}));
  app.add_flag("--json", o->json, "one JSON object, in USD and seconds");
  return [o] {
    fmt::print("{}", sites::PlanText(o->file, o->least == "time", o->json));
    return int{kDone};
  };
}

}  // namespace headroom::cli
