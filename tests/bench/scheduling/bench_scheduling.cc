#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "models/scheduling/scheduler.h"
#include "sim/core/random.h"

/// bench_scheduling [jobs nodes load policy]: what a policy costs on a stream of jobs; without arguments, a table of cases.

using namespace headroom;
using namespace headroom::scheduling;

namespace {

double Seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Powers of two up to 64 nodes, lognormal run times of a mean of one hour, estimates up to five times as long; offered
/// load `load` of the nodes.
std::vector<Job> Stream(std::uint32_t count, std::uint32_t nodes, double load) {
  RandomStream random(1, "bench");
  const double mean_units = 127.0 / 7.0, mean_run = 3600.0;
  const double gap = mean_units * mean_run / (load * nodes);
  std::vector<Job> jobs(count);
  double time = 0.0;
  for (Job& j : jobs) {
    time += random.Exponential(gap);
    j.submit = Instant::FromSeconds(time);
    j.units = 1u << random.Below(7);
    j.runtime = Duration::FromSeconds(std::max(1.0, random.Lognormal(mean_run, 1.2)));
    j.estimate = Duration::FromSeconds(std::ceil(j.runtime.seconds() * (1.0 + 4.0 * random.Uniform())));
  }
  return jobs;
}

void RunCase(std::uint32_t count, std::uint32_t nodes, double load, const char* policy, const char* placement) {
  std::vector<Job> jobs = Stream(count, nodes, load);
  SchedulerParams params;
  params.policy = policy;
  params.placement = placement;
  const double begin = Seconds();
  Engine engine;
  Scheduler scheduler(engine, FloorShape::Uniform(nodes, 1, 32), std::move(jobs), params);
  std::size_t longest = 0;
  scheduler.OnStart([&](JobIndex, const Allocation&) { longest = std::max(longest, scheduler.cluster().waiting().size()); });
  scheduler.Start();
  engine.RunAll();
  const double wall = Seconds() - begin;
  double wait = 0.0;
  for (std::size_t i = 0; i < scheduler.jobs().size(); ++i)
    wait += static_cast<double>(scheduler.records()[i].first_start - scheduler.jobs()[i].submit.ns()) * 1e-9;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{:>9} jobs {:>6} nodes  load {:.2f}  {:<22} {:<15} {:8.3f} s  {:6.2f} us/job  longest queue {:>7}  mean wait {:9.0f} s  {:5} MiB\n", count,
             nodes, load, policy, placement, wall, wall / count * 1e6, longest, wait / count, usage.ru_maxrss / 1024);
}

/// One decision of a placement on a floor of 16,384 accelerators, half of them taken at random.
void Decide(const PlacementRow& row, JobPlacement how, const char* asked) {
  FloorShape shape = FloorShape::Uniform(2048, 8, 8);
  shape.levels = {{"leaf", {}}, {"rack", shape.rack_begin}};
  for (std::uint32_t n = 0; n <= 2048; n += 32) shape.levels[0].begin.push_back(n);
  Floor floor(std::move(shape));
  RandomStream random(2, "floor");
  for (std::uint32_t i = 0; i < floor.shape().units(); ++i)
    if (random.Below(2) == 0) floor.Take({{i, 1}});
  const Placement place = row.make({{{{0, 0, 1, 1000}, 0.5}, {{0, 0, 8, 1000}, 0.5}}, 1});
  constexpr std::uint32_t kSizes[] = {1, 4, 8, 32, 64, 512, 4096};
  constexpr int kTimes = 200;
  double slowest = 0.0;
  std::size_t sink = 0;
  for (const std::uint32_t units : kSizes) {
    if (row.heeds == Heeds::kParts && units > 8) break;
    const std::uint32_t pod = how.pod > 0 ? std::min(how.pod, units) : 0;
    const PlacementRequest request(units, {pod, how.segment, how.mode, how.level});
    const double begin = Seconds();
    for (int i = 0; i < kTimes; ++i) sink += place(floor, request).size();
    slowest = std::max(slowest, (Seconds() - begin) / kTimes);
  }
  fmt::print("placement {:<15} {:<24} 16384 accelerators, 1 to 4096 asked for: at most {:.3f} ms ({} runs)\n", row.name, asked, slowest * 1e3, sink / kTimes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 4) {
    RunCase(static_cast<std::uint32_t>(std::atoi(argv[1])), static_cast<std::uint32_t>(std::atoi(argv[2])), std::atof(argv[3]), argv[4],
            argc > 5 ? argv[5] : "first-fit");
    return 0;
  }
  for (const PlacementRow& row : PlacementTable()) Decide(row, {}, "");
  const PlacementRow& domains = *FindPlacement("topology-aware");
  Decide(domains, {4, 0, PlacementMode::kRequired, 0}, "pods of 4, one leaf");
  Decide(domains, {4, 0, PlacementMode::kPreferred, 2}, "pods of 4, preferred");
  Decide(domains, {4, 0, PlacementMode::kUnconstrained, 0}, "pods of 4, unconstrained");
  Decide(domains, {4, 0, PlacementMode::kLowest, 0}, "pods of 4, lowest");
  Decide(domains, {1, 4, PlacementMode::kPreferred, 1}, "segments of 4 in racks");
  RunCase(10'000, 512, 0.9, "easy-backfill", "first-fit");
  RunCase(10'000, 512, 1.5, "easy-backfill", "first-fit");
  RunCase(10'000, 512, 0.9, "conservative-backfill", "first-fit");
  RunCase(1'000'000, 10'000, 0.9, "easy-backfill", "first-fit");
  RunCase(1'000'000, 10'000, 1.2, "easy-backfill", "first-fit");
  return 0;
}
