#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "tests/models/scheduling/streams.h"

namespace headroom::scheduling {
namespace {

/// Two blocks of two racks of two nodes of four units.
FloorShape Blocks() {
  FloorShape shape = FloorShape::Uniform(8, 4, 2);
  shape.levels = {{"block", {0, 4, 8}}, {"rack", shape.rack_begin}};
  return shape;
}

constexpr std::uint8_t kBlock = 0, kRack = 1, kNode = 2;

JobPlacement Asks(PlacementMode mode, std::uint8_t level, std::uint32_t pod, std::uint32_t segment = 0) {
  return {pod, segment, mode, level};
}

std::set<std::uint32_t> NodesOf(const Floor& floor, const Allocation& units) {
  std::set<std::uint32_t> nodes;
  floor.EachNode(units, [&](std::uint32_t n, std::uint32_t) { nodes.insert(n); });
  return nodes;
}

std::set<std::uint32_t> DomainsOf(const Floor& floor, const Allocation& units, std::uint8_t level) {
  std::set<std::uint32_t> domains;
  if (level == floor.shape().levels.size()) return NodesOf(floor, units);
  const std::vector<std::uint32_t>& begin = floor.shape().levels[level].begin;
  for (const std::uint32_t n : NodesOf(floor, units))
    domains.insert(static_cast<std::uint32_t>(std::upper_bound(begin.begin(), begin.end(), n) - begin.begin()));
  return domains;
}

}  // namespace

TEST_CASE("a required domain is kept, and refused where none has room", "[placement]") {
  Floor floor(Blocks());
  floor.Take({{0, 1}, {8, 1}, {16, 1}, {24, 1}});  // a unit of the first node of each rack
  // A whole node is free in each rack, two in none.
  CHECK(PlaceInDomains(floor, {8, Asks(PlacementMode::kRequired, kRack, 4)}).empty());
  CHECK(NodesOf(floor, PlaceInDomains(floor, {8, Asks(PlacementMode::kRequired, kBlock, 4)})) == std::set<std::uint32_t>{1, 3});
  CHECK(NodesOf(floor, PlaceInDomains(floor, {8, Asks(PlacementMode::kPreferred, kNode, 4)})) == std::set<std::uint32_t>{1, 3});
  CHECK(NodesOf(floor, PlaceInDomains(floor, {16, Asks(PlacementMode::kPreferred, kNode, 4)})) == std::set<std::uint32_t>{1, 3, 5, 7});
  CHECK(PlaceInDomains(floor, {20, Asks(PlacementMode::kPreferred, kNode, 4)}).empty());
  // Seven single units are a rack's.
  CHECK(DomainsOf(floor, PlaceInDomains(floor, {7, Asks(PlacementMode::kRequired, kRack, 1)}), kRack).size() == 1);
}

TEST_CASE("lowest takes the least level up to its tier", "[placement]") {
  Floor floor(Blocks());
  floor.Take({{0, 1}});
  CHECK(DomainsOf(floor, PlaceInDomains(floor, {4, Asks(PlacementMode::kLowest, kBlock, 4)}), kNode).size() == 1);
  CHECK(DomainsOf(floor, PlaceInDomains(floor, {8, Asks(PlacementMode::kLowest, kBlock, 4)}), kRack).size() == 1);
  CHECK(DomainsOf(floor, PlaceInDomains(floor, {16, Asks(PlacementMode::kLowest, kBlock, 4)}), kBlock) == std::set<std::uint32_t>{2});
  CHECK(PlaceInDomains(floor, {16, Asks(PlacementMode::kLowest, kRack, 4)}).empty());
  CHECK(PlaceInDomains(floor, {20, Asks(PlacementMode::kLowest, kBlock, 4)}).empty());
}

TEST_CASE("segments lie in one domain each", "[placement]") {
  Floor floor(Blocks());
  floor.Take({{0, 1}});  // rack 1 has one whole node left
  const Allocation six = PlaceInDomains(floor, {24, Asks(PlacementMode::kPreferred, kRack, 4, 2)});
  CHECK(NodesOf(floor, six) == std::set<std::uint32_t>{2, 3, 4, 5, 6, 7});
  CHECK(PlaceInDomains(floor, {32, Asks(PlacementMode::kPreferred, kRack, 4, 2)}).empty());
  // Without segments seven nodes would do, eight not.
  CHECK(NodesOf(floor, PlaceInDomains(floor, {28, Asks(PlacementMode::kPreferred, kRack, 4)})).size() == 7);
}

TEST_CASE("Kubernetes' scores fill the fullest and the emptiest nodes", "[placement]") {
  Floor floor(FloorShape::Uniform(3, 4, 3));
  floor.Take({{4, 2}, {8, 1}});  // free: 4, 2, 3
  CHECK(MostAllocated(floor, {2, Asks(PlacementMode::kAny, 0, 2)}) == Allocation{{6, 2}});
  CHECK(LeastAllocated(floor, {2, Asks(PlacementMode::kAny, 0, 2)}) == Allocation{{0, 2}});
  // Pods of two: the second node, then the third, then the first.
  CHECK(MostAllocated(floor, {4, Asks(PlacementMode::kAny, 0, 2)}) == Allocation{{6, 2}, {9, 2}});
  CHECK(MostAllocated(floor, {6, Asks(PlacementMode::kAny, 0, 3)}) == Allocation{{0, 3}, {9, 3}});
  CHECK(MostAllocated(floor, {9, Asks(PlacementMode::kAny, 0, 3)}).empty());
}

TEST_CASE("the coolest zone takes the job", "[placement]") {
  FloorShape shape = FloorShape::Uniform(6, 4, 1);
  shape.zone_begin = {0, 2, 6};  // 8 and 16 units
  Floor floor(shape);
  floor.Take({{8, 4}});  // 0 of 8 held, 4 of 16
  CHECK(Coolest(floor, 4) == Allocation{{0, 4}});
  floor.Take({{0, 3}});  // 3 of 8, 4 of 16
  CHECK(Coolest(floor, 4) == Allocation{{12, 4}});
  CHECK(UnitsOf(Coolest(floor, 17)) == 17);
}

TEST_CASE("parts of accelerators share, whole ones do not", "[placement]") {
  FloorShape shape = FloorShape::Uniform(2, 14, 2);  // two nodes of two accelerators of seven parts
  shape.parts = 7;
  Floor floor(shape);
  const Placement fgd = FindPlacement("fgd")->make({{{{0, 0, 1, 428}, 0.5}, {{0, 0, 2, 1000}, 0.5}}, 1});
  const Allocation share = fgd(floor, 3);
  CHECK(share == Allocation{{0, 3}});
  CHECK(fgd(floor, 3) == share);  // not started: the floor is as it was
  floor.Take(share);
  // On the same node: a share on the second would cost the pair of whole ones there. Not beside the other: a part of four is
  // left for another share, one of one is not.
  CHECK(fgd(floor, 3) == Allocation{{7, 3}});
  const Allocation whole = fgd(floor, 14);
  CHECK(whole == Allocation{{14, 14}});
  floor.Take(whole);
  CHECK(fgd(floor, 14).empty());  // 18 parts are free, not two whole accelerators of one node
  CHECK(fgd(floor, 7) == Allocation{{7, 7}});
  floor.Give(share);
  CHECK(fgd(floor, 14) == Allocation{{0, 14}});
}

TEST_CASE("requests hold under every policy that waits for places, power stays under its cap and no job is lost", "[placement][property]") {
  for (const PolicyRow& row : PolicyTable()) {
    if (!WaitsForPlaces(row.name)) continue;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      INFO(row.name << " seed " << seed);
      RandomStream random(seed, "requests");
      const FloorShape shape = Blocks();
      std::vector<Job> jobs = RandomJobs(seed, 100, 16);
      for (Job& j : jobs) {
        j.watts = 100.0;
        if (random.Below(3) == 0) continue;
        j.place.pod = j.units % 4 == 0 ? 4 : j.units % 2 == 0 ? 2 : 1;
        j.place.mode = static_cast<PlacementMode>(1 + random.Below(4));
        j.place.level = j.units <= 4 && j.units != 3 && random.Below(2) == 0 ? kNode : j.units <= 8 ? kRack : kBlock;
        if (random.Below(4) == 0) j.relax = Duration::FromSeconds(30);
      }
      SchedulerParams params;
      params.policy = row.name;
      params.placement = "topology-aware";
      params.limits.power = 2400.0;  // 24 of 32 units
      params.options.quota.nodes = {{QuotaTree::kRoot, {{32.0, kNoLimit, kNoLimit}}, 1.0}};
      params.options.quota.leaf_of_queue = {0, 0, 0};
      if (std::string(row.name) != "fifo" && std::string(row.name) != "sjf" && std::string(row.name) != "easy-backfill" && seed % 2 == 0)
        params.preemption = {PreemptMode::kRequeue, true, 0, 20'000'000'000};
      params.options.quota.within = WithinQueue::kLower;
      Engine engine;
      Scheduler s(engine, shape, jobs, params);
      std::size_t bad = 0, strict = 0;
      s.OnStart([&](JobIndex job, const Allocation& units) {
        const JobPlacement& p = jobs[job].place;
        const Floor& floor = s.cluster().floor();
        if (UnitsOf(units) != jobs[job].units) ++bad;
        if (s.cluster().power() > 2400.0 + 1e-6) ++bad;
        std::map<std::uint32_t, std::uint32_t> on;
        floor.EachNode(units, [&](std::uint32_t node, std::uint32_t n) { on[node] += n; });
        for (const auto& [node, n] : on) bad += p.pod > 0 && n % p.pod != 0;
        const bool relaxed = jobs[job].relax.ns() > 0 && engine.now().ns() - s.records()[job].submitted >= jobs[job].relax.ns();
        if ((p.mode == PlacementMode::kRequired && !relaxed) || p.mode == PlacementMode::kLowest) {
          ++strict;
          if (DomainsOf(floor, units, p.level).size() != 1) ++bad;
        }
      });
      s.Start();
      engine.RunAll();
      CHECK(bad == 0);
      CHECK(strict > 10);
      CHECK(s.open() == 0);
      CHECK(s.cluster().power() == 0.0);
    }
  }
}

TEST_CASE("EASY with places never delays the head beyond its booking", "[placement][property]") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    std::vector<Job> jobs = RandomJobs(seed, 60, 16);
    for (Job& j : jobs) {
      j.estimate = j.runtime = std::min(j.runtime, j.estimate);
      j.watts = 100.0;
      if (j.units <= 8) j.place = Asks(PlacementMode::kRequired, kRack, 1);
    }
    SchedulerParams params;
    params.placement = "topology-aware";
    params.limits.power = 2600.0;
    Engine engine;
    Scheduler s(engine, Blocks(), jobs, params);
    std::map<JobIndex, std::int64_t> promised;
    std::size_t broken = 0;
    for (int t = 0; t < 6000; ++t)
      engine.At(Instant::FromSeconds(t), Phase::kObserve, [&] {
        const Cluster& c = s.cluster();
        if (c.waiting().empty()) return;
        const JobIndex head = c.waiting().front().job;
        const auto first = c.FirstFit(head);
        if (!first) return;
        const auto [it, fresh] = promised.emplace(head, first->time);
        if (!fresh && first->time > it->second) ++broken;
      });
    s.Start();
    engine.RunAll();
    CHECK(broken == 0);
    CHECK(promised.size() > 5);
    for (const auto& [job, time] : promised) CHECK(s.records()[job].first_start <= time);
  }
}

