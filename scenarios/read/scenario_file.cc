#include "scenarios/read/scenario_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "scenarios/read/scenario_rules.h"
#include "scenarios/read/tree_file.h"
#include "sim/config/merge.h"
#include "sim/config/override.h"
#include "sim/config/quoted.h"
#include "sim/config/reader.h"
#include "sim/config/writer.h"

namespace headroom::scenario {
namespace {

using config::Node;
using Names = std::map<std::string, std::vector<std::string>>;

[[noreturn]] void Fail(const Place& place, const std::string& path, const std::string& message) {
  throw ConfigError({Finding{place, path, message}});
}

void RefuseSweep(const Node& root) {
  for (const auto& [key, value] : root.entries) {
    if (key.scalar == "base" || key.scalar == "vary") {
      Fail(key.place, "", "this is a sweep, not a scenario; `headroom sweep run` runs it");
    }
  }
}

void ApplyOverrides(Node& root, const std::vector<std::string>& overrides) {
  for (const std::string& text : overrides) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
      Fail({"--set", 0, 0}, "", config::Quoted(text) + " is not PATH=VALUE");
    config::Set(root, std::string_view(text).substr(0, equals),
                std::string_view(text).substr(equals + 1));
  }
}

/// Puts the sheets that `catalog:` names as files into the tree, and returns the names of all its
/// sheets by kind.
Names ResolveCatalog(Node& root, const std::string& scenario_path) {
  Names names;
  Node* catalog = root.Find("catalog");
  if (catalog == nullptr) return names;
  for (Node& sheet : catalog->items) {
    if (sheet.is_scalar()) {
      const std::string file = sheet.place.line > 0 ? sheet.place.file : scenario_path;
      sheet = ReadTreeFile(Beside(file, sheet.scalar), sheet.place);
    }
    for (const auto& [kind, body] : sheet.entries) {
      const Node* name = body.Find("name");
      if (name != nullptr && name->is_scalar()) names[kind.scalar].push_back(name->scalar);
    }
  }
  return names;
}

}  // namespace

void ApplyVariant(Node& root, const std::string& name) {
  const Node* variants = root.Find("variants");
  if (variants == nullptr) {
    if (!name.empty())
      Fail(root.place, "variants",
           fmt::format("no variant {}; the file has none", config::Quoted(name)));
    return;
  }
  if (!variants->is_map())
    Fail(variants->place, "variants", "a map of names and their changes is due");
  std::vector<std::string> known;
  for (const auto& [key, change] : variants->entries) {
    known.push_back(key.scalar);
    if (!change.is_map())
      Fail(change.place, "variants." + config::Shown(key.scalar), "a map of changes is due");
  }
  Node change;
  if (!name.empty()) {
    const Node* found = variants->Find(name);
    if (found == nullptr) {
      Fail(
          variants->place, "variants",
          fmt::format("no variant {}; known are {}", config::Quoted(name), fmt::join(known, ", ")));
    }
    change = *found;
  }
  root.Erase("variants");
  if (name.empty()) return;
  TakeOut(root, change);
  config::Merge(root, std::move(change));
}

LoadedScenario Load(const std::string& path, const LoadOptions& options) {
  return LoadTree(ReadTreeWithIncludes(path), path, options);
}

LoadedScenario LoadTree(Node root, const std::string& path, const LoadOptions& options) {
  Diagnostics diagnostics;
  LoadedScenario loaded = InspectTree(std::move(root), path, options, &diagnostics);
  diagnostics.ThrowIfErrors();
  return loaded;
}

LoadedScenario InspectTree(Node root, const std::string& path, const LoadOptions& options,
                           Diagnostics* diagnostics) {
  RefuseSweep(root);
  ApplyVariant(root, options.variant);
  ApplyOverrides(root, options.overrides);
  const Names own = ResolveCatalog(root, path);

  config::ReadOptions read;
  if (options.catalog_names) {
    read.catalog_names = [&](const std::string& kind) {
      std::vector<std::string> names = options.catalog_names(kind);
      const auto found = own.find(kind);
      if (found != own.end()) names.insert(names.end(), found->second.begin(), found->second.end());
      return names;
    };
  }
  LoadedScenario out;
  config::Read(root, &out.scenario, read, &out.places, diagnostics);
  CheckRules(out.scenario, out.places, diagnostics);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  out.folder = folder.empty() ? "." : folder;
  out.resolved = config::WriteYaml(out.scenario);
  out.warnings = diagnostics->warnings();
  return out;
}

}  // namespace headroom::scenario
