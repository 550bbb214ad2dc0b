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
  std::string flavors;  ///< where there are several
};

class Kueue {
 public:
  Imported Read(const std::vector<SourceFile>& files) {
    const std::vector<YamlObject> objects = ReadYamlObjects(files);
    resource_ = Resource(objects);
    flavored_ = Flavors(objects) > 1;
    for (const YamlObject& o : objects) {
      if (o.kind == "ClusterQueue") {
        ReadQueue(o);
      } else if (o.kind == "Cohort") {
        ReadCohort(o);
      } else if (o.kind == "Topology") {
        ReadTopology(o);
      } else if (o.kind == "ResourceFlavor") {
        ReadFlavor(o);
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

  /// Flavors that any queue or cohort has quota of.
  std::size_t Flavors(const std::vector<YamlObject>& objects) {
    for (const YamlObject& o : objects)
      if (o.kind == "ClusterQueue" || o.kind == "Cohort")
        for (const YAML::Node& group : o.node["spec"]["resourceGroups"])
          for (const YAML::Node& flavor : group["flavors"])
            for (const YAML::Node& resource : flavor["resources"]) {
              const std::string name = SectionName(Text(flavor["name"]));
              if (Text(resource["name"]) == resource_ && std::find(flavors_.begin(), flavors_.end(), name) == flavors_.end()) flavors_.push_back(name);
            }
    return flavors_.size();
  }

  void ReadFlavor(const YamlObject& o) {
    std::string labels;
    for (const auto& label : o.node["spec"]["nodeLabels"]) labels += fmt::format("{}{}={}", labels.empty() ? "" : ", ", Text(label.first), Text(label.second));
    labels_[SectionName(o.name)] = labels;
    for (const char* key : {"nodeTaints", "tolerations", "topologyName"})
      if (o.node["spec"][key]) LeaveOut(o, o.node["spec"][key], fmt::format("{} of flavor {}", key, o.name), "is not read");
  }

  /// Levels whose labels name a rack, or a block of racks below a leaf, are the site's; the host is always there.
  void ReadTopology(const YamlObject& o) {
    if (!levels_.empty()) return LeaveOut(o, o.node, "Topology " + o.name, "another one was read before");
    for (const YAML::Node& level : o.node["spec"]["levels"]) {
      const std::string label = Text(level["nodeLabel"]);
      const auto names = [&](const char* word) { return label.find(word) != label.npos; };
      if (names("hostname")) continue;
      const std::string name = names("rack") ? "rack" : names("block") || names("leaf") || names("zone") ? "leaf" : "";
      if (name.empty() || levels_.find("name: " + name) != levels_.npos) LeaveOut(o, level, "level " + label, "is neither a rack nor a block of racks; scheduler.levels takes its number of nodes");
      else levels_ += fmt::format("{}{{name: {}}}", levels_.empty() ? "" : ", ", name);
    }
    if (!levels_.empty()) out_.assumed.push_back({PlaceOf(o, o.node), "scheduler.levels", "racks are the site's racks, blocks what lies below one leaf switch"});
  }

  Share ReadGroups(const YamlObject& o, const YAML::Node& groups) {
    Share share;
    for (const YAML::Node& group : groups)
      for (const YAML::Node& flavor : group["flavors"])
        for (const YAML::Node& resource : flavor["resources"]) {
          const std::string name = Text(resource["name"]);
          if (name != resource_) {
            if (others_.insert(name).second) LeaveOut(o, resource, "resource " + name, fmt::format("quotas are in {}", resource_));
            continue;
          }
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
          if (!flavored_) continue;
          const auto limit = [&](const char* key, const char* as) {
            const auto value = resource[key] ? Quantity(Text(resource[key])) : std::nullopt;
            return value ? fmt::format(", {}: {}", as, *value) : "";
          };
          share.flavors += fmt::format("{}{{kind: {}, nominal: {}{}{}}}", share.flavors.empty() ? "" : ", ", SectionName(Text(flavor["name"])), nominal.value_or(0.0),
                                       limit("borrowingLimit", "borrowing_limit"), limit("lendingLimit", "lending_limit"));
        }
    return share;
  }

  static std::string Limits(const Share& s) {
    if (!s.flavors.empty()) return ", flavors: [" + s.flavors + "]";
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
    const YAML::Node fungibility = spec["flavorFungibility"];
    const auto stop = [&](const char* key, const char* otherwise) { return fungibility && fungibility[key] ? Text(fungibility[key]) : std::string(otherwise); };
    const std::string borrow = stop("whenCanBorrow", "MayStopSearch"), preempt = stop("whenCanPreempt", "TryNextFlavor");
    ++borrow_[borrow == "TryNextFlavor" ? "try-next-flavor" : "borrow"];
    ++preempt_[preempt == "TryNextFlavor" ? "try-next-flavor" : "preempt"];
    for (const char* key : {"admissionChecks", "admissionChecksStrategy", "stopPolicy", "admissionScope"})
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
    const std::string search = !flavored_ ? "" : fmt::format(", when_can_borrow: {}, when_can_preempt: {}", Most(borrow_, "whenCanBorrow"), Most(preempt_, "whenCanPreempt"));
    out_.yaml += fmt::format("  quota: {{strict: {}, fair_sharing: {}, within_queue: {}, reclaim: {}{}}}\n",
                             Most(strategies_, "queueingStrategy") == "StrictFIFO", fair_, within, reclaim, search);
    if (!levels_.empty()) out_.yaml += "  levels: [" + levels_ + "]\n";
    if (flavored_) {
      std::string text;
      for (const std::string& f : flavors_) text += fmt::format("{}{}{}", text.empty() ? "" : ", ", f, labels_[f].empty() ? "" : " (" + labels_[f] + ")");
      out_.assumed.push_back({{}, "jobs.kinds", "flavors are kinds of accelerators; name those of the workload so: " + text});
    }
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
  std::map<std::string, int> strategies_, within_, reclaim_, borrow_, preempt_;
  std::vector<std::string> flavors_;           ///< in order of appearance
  std::map<std::string, std::string> labels_;  ///< of nodes, by flavor
  std::string levels_;
  bool flavored_ = false;
  bool fair_ = false;
};

}  // namespace

Imported ReadKueue(const std::vector<SourceFile>& files) { return Kueue().Read(files); }

}  // namespace headroom::import
