#include "models/scheduling/site_choice.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/random.h"

namespace headroom::scheduling {
namespace {

constexpr double kHour = 3600.0;

SiteOffer Offer(const char* name, const char* cloud, const char* accelerator, double usd) { return {name, cloud, accelerator, 8, usd, 0, 0.0, 0.0}; }

}  // namespace

TEST_CASE("nodes that stay cost their hours, reserved ones nothing", "[sites]") {
  SiteTask task{"train", 20, {{"h100", 2 * kHour}}, 0.0, 0.0, 0.0};
  SiteOffer offer = Offer("a", "x", "h100", 10.0);
  CHECK(RunOn(task, offer)->usd == Approx(60.0));  // three nodes
  offer.reserved = 2;
  CHECK(RunOn(task, offer)->usd == Approx(20.0));
  CHECK(RunOn(task, offer)->seconds == 2 * kHour);
  offer.accelerator = "a100";
  CHECK(!RunOn(task, offer));
}

TEST_CASE("spot nodes take the mean time of the process that they stand for", "[sites]") {
  const SiteTask task{"train", 16, {{"h100", 10 * kHour}}, 0.0, kHour, 300.0};
  SiteOffer offer = Offer("spot", "x", "h100", 4.0);
  offer.up = 8 * kHour;  // two nodes: an interruption every four hours
  offer.back = 1800.0;
  const SiteRun run = *RunOn(task, offer);
  RandomStream random(1, "spot");
  double seconds = 0.0, held = 0.0, lost = 0.0;
  constexpr int kRuns = 4000;
  for (int i = 0; i < kRuns; ++i)
    for (int stretch = 0; stretch < 10; ++stretch)
      for (double left = kHour; left > 0.0;) {
        const double next = random.Exponential(4 * kHour);
        if (next >= left) {
          seconds += left, held += left;
          break;
        }
        seconds += next + offer.back + task.restart, held += next + task.restart, lost += 1.0;
      }
  CHECK(run.seconds == Approx(seconds / kRuns).epsilon(0.01));
  CHECK(run.usd == Approx(held / kRuns / kHour * 2 * 4.0).epsilon(0.01));
  CHECK(run.preemptions == Approx(lost / kRuns).epsilon(0.03));
  offer.up = 0.05 * kHour;
  CHECK(!RunOn(task, offer));  // never done
}

TEST_CASE("a chain moves where what it saves is more than its egress", "[sites]") {
  const std::vector<SiteOffer> offers{Offer("home", "x", "h100", 20.0), Offer("away", "y", "h100", 10.0), Offer("fast", "y", "b200", 45.0)};
  std::vector<SiteTask> tasks{{"prepare", 8, {{"h100", kHour}}, 1e12, 0.0, 0.0}, {"train", 8, {{"h100", 4 * kHour}, {"b200", kHour}}, 0.0, 0.0, 0.0}};
  const std::map<std::string, double> egress{{"x", 0.09e-9}, {"y", 0.09e-9}};
  const double rate = 1.25e9;
  // All of it away: 10 + 40.
  CHECK(ChooseSites(tasks, offers, egress, rate, SiteGoal::kCost)->usd() == Approx(50.0));
  // In the shortest time: an hour each, in one cloud.
  const SitePlan quick = *ChooseSites(tasks, offers, egress, rate, SiteGoal::kTime);
  CHECK(quick.seconds() == Approx(2 * kHour));
  CHECK(quick.usd() == Approx(55.0));
  // Prepared at home alone: 1 TB out of x is 90 USD and 800 s.
  tasks[0].seconds = {{"home-only", kHour}};
  std::vector<SiteOffer> there = offers;
  there.push_back(Offer("old", "x", "home-only", 1.0));
  const SitePlan stays = *ChooseSites(tasks, there, egress, rate, SiteGoal::kCost);
  CHECK(there[stays.steps[1].offer].name == "home");  // 80 against 90 + 40
  CHECK(stays.usd() == Approx(81.0));
  tasks[0].output = 1e11;
  const SitePlan moves = *ChooseSites(tasks, there, egress, rate, SiteGoal::kCost);
  CHECK(there[moves.steps[1].offer].name == "away");  // 9 + 40
  CHECK(moves.usd() == Approx(50.0));
  CHECK(moves.steps[1].egress_seconds == Approx(80.0));
  tasks[1].seconds = {{"tpu", kHour}};
  CHECK(!ChooseSites(tasks, there, egress, rate, SiteGoal::kCost));
}

}  // namespace headroom::scheduling
