#include "models/scheduling/site_choice.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/scheduling/spot_recovery.h"
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

/// With nothing taken away.
SitePlan Choose(const std::vector<SiteTask>& tasks, const std::vector<SiteOffer>& offers, const SiteTransfer& transfer, SiteGoal goal) {
  return *ChooseSites(tasks, offers, RunsOn(tasks, offers), transfer, goal);
}

TEST_CASE("a chain moves where what it saves is more than its egress", "[sites]") {
  const std::vector<SiteOffer> offers{Offer("home", "x", "h100", 20.0), Offer("away", "y", "h100", 10.0), Offer("fast", "y", "b200", 45.0)};
  std::vector<SiteTask> tasks{{"prepare", 8, {{"h100", kHour}}, 1e12, 0.0, 0.0}, {"train", 8, {{"h100", 4 * kHour}, {"b200", kHour}}, 0.0, 0.0, 0.0}};
  tasks[1].after = {0};
  const SiteTransfer transfer{{{"x", 0.09e-9}, {"y", 0.09e-9}}, {}, 1.25e9};
  // All of it away: 10 + 40.
  CHECK(Choose(tasks, offers, transfer, SiteGoal::kCost).usd() == Approx(50.0));
  // In the shortest time: an hour each, in one cloud.
  const SitePlan quick = Choose(tasks, offers, transfer, SiteGoal::kTime);
  CHECK(quick.seconds() == Approx(2 * kHour));
  CHECK(quick.usd() == Approx(55.0));
  // Prepared at home alone: 1 TB out of x is 90 USD and 800 s.
  tasks[0].seconds = {{"home-only", kHour}};
  std::vector<SiteOffer> there = offers;
  there.push_back(Offer("old", "x", "home-only", 1.0));
  const SitePlan stays = Choose(tasks, there, transfer, SiteGoal::kCost);
  CHECK(there[stays.steps[1].offer].name == "home");  // 80 against 90 + 40
  CHECK(stays.usd() == Approx(81.0));
  tasks[0].output = 1e11;
  const SitePlan moves = Choose(tasks, there, transfer, SiteGoal::kCost);
  CHECK(there[moves.steps[1].offer].name == "away");  // 9 + 40
  CHECK(moves.usd() == Approx(50.0));
  CHECK(moves.steps[1].egress_seconds == Approx(80.0));
  tasks[1].seconds = {{"tpu", kHour}};
  CHECK(!ChooseSites(tasks, there, RunsOn(tasks, there), transfer, SiteGoal::kCost));
}

// a feeds b and c, which feed d. Side by side on both clouds it is quicker, in one cloud cheaper.
TEST_CASE("a graph of tasks ends with its longest way", "[sites]") {
  const std::vector<SiteOffer> offers{Offer("x1", "x", "h100", 10.0), Offer("y1", "y", "b200", 30.0)};
  std::vector<SiteTask> tasks{{"a", 8, {{"h100", kHour}}, 45e12, 0, 0},
                              {"b", 8, {{"h100", 3 * kHour}, {"b200", kHour}}, 0, 0, 0},
                              {"c", 8, {{"h100", 2 * kHour}}, 0, 0, 0},
                              {"d", 8, {{"h100", kHour}}, 0, 0, 0}};
  tasks[1].after = tasks[2].after = {0};
  tasks[3].after = {1, 2};
  SiteTransfer transfer{{{"x", 1e-12}}, {}, 45e12 / kHour};  // an hour and 45 USD out of x
  const SitePlan cheap = Choose(tasks, offers, transfer, SiteGoal::kCost);
  CHECK(cheap.usd() == Approx(70.0));
  CHECK(cheap.seconds() == Approx(5 * kHour));
  const SitePlan quick = Choose(tasks, offers, transfer, SiteGoal::kTime);
  CHECK(quick.seconds() == Approx(4 * kHour));  // b: an hour to y, an hour there; c takes as long
  CHECK(quick.usd() == Approx(10 + 30 + 45 + 20 + 10));
  CHECK(quick.least);
}

