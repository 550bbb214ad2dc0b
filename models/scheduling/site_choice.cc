#include "models/scheduling/site_choice.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/scheduling/outside_capacity.h"

namespace headroom::scheduling {
namespace {
constexpr double kHopeless = 100.0;  ///< times the run time
}

std::optional<SiteRun> RunOn(const SiteTask& task, const SiteOffer& offer) {
  const auto found = task.seconds.find(offer.accelerator);
  if (found == task.seconds.end()) return std::nullopt;
  const double alone = found->second;
  const std::uint32_t nodes = (task.accelerators + offer.per_node - 1) / offer.per_node;
  SiteRun run{alone, 0.0, 0.0};
  double held = alone;
  if (offer.up > 0.0) {
    const double rate = nodes / offer.up;
    const double stretch = task.checkpoint > 0.0 ? std::min(task.checkpoint, alone) : alone;
    const double tries = std::expm1(rate * stretch), stretches = alone / stretch;
    held = stretches * (1.0 / rate + task.restart) * tries;
    run.preemptions = stretches * tries;
    run.seconds = held + stretches * offer.back * tries;
    if (!(run.seconds <= kHopeless * alone)) return std::nullopt;
  }
  run.usd = CandidateCost(offer.usd_per_hour, held, nodes, offer.reserved, 0.0);
  return run;
}

double SitePlan::seconds() const {
  double sum = 0.0;
  for (const Step& s : steps) sum += s.run.seconds + s.egress_seconds;
  return sum;
}

double SitePlan::usd() const {
  double sum = 0.0;
  for (const Step& s : steps) sum += s.run.usd + s.egress_usd;
  return sum;
}

std::optional<SitePlan> ChooseSites(const std::vector<SiteTask>& tasks, const std::vector<SiteOffer>& offers,
                                    const std::map<std::string, double>& egress, double rate, SiteGoal goal) {
  struct Best {
    double first = std::numeric_limits<double>::infinity(), second = 0.0;  ///< what is looked at, and the tie
    std::size_t from = 0;
    SitePlan::Step step;
    bool operator<(const Best& o) const { return first != o.first ? first < o.first : second < o.second; }
  };
  std::vector<std::vector<Best>> best(tasks.size(), std::vector<Best>(offers.size()));
  for (std::size_t t = 0; t < tasks.size(); ++t)
    for (std::size_t o = 0; o < offers.size(); ++o) {
      const std::optional<SiteRun> run = RunOn(tasks[t], offers[o]);
      if (!run) continue;
      for (std::size_t from = 0; from < (t == 0 ? 1 : offers.size()); ++from) {
        Best here;
        here.from = from;
        here.step = {o, *run, 0.0, 0.0};
        double before = 0.0, before_second = 0.0;
        if (t > 0) {
          const Best& b = best[t - 1][from];
          if (!std::isfinite(b.first)) continue;
          before = b.first;
          before_second = b.second;
          if (offers[from].cloud != offers[o].cloud) {
            const auto price = egress.find(offers[from].cloud);
            here.step.egress_seconds = tasks[t - 1].output / rate;
            here.step.egress_usd = price == egress.end() ? 0.0 : tasks[t - 1].output * price->second;
          }
        }
        const double seconds = run->seconds + here.step.egress_seconds, usd = run->usd + here.step.egress_usd;
        here.first = before + (goal == SiteGoal::kCost ? usd : seconds);
        here.second = before_second + (goal == SiteGoal::kCost ? seconds : usd);
        if (here < best[t][o]) best[t][o] = here;
      }
    }
  if (tasks.empty()) return SitePlan{};
  std::size_t at = 0;
  for (std::size_t o = 1; o < offers.size(); ++o)
    if (best.back()[o] < best.back()[at]) at = o;
  if (offers.empty() || !std::isfinite(best.back()[at].first)) return std::nullopt;
  SitePlan plan;
  for (std::size_t t = tasks.size(); t-- > 0;) {
    plan.steps.insert(plan.steps.begin(), best[t][at].step);
    at = best[t][at].from;
  }
  return plan;
}

}  // namespace headroom::scheduling
