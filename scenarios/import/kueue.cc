#include <fmt/format.h>

#include <map>
#include <set>

#include "scenarios/import/import.h"
#include "scenarios/import/section_text.h"
#include "scenarios/import/yaml_objects.h"

namespace headroom::import {
namespace {

/// Quota of one resource, over all flavors.
struct Share {
  double nominal = 0.0;
  std::optional<double> borrowing, lending;
};

class Kueue {
 public:
  Imported Read(const std::vector<SourceFile>& files) {
    const std::vector<YamlObject> objects = ReadYamlObjects(files);
    resource_ = Resource(objects);
    for (const YamlObject& o : objects) {
      if (o.kind == "ClusterQueue") {
        ReadQueue(o);
      } else if (o.kind == "Cohort") {
        ReadCohort(o);
      } else if (o.kind == "ResourceFlavor" || o.kind == "Topology") {
        LeaveOut(o, o.node, o.kind + " " + o.name, o.kind == "Topology" ? "labels of nodes say how large its levels are; scheduler.levels takes their numbers of nodes" : "all accelerators are of one flavor");
      } else {
        LeaveOut(o, o.node, (o.kind.empty() ? "a document" : o.kind + " " + o.name), "is not read");
      }
    }
    if (queues_.empty()) throw ConfigError("no ClusterQueue in these files");
    Write();
    return std::move(out_);
  }

 private:
  void LeaveOut(const YamlObject& o, const YAML::Node& at, const std::string& what, const std::string& why) {
    out_.left_out.push_back({PlaceOf(o, at), what, why});
  }

  /// The resource that the quotas are about: the first accelerator that any queue names, else the first resource.
  static std::string Resource(const std::vector<YamlObject>& objects) {
    std::string first;
    for (const YamlObject& o : objects) {
      if (o.kind != "ClusterQueue") continue;
      for (const YAML::Node& group : o.node["spec"]["resourceGroups"])
        for (const YAML::Node& name : group["coveredResources"]) {
          const std::string text = Text(name);
          if (first.empty()) first = text;
          for (const char* word : {"gpu", "tpu", "neuron"})
            if (text.find(word) != text.npos) return text;
        }
    }
    return first;
  }

  Share ReadGroups(const YamlObject& o, const YAML::Node& groups) {
    Share share;
    std::set<std::string> flavors;
    for (const YAML::Node& group : groups)
      for (const YAML::Node& flavor : group["flavors"])
        for (const YAML::Node& resource : flavor["resources"]) {
          const std::string name = Text(resource["name"]);
          if (name != resource_) {
            if (others_.insert(name).second) LeaveOut(o, resource, "resource " + name, fmt::format("quotas are in {}", resource_));
            continue;
          }
          flavors.insert(Text(flavor["name"]));
          const auto add = [&](const char* key, std::optional<double>* sum) {
            if (!resource[key]) return;
            const auto value = Quantity(Text(resource[key]));
            if (!value) return LeaveOut(o, resource[key], fmt::format("{} {}", key, Text(resource[key])), "is no number");
            *sum = sum->value_or(0.0) + *value;
          };
          std::optional<double> nominal;
          add("nominalQuota", &nominal);
          add("borrowingLimit", &share.borrowing);
          add("lendingLimit", &share.lending);
          share.nominal += nominal.value_or(0.0);
        }
    if (flavors.size() > 1) LeaveOut(o, groups, fmt::format("{} flavors of {}", flavors.size(), o.name), "are added up as one");
    return share;
  }

  static std::string Limits(const Share& s) {
    std::string text = fmt::format(", nominal: {}", s.nominal);
    if (s.borrowing) text += fmt::format(", borrowing_limit: {}", *s.borrowing);
    if (s.lending) text += fmt::format(", lending_limit: {}", *s.lending);
    return text;
  }

  std::string Weight(const YAML::Node& spec) {
    const auto weight = Quantity(Text(spec["fairSharing"] ? spec["fairSharing"]["weight"] : YAML::Node()));
    fair_ = fair_ || spec["fairSharing"].IsDefined();
    return weight ? fmt::format(", weight: {}", *weight) : "";
  }