// All plans of small graphs, one by one.
TEST_CASE("no plan is better than the one that is chosen", "[sites][property]") {
  RandomStream random(7, "graphs");
  for (int round = 0; round < 200; ++round) {
    std::vector<SiteOffer> offers;
    for (int o = 0; o < 4; ++o) offers.push_back(Offer("o", o % 2 ? "x" : "y", o < 2 ? "h100" : "b200", 1.0 + 20.0 * random.Uniform()));
    std::vector<SiteTask> tasks;
    for (std::size_t t = 0; t < 5; ++t) {
      tasks.push_back({"t", 8, {{"h100", kHour * (0.1 + random.Uniform())}, {"b200", kHour * (0.1 + random.Uniform())}}, 1e12 * random.Uniform(), 0, 0});
      for (std::size_t b = 0; b < t; ++b)
        if (random.Below(3) == 0) tasks[t].after.push_back(b);
    }
    const SiteTransfer transfer{{{"x", 1e-11}, {"y", 2e-12}}, {}, 1e9};
    const SiteRuns runs = RunsOn(tasks, offers);
    double least_usd = 1e30, least_seconds = 1e30;
    for (int code = 0; code < 1024; ++code) {
      double usd = 0, last = 0;
      std::vector<double> end(5);
      for (std::size_t t = 0; t < 5; ++t) {
        const std::size_t o = code >> (2 * t) & 3;
        double start = 0;
        for (const std::size_t b : tasks[t].after) {
          const SiteOffer& from = offers[code >> (2 * b) & 3];
          usd += transfer.Usd(from, offers[o], tasks[b].output);
          start = std::max(start, end[b] + transfer.Seconds(from, offers[o], tasks[b].output));
        }
        usd += runs[t][o]->usd;
        last = std::max(last, end[t] = start + runs[t][o]->seconds);
      }
      least_usd = std::min(least_usd, usd);
      least_seconds = std::min(least_seconds, last);
    }
    CHECK(Choose(tasks, offers, transfer, SiteGoal::kCost).usd() == Approx(least_usd));
    CHECK(Choose(tasks, offers, transfer, SiteGoal::kTime).seconds() == Approx(least_seconds));
  }
}

TEST_CASE("one region alone takes what its closed form says", "[sites][recovery]") {
  SiteTask task{"train", 16, {{"h100", 10 * kHour}}, 0.0, kHour, 0.0};
  SiteOffer offer = Offer("spot", "x", "h100", 4.0);
  offer.up = 8 * kHour;
  offer.back = 1800.0;
  const SiteRun closed = *RunOn(task, offer), drawn = *RunAcross(task, {offer}, 0, Recovery::kNextRegion, {}, 20000, 1);
  CHECK(drawn.seconds == Approx(closed.seconds).epsilon(0.02));
  CHECK(drawn.usd == Approx(closed.usd).epsilon(0.02));
  CHECK(drawn.preemptions == Approx(closed.preemptions).epsilon(0.02));
  CHECK(drawn.moves == 0.0);
}

// Nodes of the other regions are nearly always there, so every preemption is a move, and nobody waits.
TEST_CASE("a task goes on in another region, its state along", "[sites][recovery]") {
  SiteTask task{"train", 8, {{"h100", 20 * kHour}}, 0.0, kHour, 0.0, 1e12};
  std::vector<SiteOffer> offers{Offer("east", "x", "h100", 4.0), Offer("west", "x", "h100", 5.0), Offer("far", "y", "h100", 6.0)};
  const char* regions[] = {"east", "west", "far"};
  for (std::size_t o = 0; o < 3; ++o) offers[o].region = regions[o], offers[o].up = 4 * kHour, offers[o].back = 1.0;
  offers[0].back = 24 * kHour;
  const SiteTransfer transfer{{{"x", 0.09e-9}, {"y", 0.09e-9}}, {{"x", 0.02e-9}}, 1.25e9};  // 20 USD between regions, 800 s
  const SiteRun waits = *RunAcross(task, offers, 0, Recovery::kWait, transfer, 2000, 1);
  const SiteRun moves = *RunAcross(task, offers, 0, Recovery::kNextRegion, transfer, 2000, 1);
  CHECK(waits.seconds > 5 * moves.seconds);
  CHECK(waits.moves == 0.0);
  CHECK(moves.moves > 0.9 * moves.preemptions);
  CHECK(moves.moved_usd > 15.0 * moves.moves);
  CHECK(moves.seconds < 30 * kHour);
  // In its own region first, between two kinds of nodes in the west.
  offers.push_back(offers[1]);
  const SiteRun stays = *RunAcross(task, offers, 1, Recovery::kFailover, transfer, 2000, 1);
  CHECK(stays.moves > 0.9 * stays.preemptions);
  CHECK(stays.moved_usd < 1.0 * stays.moves);
}

}  // namespace headroom::scheduling
