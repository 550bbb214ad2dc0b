#include "models/scheduling/site_choice.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "models/scheduling/outside_capacity.h"

namespace headroom::scheduling {
namespace {

constexpr double kHopeless = 100.0;  ///< times the run time
constexpr double kSame = 1e-9;       ///< of a figure: no better

/// Cost or time first, the other second.
using Value = std::pair<double, double>;

bool Better(const Value& a, const Value& b) {
  const double slack = kSame * std::max(1.0, std::abs(b.first));
  return a.first < b.first - slack || (a.first < b.first + slack && a.second < b.second - kSame * std::max(1.0, std::abs(b.second)));
}

class Search {
 public:
  Search(const std::vector<SiteTask>& tasks, const std::vector<SiteOffer>& offers, const SiteRuns& runs, const SiteTransfer& transfer, SiteGoal goal,
         std::uint64_t most)
      : tasks_(tasks), offers_(offers), runs_(runs), transfer_(transfer), goal_(goal), left_(most), plan_(tasks.size()) {
    // The least that the tasks from t on cost, and that the way from t's start to the end takes.
    rest_usd_.assign(tasks.size() + 1, 0.0);
    tail_.assign(tasks.size(), 0.0);
    for (std::size_t t = tasks.size(); t-- > 0;) {
      double usd = std::numeric_limits<double>::infinity(), seconds = usd;
      for (const auto& run : runs[t])
        if (run) usd = std::min(usd, run->usd), seconds = std::min(seconds, run->seconds);
      possible_ = possible_ && std::isfinite(usd);
      rest_usd_[t] = rest_usd_[t + 1] + usd;
      tail_[t] += seconds;
      for (const std::size_t before : tasks[t].after) tail_[before] = std::max(tail_[before], tail_[t]);
    }
  }

  std::optional<SitePlan> Best() {
    if (!possible_) return std::nullopt;
    FollowChain();
    Extend(0, 0.0);
    if (!found_) return std::nullopt;
    best_.least = left_ > 0;
    return best_;
  }

 private:
  Value ValueOf(double usd, double seconds) const { return goal_ == SiteGoal::kCost ? Value{usd, seconds} : Value{seconds, usd}; }

  /// For a chain: what is looked at, from each task's end on each offer to the end of the chain, at least.
  void FollowChain() {
    for (std::size_t t = 1; t < tasks_.size(); ++t)
      if (tasks_[t].after != std::vector<std::size_t>{t - 1}) return;
    to_go_.assign(tasks_.size(), std::vector<double>(offers_.size(), 0.0));
    for (std::size_t t = tasks_.size() - 1; t-- > 0;)
      for (std::size_t o = 0; o < offers_.size(); ++o) {
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t next = 0; next < offers_.size(); ++next) {
          const auto& run = runs_[t + 1][next];
          if (!run) continue;
          const double usd = run->usd + transfer_.Usd(offers_[o], offers_[next], tasks_[t].output);
          const double seconds = run->seconds + transfer_.Seconds(offers_[o], offers_[next], tasks_[t].output);
          least = std::min(least, (goal_ == SiteGoal::kCost ? usd : seconds) + to_go_[t + 1][next]);
        }
        to_go_[t][o] = least;
      }
  }

  SitePlan::Step StepOn(std::size_t t, std::size_t o) const {
    SitePlan::Step step{o, *runs_[t][o]};
    double start = 0.0;
    for (const std::size_t before : tasks_[t].after) {
      const SiteOffer& from = offers_[plan_[before].offer];
      const double seconds = transfer_.Seconds(from, offers_[o], tasks_[before].output);
      step.egress_usd += transfer_.Usd(from, offers_[o], tasks_[before].output);
      step.egress_seconds = std::max(step.egress_seconds, seconds);
      start = std::max(start, plan_[before].end + seconds);
    }
    step.end = start + step.run.seconds;
    return step;
  }