  void ReadQueue(const YamlObject& o) {
    const YAML::Node spec = o.node["spec"];
    std::string text = "{name: " + SectionName(o.name);
    const std::string cohort = Text(spec["cohortName"] ? spec["cohortName"] : spec["cohort"]);
    if (!cohort.empty()) {
      named_.insert(SectionName(cohort));
      text += ", cohort: " + SectionName(cohort);
    }
    text += Limits(ReadGroups(o, spec["resourceGroups"])) + Weight(spec);
    queues_.push_back(text + "}");
    ++strategies_[Text(spec["queueingStrategy"]).empty() ? "BestEffortFIFO" : Text(spec["queueingStrategy"])];
    const YAML::Node preemption = spec["preemption"];
    const auto rule = [&](const char* key) { return preemption && preemption[key] ? Text(preemption[key]) : std::string("Never"); };
    ++within_[rule("withinClusterQueue")];
    ++reclaim_[rule("reclaimWithinCohort")];
    if (preemption && preemption["borrowWithinCohort"])
      LeaveOut(o, preemption["borrowWithinCohort"], "borrowWithinCohort of " + o.name, "is not simulated");
    for (const char* key : {"flavorFungibility", "admissionChecks", "admissionChecksStrategy", "stopPolicy", "admissionScope"})
      if (spec[key]) LeaveOut(o, spec[key], fmt::format("{} of {}", key, o.name), "is not simulated");
  }

  void ReadCohort(const YamlObject& o) {
    const YAML::Node spec = o.node["spec"] ? o.node["spec"] : YAML::Node(YAML::NodeType::Map);
    const std::string parent = Text(spec["parentName"] ? spec["parentName"] : spec["parent"]);
    std::string text = "{name: " + SectionName(o.name);
    if (!parent.empty()) {
      named_.insert(SectionName(parent));
      text += ", parent: " + SectionName(parent);
    }
    cohorts_[SectionName(o.name)] = text + Limits(ReadGroups(o, spec["resourceGroups"])) + Weight(spec) + "}";
  }

  /// The rule that most queues have; the others are told.
  std::string Most(const std::map<std::string, int>& rules, const char* what) {
    std::string best;
    int count = 0;
    for (const auto& [rule, n] : rules)
      if (n > count) {
        best = rule;
        count = n;
      }
    if (rules.size() > 1)
      out_.left_out.push_back({{}, what, fmt::format("differs between queues; all have {} here, as most do", best)});
    return best;
  }

  void Write() {
    for (const std::string& name : named_)
      if (cohorts_.count(name) == 0) cohorts_[name] = "{name: " + name + "}";
    out_.yaml = "scheduler:\n  policy: quota\n  placement: topology-aware\n";
    const std::map<std::string, const char*> words = {{"Never", "never"}, {"LowerPriority", "lower-priority"}, {"Any", "any"},
                                                      {"LowerOrNewerEqualPriority", "lower-or-newer-equal-priority"}};
    const auto word = [&](const std::string& rule) {
      const auto it = words.find(rule);
      return it == words.end() ? "never" : it->second;
    };
    const std::string reclaim = word(Most(reclaim_, "reclaimWithinCohort")), within = word(Most(within_, "withinClusterQueue"));
    out_.yaml += fmt::format("  quota: {{strict: {}, fair_sharing: {}, within_queue: {}, reclaim: {}}}\n",
                             Most(strategies_, "queueingStrategy") == "StrictFIFO", fair_, within, reclaim);
    if (reclaim != "never" || within != "never") {
      out_.yaml += "  preemption: {mode: requeue}\n";
      out_.assumed.push_back({{}, "scheduler.preemption", "evicted workloads start anew"});
    }
    if (!cohorts_.empty()) out_.yaml += "  cohorts:\n";
    for (const auto& [name, text] : cohorts_) out_.yaml += "    - " + text + "\n";
    out_.yaml += "  queues:\n";
    for (const std::string& text : queues_) out_.yaml += "    - " + text + "\n";
    out_.assumed.push_back({{}, "scheduler", fmt::format("quotas of {} are accelerators of the site", resource_)});
  }

  Imported out_;
  std::string resource_;
  std::vector<std::string> queues_;
  std::map<std::string, std::string> cohorts_;
  std::set<std::string> named_, others_;
  std::map<std::string, int> strategies_, within_, reclaim_;
  bool fair_ = false;
};

}  // namespace

Imported ReadKueue(const std::vector<SourceFile>& files) { return Kueue().Read(files); }

}  // namespace headroom::import
