#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <map>
#include <set>

#include "scenarios/import/import.h"
#include "scenarios/import/section_text.h"
#include "scenarios/import/yaml_objects.h"

namespace headroom::import {
namespace {

/// Unrolls the entry template of a workflow into jobs that follow each other.
class Argo {
 public:
  Imported Read(const std::vector<SourceFile>& files) {
    for (const YamlObject& o : ReadYamlObjects(files)) {
      if (o.kind != "Workflow" && o.kind != "WorkflowTemplate" && o.kind != "CronWorkflow" && o.kind != "ClusterWorkflowTemplate") {
        out_.left_out.push_back({PlaceOf(o, o.node), o.kind.empty() ? "a document" : o.kind + " " + o.name, "is not read"});
        continue;
      }
      object_ = &o;
      YAML::Node spec = o.node["spec"];
      if (o.kind == "CronWorkflow") spec = spec["workflowSpec"];
      templates_.clear();
      for (const YAML::Node& t : spec["templates"]) templates_[Text(t["name"])] = t;
      Expand(Text(spec["entrypoint"]), "", {}, 0);
    }
    if (jobs_.empty()) throw ConfigError("no Workflow with a template that asks for accelerators in these files");
    out_.yaml = "workloads:\n  - name: workflow\n    jobs:\n      list:\n" + jobs_;
    out_.assumed.push_back({{}, "workloads[workflow].jobs.list", "every step runs for 1 h; a Workflow says no lengths"});
    return std::move(out_);
  }

 private:
  using Names = std::set<std::string>;

  void LeaveOut(const YAML::Node& at, const std::string& what, const std::string& why) {
    out_.left_out.push_back({PlaceOf(*object_, at), what, why});
  }

  /// Jobs of a template, run after `after`; gives those at its end.
  Names Expand(const std::string& name, const std::string& prefix, const Names& after, int depth) {
    constexpr int kDeepest = 20;
    const auto found = templates_.find(name);
    if (found == templates_.end() || depth > kDeepest) {
      LeaveOut(object_->node, fmt::format("template '{}'", name), found == templates_.end() ? "is not in the file" : "calls itself");
      return after;
    }
    const YAML::Node& t = found->second;
    if (t["dag"]) return ExpandDag(t["dag"]["tasks"], prefix, after, depth);
    if (t["steps"]) return ExpandSteps(t["steps"], prefix, after, depth);
    for (const char* key : {"script", "container"})
      if (t[key]) return AddJob(t[key], prefix.empty() ? name : prefix, after);
    LeaveOut(t, fmt::format("template '{}'", name), "has no container, script, steps or dag");
    return after;
  }

  Names AddJob(const YAML::Node& container, const std::string& name, const Names& after) {
    const YAML::Node resources = container["resources"];
    auto accelerators = AcceleratorsOf(resources ? resources["limits"] : YAML::Node());
    if (!accelerators) accelerators = AcceleratorsOf(resources ? resources["requests"] : YAML::Node());
    if (!accelerators || *accelerators <= 0.0) {
      LeaveOut(container, name, "asks for no accelerators; what follows it does not wait for it");
      return after;
    }
    const std::string plain = SectionName(name);
    std::string text = fmt::format("        - {{name: {}, accelerators: {}, duration: 1 h", plain, static_cast<int>(std::ceil(*accelerators)));
    if (!after.empty()) text += fmt::format(", after: [{}]", fmt::join(after, ", "));
    jobs_ += text + "}\n";
    return {plain};
  }

  std::string Inner(const std::string& prefix, const YAML::Node& task) const { return prefix.empty() ? Text(task["name"]) : prefix + "." + Text(task["name"]); }

  Names Call(const YAML::Node& task, const std::string& prefix, const Names& after, int depth) {
    for (const char* key : {"when", "withItems", "withParam", "withSequence", "templateRef", "hooks"})
      if (task[key]) LeaveOut(task[key], fmt::format("{} of {}", key, Inner(prefix, task)), "is not simulated; the task runs once");
    if (task["templateRef"]) return after;
    return Expand(Text(task["template"]), Inner(prefix, task), after, depth + 1);
  }

  Names ExpandSteps(const YAML::Node& steps, const std::string& prefix, Names after, int depth) {
    for (const YAML::Node& group : steps) {
      Names ends;
      const auto call = [&](const YAML::Node& task) { ends.merge(Call(task, prefix, after, depth)); };
      if (group.IsSequence()) {
        for (const YAML::Node& task : group) call(task);
      } else {
        call(group);
      }
      after = std::move(ends);
    }
    return after;
  }

  static Names Dependencies(const YAML::Node& task) {
    Names out;
    for (const YAML::Node& d : task["dependencies"]) out.insert(Text(d));
    // "A && (B.Succeeded || C)": the names in it.
    std::string word;
    for (const char c : Text(task["depends"]) + " ") {
      if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.') {
        word += c;
        continue;
      }
      if (!word.empty()) out.insert(word.substr(0, word.find('.')));
      word.clear();
    }
    return out;
  }

  Names ExpandDag(const YAML::Node& tasks, const std::string& prefix, const Names& after, int depth) {
    std::map<std::string, YAML::Node> open;
    std::map<std::string, Names> ends;
    Names followed, all;
    for (const YAML::Node& task : tasks) {
      open[Text(task["name"])] = task;
      if (Text(task["depends"]).find("||") != std::string::npos) LeaveOut(task["depends"], "depends of " + Text(task["name"]), "waits for all that it names");
    }
    while (!open.empty()) {
      bool moved = false;
      for (auto it = open.begin(); it != open.end();) {
        Names before;
        bool ready = true;
        for (const std::string& d : Dependencies(it->second)) {
          if (open.count(d) > 0) ready = false;
          if (ends.count(d) > 0) before.insert(ends[d].begin(), ends[d].end());
          if (open.count(d) == 0 && ends.count(d) == 0) LeaveOut(it->second, "dependency on " + d, "there is no such task");
        }
        if (!ready) {
          ++it;
          continue;
        }
        for (const std::string& d : Dependencies(it->second)) followed.insert(d);
        ends[it->first] = Call(it->second, prefix, before.empty() ? after : before, depth);
        it = open.erase(it);
        moved = true;
      }
      if (moved) continue;
      std::vector<std::string> names;
      for (const auto& [name, task] : open) names.push_back(name);
      throw ConfigError(std::vector<Finding>{{PlaceOf(*object_, tasks), "dag", fmt::format("these tasks depend on each other in a circle, or on those that do: {}", fmt::join(names, ", "))}});
    }
    for (const auto& [name, last] : ends)
      if (followed.count(name) == 0) all.insert(last.begin(), last.end());
    return all;
  }

  Imported out_;
  const YamlObject* object_ = nullptr;
  std::map<std::string, YAML::Node> templates_;
  std::string jobs_;
};

}  // namespace

Imported ReadArgo(const std::vector<SourceFile>& files) { return Argo().Read(files); }

}  // namespace headroom::import