TEST_CASE("a required rack is preferred once the job has waited its time", "[placement]") {
  // Two racks of one node of four units. Two and three units are taken: two and one are left, three in all and on no rack.
  std::vector<Job> jobs{MakeJob(0, 1000, 1000, 2), MakeJob(0, 1000, 1000, 3), MakeJob(0, 100, 100, 3)};
  jobs[0].place = Asks(PlacementMode::kRequired, 0, 1);
  jobs[1].place = Asks(PlacementMode::kRequired, 0, 3);
  jobs[2].place = Asks(PlacementMode::kRequired, 0, 1);
  SchedulerParams params;
  params.policy = "fifo";
  params.placement = "topology-aware";
  const auto start = [&](Duration relax) {
    std::vector<Job> list = jobs;
    list[2].relax = relax;
    Engine engine;
    Scheduler s(engine, FloorShape::Uniform(2, 4, 1), list, params);
    s.Start();
    engine.RunAll();
    return static_cast<double>(s.records()[2].first_start) / 1e9;
  };
  CHECK(start({}) == 1000.0);
  CHECK(start(Duration::FromSeconds(60)) == 60.0);
}

TEST_CASE("a job of an elastic cluster takes what there is and is done in the time that its sizes give", "[elastic]") {
  SchedulerParams params;
  params.policy = "elastic";
  params.options.elastic = {1.0, 4, 10'000'000'000};
  params.preemption = {PreemptMode::kRequeue, true, 0, 0};
  const auto ends = [&](std::vector<Job> jobs) {
    Engine engine;
    Scheduler s(engine, FloorShape::Uniform(2, 4, 2), std::move(jobs), params);
    s.Start();
    engine.RunAll();
    std::vector<double> out;
    for (const JobRecord& r : s.records()) out.push_back(static_cast<double>(r.end) * 1e-9);
    return out;
  };
  // Alone: two units asked for, eight there: four times as fast with linear scaling.
  CHECK(ends({MakeJob(0, 400, 400, 2)})[0] == Approx(100.0));
  // Another of the same kind after 20 s: both on four units from then on, until the first is done at 80 / (400 - 80) ...
  // first: 80 s of work done in 20 s, 320 left at twice the speed: 180 s. Then the second has 160 s of 400 done by
  // 180 s ... with 2 x 160 = 320 done, 80 left at four times: 20 s, after a look at most 10 s later at its old speed.
  const std::vector<double> two = ends({MakeJob(0, 400, 400, 2), MakeJob(20, 400, 400, 2)});
  CHECK(two[0] == Approx(180.0));
  CHECK(two[1] == Approx(200.0).margin(5.0));
  // More work than there is: half its size, half its speed.
  params.options.elastic.scaling = 0.5;
  CHECK(ends({MakeJob(0, 100, 100, 8)})[0] == Approx(100.0));
}

TEST_CASE("carbon shifting picks the cleanest stretch within its slack", "[carbon]") {
  CarbonShift shift{{400.0, 100.0, 200.0, 300.0}, 0};
  const std::int64_t hour = 3600'000'000'000;
  CHECK(shift.Integral(0, 4 * hour) == Approx(1000.0 * 3600.0));
  CHECK(shift.Integral(hour / 2, 9 * hour) == Approx((200.0 + 100.0 + 200.0 + 300.0 + 1000.0 + 400.0) * 3600.0));
  shift.slack = 3 * hour;
  CHECK(shift.BestStart(0, hour) == hour);
  CHECK(shift.BestStart(0, 2 * hour) == hour);
  // Half an hour into the second hour, two hours: now is 50 + 200 + 150, from the next second hour 3.5 h later is out of reach.
  CHECK(shift.BestStart(hour * 3 / 2, 2 * hour) == hour * 3 / 2);
  shift.slack = hour / 2;
  CHECK(shift.BestStart(0, 2 * hour) == hour / 2);  // as late as may be
  SchedulerParams params;
  params.policy = "fifo";
  params.carbon = {{400.0, 100.0, 200.0, 300.0}, 3 * hour};
  CHECK(Starts({MakeJob(0, 3600, 3600, 1), MakeJob(7200, 3600, 3600, 1)}, 4, params) == std::vector<double>{3600.0, 18000.0});
}

}  // namespace headroom::scheduling
