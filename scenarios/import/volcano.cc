#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "scenarios/import/import.h"
#include "scenarios/import/section_text.h"
#include "scenarios/import/yaml_objects.h"

namespace headroom::import {
namespace {

class Volcano {
 public:
  Imported Read(const std::vector<SourceFile>& files) {
    const std::vector<YamlObject> objects = ReadYamlObjects(files);
    for (const YamlObject& o : objects)
      if (o.kind == "HyperNode") ReadHyperNode(o);
    for (const YamlObject& o : objects) {
      if (o.kind == "Queue") {
        ReadQueue(o);
      } else if (o.kind == "PodGroup") {
        ReadGroup(o);
      } else if (o.kind != "HyperNode") {
        LeaveOut(o, o.node, o.kind.empty() ? "a document" : o.kind + " " + o.name, "is not read");
      }
    }
    if (queues_.empty() && jobs_.empty() && tiers_.empty()) throw ConfigError("no Queue, no PodGroup and no HyperNode of Volcano in these files");
    Write();
    return std::move(out_);
  }

 private:
  void LeaveOut(const YamlObject& o, const YAML::Node& at, const std::string& what, const std::string& why) {
    out_.left_out.push_back({PlaceOf(o, at), what, why});
  }

  void ReadHyperNode(const YamlObject& o) {
    const auto tier = Quantity(Text(o.node["spec"]["tier"]));
    const YAML::Node members = o.node["spec"]["members"];
    if (!tier || *tier < 1 || !members || !members.IsSequence()) return LeaveOut(o, o.node, "HyperNode " + o.name, "has no tier or no members");
    std::size_t nodes = 0, hypers = 0, matched = 0;
    for (const YAML::Node& member : members) {
      const YAML::Node selector = member["selector"];
      const bool exact = selector && selector["exactMatch"];
      (Text(member["type"]) == "HyperNode" ? hypers : nodes) += 1;
      matched += !exact;
    }
    if (matched > 0) return LeaveOut(o, members, "HyperNode " + o.name, "has members by a pattern or a label; the nodes that it matches are not in these files");
    if (nodes > 0 && hypers > 0) return LeaveOut(o, members, "HyperNode " + o.name, "mixes nodes and hypernodes");
    tiers_[static_cast<int>(*tier)].insert(nodes + hypers);
  }

  /// Tiers of equal hypernodes, the lowest made of nodes and each of the next of those below, are levels.
  void WriteLevels() {
    std::string text;
    std::size_t nodes = 1;
    for (const auto& [tier, sizes] : tiers_) {
      if (sizes.size() != 1) {
        out_.left_out.push_back({{}, fmt::format("tier {} of the HyperNodes", tier), "its hypernodes have different numbers of members; levels have domains of one size"});
        break;
      }
      nodes *= *sizes.begin();
      text = fmt::format("{{name: tier-{}, nodes: {}}}{}{}", tier, nodes, text.empty() ? "" : ", ", text);
    }
    if (!text.empty()) {
      out_.yaml += "  levels: [" + text + "]\n";
      out_.assumed.push_back({{}, "scheduler.levels", "nodes lie in their hypernodes in order"});
    }
  }

  void ReadQueue(const YamlObject& o) {
    const YAML::Node spec = o.node["spec"];
    const auto weight = Quantity(Text(spec ? spec["weight"] : YAML::Node()));
    const auto priority = Quantity(Text(spec ? spec["priority"] : YAML::Node()));
    std::string limits;
    const auto limit = [&](const char* name, const YAML::Node& resources) {
      if (!resources) return;
      if (const auto value = AcceleratorsOf(resources)) limits += fmt::format(", {}: {}", name, *value);
      else LeaveOut(o, resources, fmt::format("{} of queue {}", name, o.name), "says nothing of accelerators");
    };
    if (spec) limit("capability", spec["capability"]);
    if (spec && spec["guarantee"]) limit("guarantee", spec["guarantee"]["resource"] ? spec["guarantee"]["resource"] : spec["guarantee"]);
    proportion_ = proportion_ || !limits.empty();
    queues_.push_back(fmt::format("{{name: {}, weight: {}{}{}}}", SectionName(o.name), weight.value_or(1.0),
                                  priority ? fmt::format(", priority: {}", static_cast<int>(*priority)) : "", limits));
    if (!spec) return;
    for (const char* key : {"deserved", "parent", "affinity", "extendClusters", "dequeueStrategy"})
      if (spec[key]) LeaveOut(o, spec[key], fmt::format("{} of queue {}", key, o.name), "is not simulated; queues share by weight");
  }

  void ReadGroup(const YamlObject& o) {
    const YAML::Node spec = o.node["spec"];
    const double members = Quantity(Text(spec["minMember"])).value_or(1.0);
    const auto whole = AcceleratorsOf(spec["minResources"]);
    if (!whole) return LeaveOut(o, o.node, "PodGroup " + o.name, "asks for no accelerators in minResources");
    std::string text = fmt::format("{{name: {}, accelerators: {}, duration: 1 h", SectionName(o.name), static_cast<int>(*whole));
    if (const std::string queue = Text(spec["queue"]); !queue.empty()) text += ", queue: " + SectionName(queue);
    if (const YAML::Node topology = spec["networkTopology"]; topology && !tiers_.empty()) {
      const auto highest = Quantity(Text(topology["highestTierAllowed"]));
      const bool hard = Text(topology["mode"]) != "soft";
      const auto pod = static_cast<int>(*whole / members);
      if (hard && highest) text += fmt::format(", placement: {{mode: lowest, level: tier-{}, pod: {}}}", static_cast<int>(*highest), std::max(1, pod));
      else text += fmt::format(", placement: {{mode: preferred, pod: {}}}", std::max(1, pod));
    } else if (topology) {
      LeaveOut(o, topology, "networkTopology of " + o.name, "there are no HyperNodes in these files");
    }
    jobs_.push_back(text + "}");
    out_.assumed.push_back({PlaceOf(o, o.node), "workloads[pod-groups].jobs.list[" + SectionName(o.name) + "]",
                            fmt::format("runs for 1 h as one gang of {} members; a PodGroup says no length", static_cast<int>(members))});
    for (const char* key : {"priorityClassName", "minTaskMember"})
      if (spec[key]) LeaveOut(o, spec[key], fmt::format("{} of {}", key, o.name), "is not simulated");
  }

  void Write() {
    out_.yaml = fmt::format("scheduler:\n  policy: {}\n  placement: {}\n", proportion_ ? "proportion" : "gang", tiers_.empty() ? "binpack" : "topology-aware");
    WriteLevels();
    if (!queues_.empty()) out_.yaml += "  queues:\n";
    for (const std::string& text : queues_) out_.yaml += "    - " + text + "\n";
    if (jobs_.empty()) return;
    out_.yaml += "workloads:\n  - name: pod-groups\n    jobs:\n      list:\n";
    for (const std::string& text : jobs_) out_.yaml += "        - " + text + "\n";
  }

  Imported out_;
  std::vector<std::string> queues_, jobs_;
  bool proportion_ = false;  ///< some queue has a capability or a guarantee
  std::map<int, std::set<std::size_t>> tiers_;  ///< members of their hypernodes
};

}  // namespace

Imported ReadVolcano(const std::vector<SourceFile>& files) { return Volcano().Read(files); }

}  // namespace headroom::import
