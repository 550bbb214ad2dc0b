#include <fmt/format.h>

#include <memory>
#include <string>

#include "models/catalog/library.h"
#include "scenarios/cli/command.h"
#include "sim/core/diagnostics.h"

namespace headroom::cli {
namespace {

int List(const std::string& kind) {
  const catalog::Library library;
  const auto kinds = library.kinds();
  if (!kind.empty() && std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    throw ConfigError(fmt::format("the catalog has no kind '{}'; its kinds are {}", kind, fmt::join(kinds, ", ")));
  for (const std::string& k : kinds) {
    if (!kind.empty() && k != kind) continue;
    if (kind.empty()) fmt::print("{}\n", k);
    for (const std::string& name : library.names(k)) fmt::print("{}{}\n", kind.empty() ? "  " : "", name);
  }
  return kDone;
}

int Show(const std::string& name) {
  const catalog::Library library;
  bool found = false;
  std::vector<std::string> all;
  for (const std::string& kind : library.kinds()) {
    if (library.Has(kind, name)) {
      fmt::print("{}{}", found ? "\n" : "", library.Text(kind, name));
      found = true;
    }
    for (const std::string& n : library.names(kind)) all.push_back(n);
  }
  if (found) return kDone;
  const std::string near = Nearest(name, all);
  throw ConfigError(fmt::format("the catalog has no sheet '{}'{}", name,
                                near.empty() ? "; `headroom catalog list` prints all" : "; did you mean '" + near + "'?"));
}

}  // namespace

Action AddCatalog(CLI::App& app) {
  auto argument = std::make_shared<std::string>();
  app.require_subcommand(1);
  CLI::App* list = app.add_subcommand("list", "Names of all sheets, or of those of one kind");
  list->add_option("KIND", *argument, "accelerator, node, rack, llm ...");
  CLI::App* show = app.add_subcommand("show", "One sheet with the source of every number");
  show->add_option("NAME", *argument, "name of the sheet")->required();
  return [argument, list] { return list->parsed() ? List(*argument) : Show(*argument); };
}

}  // namespace headroom::cli
