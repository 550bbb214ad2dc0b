#include <fmt/format.h>

#include <map>

#include "scenarios/import/import.h"
#include "scenarios/import/section_text.h"
#include "scenarios/import/yaml_objects.h"

namespace headroom::import {
namespace {

class Volcano {
 public:
  Imported Read(const std::vector<SourceFile>& files) {
    for (const YamlObject& o : ReadYamlObjects(files)) {
      if (o.kind == "Queue") {
        ReadQueue(o);
      } else if (o.kind == "PodGroup") {
        ReadGroup(o);
      } else if (o.kind == "HyperNode") {
        const std::string tier = Text(o.node["spec"]["tier"]);
        const YAML::Node members = o.node["spec"]["members"];
        LeaveOut(o, o.node, fmt::format("HyperNode {}", o.name),
                 fmt::format("of tier {} with {} members: the levels of the site are node, rack and cluster", tier.empty() ? "?" : tier, members ? members.size() : 0));
      } else {
        LeaveOut(o, o.node, o.kind.empty() ? "a document" : o.kind + " " + o.name, "is not read");
      }
    }
    if (queues_.empty() && jobs_.empty()) throw ConfigError("no Queue and no PodGroup of Volcano in these files");
    Write();
    return std::move(out_);
  }

 private:
  void LeaveOut(const YamlObject& o, const YAML::Node& at, const std::string& what, const std::string& why) {
    out_.left_out.push_back({PlaceOf(o, at), what, why});
  }

  void ReadQueue(const YamlObject& o) {
    const YAML::Node spec = o.node["spec"];
    const auto weight = Quantity(Text(spec ? spec["weight"] : YAML::Node()));
    const auto priority = Quantity(Text(spec ? spec["priority"] : YAML::Node()));
    queues_.push_back(fmt::format("{{name: {}, weight: {}{}}}", SectionName(o.name), weight.value_or(1.0),
                                  priority ? fmt::format(", priority: {}", static_cast<int>(*priority)) : ""));
    if (!spec) return;
    for (const char* key : {"capability", "guarantee", "deserved", "parent", "affinity", "extendClusters", "dequeueStrategy"})
      if (spec[key]) LeaveOut(o, spec[key], fmt::format("{} of queue {}", key, o.name), "is not simulated; gang shares by weight");
  }

  void ReadGroup(const YamlObject& o) {
    const YAML::Node spec = o.node["spec"];
    const double members = Quantity(Text(spec["minMember"])).value_or(1.0);
    const auto whole = AcceleratorsOf(spec["minResources"]);
    if (!whole) return LeaveOut(o, o.node, "PodGroup " + o.name, "asks for no accelerators in minResources");
    std::string text = fmt::format("{{name: {}, accelerators: {}, duration: 1 h", SectionName(o.name), static_cast<int>(*whole));
    if (const std::string queue = Text(spec["queue"]); !queue.empty()) text += ", queue: " + SectionName(queue);
    jobs_.push_back(text + "}");
    out_.assumed.push_back({PlaceOf(o, o.node), "workloads[pod-groups].jobs.list[" + SectionName(o.name) + "]",
                            fmt::format("runs for 1 h as one gang of {} members; a PodGroup says no length", static_cast<int>(members))});
    for (const char* key : {"networkTopology", "priorityClassName", "minTaskMember"})
      if (spec[key]) LeaveOut(o, spec[key], fmt::format("{} of {}", key, o.name), "is not simulated");
  }

  void Write() {
    out_.yaml = "scheduler:\n  policy: gang\n  placement: binpack\n";
    if (!queues_.empty()) out_.yaml += "  queues:\n";
    for (const std::string& text : queues_) out_.yaml += "    - " + text + "\n";
    if (jobs_.empty()) return;
    out_.yaml += "workloads:\n  - name: pod-groups\n    jobs:\n      list:\n";
    for (const std::string& text : jobs_) out_.yaml += "        - " + text + "\n";
  }

  Imported out_;
  std::vector<std::string> queues_, jobs_;
};

}  // namespace

Imported ReadVolcano(const std::vector<SourceFile>& files) { return Volcano().Read(files); }

}  // namespace headroom::import
