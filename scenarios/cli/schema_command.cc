#include <fmt/format.h>

#include <memory>

#include "scenarios/cli/command.h"
#include "scenarios/read/scenario_schema.h"
#include "scenarios/schema/scenario.pb.h"
#include "sim/config/json_schema.h"

namespace headroom::cli {

Action AddSchema(CLI::App& app) {
  auto markdown = std::make_shared<bool>(false);
  app.add_flag("--markdown", *markdown, "print the reference of all keys as Markdown instead");
  return [markdown] {
    const auto* descriptor = schema::Scenario::descriptor();
    fmt::print("{}", *markdown ? config::MarkdownReference(descriptor) : scenario::ScenarioJsonSchema());
    return int{kDone};
  };
}

}  // namespace headroom::cli
