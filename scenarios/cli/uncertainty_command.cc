#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_options.h"
#include "scenarios/study/uncertainty.h"

namespace headroom::cli {

Action AddUncertainty(CLI::App& app) {
  struct Options {
    ScenarioOptions scenario;
    std::vector<std::string> bands, metrics;
    std::size_t runs = 19;
    bool only = false, json = false;
  };
  auto o = std::make_shared<Options>();
  o->scenario.AddTo(app);
  app.add_option("--band", o->bands, "PARAMETER=SHARE, for example accelerator/h100:tdp=5 %; may be given again")
      ->expected(1)
      ->take_all();
  app.add_flag("--only", o->only, "no bands but those given");
  app.add_option("--metric", o->metrics, "figure to tell; may be given again (default: all that move)")->expected(1)->take_all();
  app.add_option("--runs", o->runs, "of the ensemble (default: 19)");
  app.add_flag("--json", o->json, "one JSON object");
  return [o] {
    const scenario::Prepared prepared = o->scenario.Prepare();
    std::vector<study::Band> bands;
    if (!o->only) bands = study::SheetBands(prepared);
    for (const std::string& text : o->bands) study::SetBand(prepared, text, &bands);
    const study::Uncertainty u = study::Propagate(prepared, bands, o->runs, prepared.loaded.scenario.seed());
    fmt::print("{}", o->json ? study::UncertaintyJson(u) : study::UncertaintyText(u, o->metrics));
    return int{kDone};
  };
}

}  // namespace headroom::cli
