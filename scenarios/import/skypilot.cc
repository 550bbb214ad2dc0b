#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "scenarios/import/import.h"
#include "scenarios/import/node_match.h"
#include "scenarios/import/section_text.h"
#include "scenarios/import/yaml_objects.h"

namespace headroom::import {
namespace {

struct Asked {
  std::string name;
  std::uint32_t count = 1;
};

/// "H100:8", {H100: 8} or a list of such, of which the first counts.
std::optional<Asked> AcceleratorOf(const YAML::Node& node) {
  if (!node.IsDefined() || node.IsNull()) return std::nullopt;
  if (node.IsSequence()) return node.size() > 0 ? AcceleratorOf(node[0]) : std::nullopt;
  if (node.IsMap()) {
    for (const auto& entry : node) {
      const auto count = Quantity(Text(entry.second));
      return Asked{Text(entry.first), count ? static_cast<std::uint32_t>(std::ceil(*count)) : 1U};
    }
    return std::nullopt;
  }
  const std::string text = Text(node);
  const std::size_t colon = text.find(':');
  const auto count = colon == text.npos ? std::optional(1.0) : Quantity(text.substr(colon + 1));
  return Asked{text.substr(0, colon), count ? static_cast<std::uint32_t>(std::ceil(*count)) : 1U};
}

}  // namespace

Imported ReadSkyPilot(const std::vector<SourceFile>& files) {
  Imported out;
  std::string systems, jobs;
  const catalog::Library library;
  for (const YamlObject& o : ReadYamlObjects(files)) {
    const auto leave_out = [&](const YAML::Node& at, const std::string& what, const std::string& why) {
      out.left_out.push_back({PlaceOf(o, at), what, why});
    };
    const YAML::Node resources = o.node["resources"];
    if (!resources || !resources.IsMap()) {
      leave_out(o.node, "a document", "has no resources");
      continue;
    }
    const std::string name = SectionName(Text(o.node["name"]).empty() ? "task" : Text(o.node["name"]));
    YAML::Node written = resources["accelerators"];
    for (const char* key : {"any_of", "ordered"})
      if (resources[key] && resources[key].IsSequence() && resources[key].size() > 0) {
        leave_out(resources[key], fmt::format("{} of {}", key, name), "the first is taken; one site is simulated");
        if (!written) written = resources[key][0]["accelerators"];
      }
    const auto asked = AcceleratorOf(written);
    if (!asked) {
      leave_out(resources, name, "asks for no accelerators");
      continue;
    }
    const auto nodes = static_cast<std::uint32_t>(Quantity(Text(o.node["num_nodes"])).value_or(1.0));
    // A task may ask for a part of a node.
    Machine machine;
    std::uint32_t whole = asked->count;
    for (; whole <= 16 && machine.type.empty(); whole *= 2) machine = MachineOf(library, asked->name, whole, 1);
    if (machine.type.empty()) {
      leave_out(written, fmt::format("{} of {}", asked->name, name), "the catalog has no node with it");
      continue;
    }
    systems += fmt::format("    - {{name: {}, type: {}, count: {}}}\n", name, machine.type, nodes);
    jobs += fmt::format("        - {{name: {}, accelerators: {}, duration: 1 h}}\n", name, asked->count * nodes);
    out.assumed.push_back({PlaceOf(o, written), "site.systems[" + name + "].type", fmt::format("{} for {}:{}", machine.type, asked->name, asked->count)});
    out.assumed.push_back({PlaceOf(o, o.node), "workloads[tasks].jobs.list[" + name + "].duration", "1 h, as SkyPilot itself takes where a task says none"});
    for (const auto& entry : resources) {
      const std::string key = Text(entry.first);
      if (key != "accelerators" && key != "any_of" && key != "ordered") leave_out(entry.first, fmt::format("resources.{} of {}", key, name), "is not simulated");
    }
    for (const char* key : {"file_mounts", "storage_mounts", "service", "inputs", "outputs", "estimated"})
      if (o.node[key]) leave_out(o.node[key], fmt::format("{} of {}", key, name), "is not simulated");
  }
  if (jobs.empty()) throw ConfigError("no SkyPilot task with accelerators that the catalog knows in these files");
  out.whole = true;
  out.yaml = "schema: 1\nname: Imported from SkyPilot\nsite:\n  systems:\n" + systems + "workloads:\n  - name: tasks\n    jobs:\n      list:\n" + jobs;
  return out;
}

}  // namespace headroom::import