  /// The least that a plan can come to whose first `count` tasks are fixed and cost `usd`.
  Value Bound(std::size_t count, double usd) const {
    double seconds = 0.0;
    for (std::size_t t = 0; t < count; ++t) seconds = std::max(seconds, plan_[t].end);
    for (std::size_t t = count; t < tasks_.size(); ++t) {
      double start = 0.0;
      for (const std::size_t before : tasks_[t].after)
        if (before < count) start = std::max(start, plan_[before].end);
      seconds = std::max(seconds, start + tail_[t]);
    }
    if (to_go_.empty() || count == 0) return ValueOf(usd + rest_usd_[count], seconds);
    const SitePlan::Step& last = plan_[count - 1];
    const double to_go = to_go_[count - 1][last.offer];
    return goal_ == SiteGoal::kCost ? Value{usd + to_go, seconds} : Value{last.end + to_go, usd + rest_usd_[count]};
  }

  void Extend(std::size_t t, double usd) {
    if (left_ == 0) return;
    --left_;
    if (t == tasks_.size()) {
      best_value_ = Bound(t, usd);
      best_.steps = plan_;
      found_ = true;
      return;
    }
    // The most promising offer first, so that others are soon given up.
    std::vector<std::pair<Value, std::size_t>> order;
    for (std::size_t o = 0; o < offers_.size(); ++o) {
      if (!runs_[t][o]) continue;
      plan_[t] = StepOn(t, o);
      order.emplace_back(Bound(t + 1, usd + plan_[t].run.usd + plan_[t].egress_usd), o);
    }
    std::sort(order.begin(), order.end());
    for (const auto& [bound, o] : order) {
      if (found_ && !Better(bound, best_value_)) continue;
      plan_[t] = StepOn(t, o);
      Extend(t + 1, usd + plan_[t].run.usd + plan_[t].egress_usd);
    }
  }

  const std::vector<SiteTask>& tasks_;
  const std::vector<SiteOffer>& offers_;
  const SiteRuns& runs_;
  const SiteTransfer& transfer_;
  SiteGoal goal_;
  std::uint64_t left_;
  std::vector<SitePlan::Step> plan_;
  std::vector<double> rest_usd_, tail_;
  std::vector<std::vector<double>> to_go_;  ///< by task and offer
  bool possible_ = true, found_ = false;
  Value best_value_;
  SitePlan best_;
};

double PriceOf(const std::map<std::string, double>& prices, const std::string& cloud) {
  const auto found = prices.find(cloud);
  return found == prices.end() ? 0.0 : found->second;
}

}  // namespace

bool SiteTransfer::Moves(const SiteOffer& from, const SiteOffer& to) const {
  return from.cloud != to.cloud || (from.region != to.region && PriceOf(between, from.cloud) > 0.0);
}

double SiteTransfer::Usd(const SiteOffer& from, const SiteOffer& to, double bytes) const {
  if (from.cloud != to.cloud) return bytes * PriceOf(out, from.cloud);
  return from.region != to.region ? bytes * PriceOf(between, from.cloud) : 0.0;
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

SiteRuns RunsOn(const std::vector<SiteTask>& tasks, const std::vector<SiteOffer>& offers) {
  SiteRuns out;
  for (const SiteTask& task : tasks) {
    out.emplace_back();
    for (const SiteOffer& offer : offers) out.back().push_back(RunOn(task, offer));
  }
  return out;
}

double SitePlan::seconds() const {
  double last = 0.0;
  for (const Step& s : steps) last = std::max(last, s.end);
  return last;
}

double SitePlan::usd() const {
  double sum = 0.0;
  for (const Step& s : steps) sum += s.run.usd + s.egress_usd;
  return sum;
}

std::optional<SitePlan> ChooseSites(const std::vector<SiteTask>& tasks, const std::vector<SiteOffer>& offers, const SiteRuns& runs,
                                    const SiteTransfer& transfer, SiteGoal goal, std::uint64_t most) {
  return Search(tasks, offers, runs, transfer, goal, most).Best();
}

}  // namespace headroom::scheduling
