#include "scenarios/sites/site_plan.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "models/scheduling/site_choice.h"
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
  std::map<std::string, double> egress;  ///< USD/B
  double rate = 0.0;
};

Asked ReadFile(const std::string& file) {
  Spec spec;
  Diagnostics diagnostics;
  config::SourceMap places;
  config::Read(scenario::ReadTreeFile(file, {}), &spec, {}, &places, &diagnostics);
  diagnostics.ThrowIfErrors();
  const auto error = [&](const std::string& path, const std::string& text) { diagnostics.Error(places.Find(path), path, text); };
  Asked out;
  out.rate = spec.egress_rate();
  std::set<std::string> kinds, clouds, names;
  for (const Offer& o : spec.offers()) {
    if (!names.insert(o.name()).second) error("offers[" + o.name() + "].name", "is the name of two");
    kinds.insert(o.accelerator());
    clouds.insert(o.cloud());
    scheduling::SiteOffer offer{o.name(), o.cloud(), o.accelerator(), o.per_node(), o.price(), o.reserved(), o.stays(), o.back()};
    out.offers.push_back(offer);
  }
  names.clear();
  for (const Task& t : spec.tasks()) {
    if (!names.insert(t.name()).second) error("tasks[" + t.name() + "].name", "is the name of two");
    scheduling::SiteTask task{t.name(), t.accelerators(), {}, t.output(), t.checkpoint(), t.restart()};
    for (const RunTime& r : t.runs()) {
      if (kinds.count(r.accelerator()) == 0)
        error("tasks[" + t.name() + "].runs", fmt::format("no offer has {}; there is {}", r.accelerator(), fmt::join(kinds, ", ")));
      task.seconds[r.accelerator()] = r.duration();
    }
    out.tasks.push_back(std::move(task));
  }
  for (const Cloud& c : spec.clouds()) {
    if (clouds.count(c.name()) == 0) error("clouds[" + c.name() + "].name", fmt::format("no offer is of it; there is {}", fmt::join(clouds, ", ")));
    out.egress[c.name()] = c.egress() / 1e9;
  }
  diagnostics.ThrowIfErrors();
  return out;
}

std::string Hours(double seconds) { return fmt::format("{:.2f} h", seconds / 3600.0); }

std::string Text(const Asked& a, const scheduling::SitePlan& plan, bool by_time) {
  std::string out = fmt::format("least {}: {:.2f} USD in {}\n", by_time ? "time" : "cost", plan.usd(), Hours(plan.seconds()));
  for (std::size_t t = 0; t < plan.steps.size(); ++t) {
    const scheduling::SitePlan::Step& s = plan.steps[t];
    out += fmt::format("  {:<16} on {:<20} {:>10.2f} USD  {:>9}", a.tasks[t].name, a.offers[s.offer].name, s.run.usd, Hours(s.run.seconds));
    if (a.offers[s.offer].up > 0.0) out += fmt::format("  taken away {:.1f} times", s.run.preemptions);
    if (s.egress_usd > 0.0 || s.egress_seconds > 0.0) out += fmt::format("  input moves for {:.2f} USD in {}", s.egress_usd, Hours(s.egress_seconds));
    out += "\n";
  }
  out += "each task on each offer:\n";
  for (const scheduling::SiteTask& task : a.tasks)
    for (const scheduling::SiteOffer& offer : a.offers) {
      const auto run = scheduling::RunOn(task, offer);
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
    step.Set("egress_usd", number(s.egress_usd)).Set("egress_seconds", number(s.egress_seconds));
    steps.Add(std::move(step));
  }
  config::Json out = config::Json::Object();
  out.Set("usd", number(plan.usd())).Set("seconds", number(plan.seconds())).Set("steps", std::move(steps));
  return out.Text() + "\n";
}

}  // namespace

std::string PlanText(const std::string& file, bool by_time, bool json) {
  const Asked asked = ReadFile(file);
  const auto plan = scheduling::ChooseSites(asked.tasks, asked.offers, asked.egress, asked.rate,
                                            by_time ? scheduling::SiteGoal::kTime : scheduling::SiteGoal::kCost);
  if (!plan) throw ConfigError(fmt::format("{}: a task of the chain gets done on no offer", file));
  return json ? JsonText(asked, *plan) : Text(asked, *plan, by_time);
}

}  // namespace headroom::sites
