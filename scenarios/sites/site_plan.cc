#include "scenarios/sites/site_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "models/scheduling/site_choice.h"
#include "models/scheduling/spot_recovery.h"
#include "scenarios/read/tree_file.h"
#include "scenarios/sites/sites.pb.h"
#include "sim/config/json.h"
#include "sim/config/reader.h"
#include "sim/core/diagnostics.h"

namespace headroom::sites {
namespace {

struct Asked {
  std::vector<scheduling::SiteTask> tasks;
  std::vector<scheduling::SiteOffer> offers;
  scheduling::SiteTransfer transfer;
  scheduling::Recovery recovery = scheduling::Recovery::kWait;
  std::uint32_t trials = 0;
  std::uint64_t seed = 1;
};

/// Tasks in an order in which they may run, with the places of those before them. Without `after` anywhere they are a chain.
std::vector<scheduling::SiteTask> InOrder(const Spec& spec, std::vector<scheduling::SiteTask> tasks, const std::function<void(const std::string&, const std::string&)>& error) {
  std::map<std::string, std::size_t> index;
  bool graph = false;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    index.emplace(tasks[t].name, t);
    graph = graph || spec.tasks(static_cast<int>(t)).after_size() > 0;
  }
  std::vector<std::vector<std::size_t>> after(tasks.size());
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    if (!graph && t > 0) after[t] = {t - 1};
    for (const std::string& name : spec.tasks(static_cast<int>(t)).after()) {
      const auto before = index.find(name);
      if (before == index.end()) error("tasks[" + tasks[t].name + "].after", fmt::format("there is no task '{}'", name));
      else after[t].push_back(before->second);
    }
  }
  std::vector<scheduling::SiteTask> out;
  std::vector<std::size_t> place(tasks.size(), tasks.size());
  for (bool went_on = true; went_on && out.size() < tasks.size();) {
    went_on = false;
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      const bool ready = std::all_of(after[t].begin(), after[t].end(), [&](std::size_t b) { return place[b] < tasks.size(); });
      if (place[t] < tasks.size() || !ready) continue;
      place[t] = out.size();
      for (const std::size_t b : after[t]) tasks[t].after.push_back(place[b]);
      out.push_back(tasks[t]);
      went_on = true;
    }
  }
  std::vector<std::string> circle;
  for (std::size_t t = 0; t < tasks.size(); ++t)
    if (place[t] == tasks.size()) circle.push_back(tasks[t].name);
  if (!circle.empty()) error("tasks", fmt::format("never begin, as they follow each other in a circle: {}", fmt::join(circle, ", ")));
  return out;
}

Asked ReadFile(const std::string& file) {
  Spec spec;
  Diagnostics diagnostics;
  config::SourceMap places;
  config::Read(scenario::ReadTreeFile(file, {}), &spec, {}, &places, &diagnostics);
  diagnostics.ThrowIfErrors();
  const auto error = [&](const std::string& path, const std::string& text) { diagnostics.Error(places.Find(path), path, text); };
  Asked out;
  out.transfer.rate = spec.egress_rate();
  out.recovery = spec.recovery() == "failover" ? scheduling::Recovery::kFailover : spec.recovery() == "next-region" ? scheduling::Recovery::kNextRegion : scheduling::Recovery::kWait;
  out.trials = spec.trials();
  out.seed = spec.seed();
  std::set<std::string> kinds, clouds, names;
  for (const Offer& o : spec.offers()) {
    if (!names.insert(o.name()).second) error("offers[" + o.name() + "].name", "is the name of two");
    kinds.insert(o.accelerator());
    clouds.insert(o.cloud());
    scheduling::SiteOffer offer{o.name(), o.cloud(), o.accelerator(), o.per_node(), o.price(), o.reserved(), o.stays(), o.back(), o.region()};
    out.offers.push_back(offer);
  }
  names.clear();
  for (const Task& t : spec.tasks()) {
    if (!names.insert(t.name()).second) error("tasks[" + t.name() + "].name", "is the name of two");
    scheduling::SiteTask task{t.name(), t.accelerators(), {}, t.output(), t.checkpoint(), t.restart(), t.state()};
    for (const RunTime& r : t.runs()) {
      if (kinds.count(r.accelerator()) == 0)
        error("tasks[" + t.name() + "].runs", fmt::format("no offer has {}; there is {}", r.accelerator(), fmt::join(kinds, ", ")));
      task.seconds[r.accelerator()] = r.duration();
    }
    out.tasks.push_back(std::move(task));
  }
  out.tasks = InOrder(spec, std::move(out.tasks), error);
  for (const Cloud& c : spec.clouds()) {
    if (clouds.count(c.name()) == 0) error("clouds[" + c.name() + "].name", fmt::format("no offer is of it; there is {}", fmt::join(clouds, ", ")));
    out.transfer.out[c.name()] = c.egress() / 1e9;
    out.transfer.between[c.name()] = c.between_regions() / 1e9;
  }
  diagnostics.ThrowIfErrors();
  return out;
}

std::string Hours(double seconds) { return fmt::format("{:.2f} h", seconds / 3600.0); }

std::string Text(const Asked& a, const scheduling::SiteRuns& runs, const scheduling::SitePlan& plan, bool by_time) {
  std::string out = fmt::format("{} {}: {:.2f} USD in {}\n", plan.least ? "least" : "least found", by_time ? "time" : "cost", plan.usd(), Hours(plan.seconds()));
  for (std::size_t t = 0; t < plan.steps.size(); ++t) {
    const scheduling::SitePlan::Step& s = plan.steps[t];
    out += fmt::format("  {:<16} on {:<20} {:>10.2f} USD  {:>9}", a.tasks[t].name, a.offers[s.offer].name, s.run.usd, Hours(s.run.seconds));
    if (a.offers[s.offer].up > 0.0) out += fmt::format("  taken away {:.1f} times", s.run.preemptions);
    if (s.run.moves > 0.0) out += fmt::format(", moved {:.1f} times for {:.2f} USD", s.run.moves, s.run.moved_usd);
    if (s.egress_usd > 0.0 || s.egress_seconds > 0.0) out += fmt::format("  input moves for {:.2f} USD in {}", s.egress_usd, Hours(s.egress_seconds));
    out += "\n";
  }
  out += "each task on each offer:\n";
  for (std::size_t t = 0; t < a.tasks.size(); ++t)
    for (std::size_t o = 0; o < a.offers.size(); ++o) {
      const scheduling::SiteTask& task = a.tasks[t];
      const scheduling::SiteOffer& offer = a.offers[o];
      const auto& run = runs[t][o];
      out += fmt::format("  {:<16} on {:<20} ", task.name, offer.name);
      if (run) out += fmt::format("{:>10.2f} USD  {:>9}\n", run->usd, Hours(run->seconds));
      else out += task.seconds.count(offer.accelerator) == 0 ? "has no run time there\n" : "is taken away too often to get done\n";
    }
  return out;
}

std::string JsonText(const Asked& a, const scheduling::SitePlan& plan) {
  const auto number = [](double v) { return config::Json::Raw(fmt::format("{}", v)); };
  config::Json steps = config::Json::Array();
  for (std::size_t t = 0; t < plan.steps.size(); ++t) {
    const scheduling::SitePlan::Step& s = plan.steps[t];
    config::Json step = config::Json::Object();
    step.Set("task", config::Json::String(a.tasks[t].name)).Set("offer", config::Json::String(a.offers[s.offer].name));
    step.Set("usd", number(s.run.usd)).Set("seconds", number(s.run.seconds)).Set("preemptions", number(s.run.preemptions));
    step.Set("moves", number(s.run.moves)).Set("moved_usd", number(s.run.moved_usd)).Set("end", number(s.end));
    step.Set("egress_usd", number(s.egress_usd)).Set("egress_seconds", number(s.egress_seconds));
    steps.Add(std::move(step));
  }
  config::Json out = config::Json::Object();
  out.Set("usd", number(plan.usd())).Set("seconds", number(plan.seconds())).Set("least", config::Json::Raw(plan.least ? "true" : "false")).Set("steps", std::move(steps));
  return out.Text() + "\n";
}

}  // namespace

std::string PlanText(const std::string& file, bool by_time, bool json) {
  const Asked asked = ReadFile(file);
  scheduling::SiteRuns runs = scheduling::RunsOn(asked.tasks, asked.offers);
  if (asked.recovery != scheduling::Recovery::kWait)
    for (std::size_t t = 0; t < asked.tasks.size(); ++t)
      for (std::size_t o = 0; o < asked.offers.size(); ++o)
        runs[t][o] = scheduling::RunAcross(asked.tasks[t], asked.offers, o, asked.recovery, asked.transfer, asked.trials, asked.seed);
  const auto plan = scheduling::ChooseSites(asked.tasks, asked.offers, runs, asked.transfer, by_time ? scheduling::SiteGoal::kTime : scheduling::SiteGoal::kCost);
  if (!plan) throw ConfigError(fmt::format("{}: a task gets done on no offer", file));
  return json ? JsonText(asked, *plan) : Text(asked, runs, *plan, by_time);
}

}  // namespace headroom::sites
