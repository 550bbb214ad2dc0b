#include <catch2/catch.hpp>

#include "tests/models/scheduling/streams.h"

namespace headroom::scheduling {
namespace {

Job Of(std::uint32_t queue, double submit, double run, std::uint32_t units, std::int32_t priority = 0) {
  Job j = MakeJob(submit, run, run, units, priority);
  j.queue = queue;
  return j;
}

std::vector<double> StartsOn(FloorShape shape, std::vector<Job> jobs, const SchedulerParams& params, std::vector<double>* last = nullptr,
                             std::vector<Allocation>* where = nullptr) {
  Engine engine;
  Scheduler s(engine, std::move(shape), std::move(jobs), params);
  if (where) where->resize(s.jobs().size());
  s.OnStart([&](JobIndex job, const Allocation& units) {
    if (where) (*where)[job] = units;
  });
  s.Start();
  engine.RunAll();
  std::vector<double> out;
  for (const JobRecord& r : s.records()) {
    out.push_back(static_cast<double>(r.first_start) / 1e9);
    if (last) last->push_back(static_cast<double>(r.last_start) / 1e9);
  }
  return out;
}

}  // namespace

TEST_CASE("kubernetes lets jobs by that do not fit, and never without preemption stops one", "[scheduling][kubernetes]") {
  SchedulerParams p;
  p.policy = "kubernetes";
  const std::vector<double> starts = StartsOn(FloorShape::Uniform(2, 4, 2), {Of(0, 0, 100, 4), Of(0, 1, 100, 6), Of(0, 2, 100, 3), Of(0, 3, 100, 1, 5)}, p);
  CHECK(starts[2] == 2);
  CHECK(starts[3] == 3);
  CHECK(starts[1] == 102);  // four are free at 100, six when the job of three has gone
}

TEST_CASE("kubernetes stops the least loss on one node", "[scheduling][kubernetes]") {
  SchedulerParams p;
  p.policy = "kubernetes";
  p.placement = "most-allocated";
  p.preemption.mode = PreemptMode::kRequeue;
  std::vector<Job> jobs{Of(0, 0, 1000, 4, 3), Of(0, 0, 1000, 2, 1), Of(0, 0, 1000, 2, 2), Of(0, 10, 100, 2, 9)};
  for (Job& j : jobs) j.place.pod = j.units;
  std::vector<double> last;
  const std::vector<double> starts = StartsOn(FloorShape::Uniform(2, 4, 2), jobs, p, &last);
  CHECK(starts[3] == 10);
  // The node of jobs 1 and 2: priority 1 goes, 2 is kept; it starts anew when the high one has gone.
  CHECK(last == std::vector<double>{0, 110, 0, 10});
}

TEST_CASE("a job of equal priority is no victim", "[scheduling][kubernetes]") {
  SchedulerParams p;
  p.policy = "kubernetes";
  p.preemption.mode = PreemptMode::kRequeue;
  CHECK(StartsOn(FloorShape::Uniform(1, 4, 1), {Of(0, 0, 100, 4, 5), Of(0, 10, 100, 4, 5)}, p)[1] == 100);
}

TEST_CASE("proportion starts no more in a queue that has what it deserves", "[scheduling][proportion]") {
  SchedulerParams p;
  p.policy = "proportion";
  p.options.proportion.queues = {{1.0, 0, 0}, {3.0, 0, 0}};
  // Of 8, both ask for 8: they deserve 2 and 6. One by one by the least share: q0, q1, then 1/2 against 1/6 and so on.
  std::vector<Job> jobs;
  for (int i = 0; i < 8; ++i) jobs.push_back(Of(0, 0, 100, 1));
  for (int i = 0; i < 8; ++i) jobs.push_back(Of(1, 0, 100, 1));
  const std::vector<double> starts = StartsOn(FloorShape::Uniform(1, 8, 1), jobs, p);
  CHECK(std::count(starts.begin(), starts.begin() + 8, 0.0) == 2);
  CHECK(std::count(starts.begin() + 8, starts.end(), 0.0) == 6);
}

TEST_CASE("proportion reclaims what a queue holds beyond what it deserves, and no more", "[scheduling][proportion]") {
  SchedulerParams p;
  p.policy = "proportion";
  p.preemption.mode = PreemptMode::kRequeue;
  p.options.proportion.queues = {{1.0, 0, 0}, {1.0, 0, 0}};
  std::vector<Job> jobs;
  for (int i = 0; i < 8; ++i) jobs.push_back(Of(0, 0, 1000, 1));
  for (int i = 0; i < 8; ++i) jobs.push_back(Of(1, 10, 1000, 1));
  std::vector<double> last;
  const std::vector<double> starts = StartsOn(FloorShape::Uniform(1, 8, 1), jobs, p, &last);
  CHECK(std::count(starts.begin(), starts.begin() + 8, 0.0) == 8);
  CHECK(std::count(starts.begin() + 8, starts.end(), 10.0) == 4);  // of 8 each deserves 4
  CHECK(std::count(last.begin(), last.begin() + 8, 0.0) == 4);
}

TEST_CASE("a guarantee is deserved whatever the weight, and a capability is never passed", "[scheduling][proportion]") {
  SchedulerParams p;
  p.policy = "proportion";
  p.options.proportion.queues = {{1.0, 0, 4.0}, {100.0, 0, 0, 3.0}};
  std::vector<Job> jobs;
  for (int i = 0; i < 8; ++i) jobs.push_back(Of(0, 0, 100, 1));
  for (int i = 0; i < 8; ++i) jobs.push_back(Of(1, 0, 100, 1));
  const std::vector<double> starts = StartsOn(FloorShape::Uniform(1, 8, 1), jobs, p);
  CHECK(std::count(starts.begin() + 8, starts.end(), 0.0) == 3);
  CHECK(std::count(starts.begin(), starts.begin() + 8, 0.0) == 5);
}

TEST_CASE("flavors are tried in order, and borrowing waits for the next where the rules say so", "[scheduling][quota]") {
  FloorShape shape = FloorShape::Uniform(4, 2, 4);
  shape.kind = {0, 0, 1, 1};
  SchedulerParams p;
  p.policy = "quota";
  QuotaOptions& o = p.options.quota;
  // Two queues in a cohort; the first has 2 of kind 0 and 4 of kind 1, the second lends 2 of kind 0.
  o.nodes = {{QuotaTree::kRoot, {{}, {}}, 1.0}, {0, {{2.0}, {4.0}}, 1.0}, {0, {{2.0}, {}}, 1.0}};
  o.leaf_of_queue = {1, 2};
  o.flavors = {{0, 1}, {0}};
  std::vector<Allocation> where;
  StartsOn(shape, {Of(0, 0, 100, 2), Of(0, 0, 100, 2), Of(0, 0, 100, 2)}, p, nullptr, &where);
  CHECK(where == std::vector<Allocation>{{{0, 2}}, {{2, 2}}, {{4, 2}}});  // its own, borrowed, then the next flavor
  o.borrow_first = false;
  StartsOn(shape, {Of(0, 0, 100, 2), Of(0, 0, 100, 2), Of(0, 0, 100, 2)}, p, nullptr, &where);
  CHECK(where == std::vector<Allocation>{{{0, 2}}, {{4, 2}}, {{6, 2}}});
  // In the reverse order the second kind is first.
  o.flavors[0] = {1, 0};
  StartsOn(shape, {Of(0, 0, 100, 2)}, p, nullptr, &where);
  CHECK(where[0] == Allocation{{4, 2}});
}

TEST_CASE("a lender reclaims its flavor, and preempting can come before the next flavor", "[scheduling][quota]") {
  FloorShape shape = FloorShape::Uniform(4, 2, 4);
  shape.kind = {0, 0, 1, 1};
  SchedulerParams p;
  p.policy = "quota";
  p.preemption.mode = PreemptMode::kRequeue;
  QuotaOptions& o = p.options.quota;
  o.reclaim = Reclaim::kAny;
  o.nodes = {{QuotaTree::kRoot, {{}, {}}, 1.0}, {0, {{2.0}, {0.0}}, 1.0}, {0, {{2.0}, {4.0}}, 1.0}};
  o.leaf_of_queue = {1, 2};
  o.flavors = {{0}, {0, 1}};
  const std::vector<Job> jobs{Of(0, 0, 100, 2), Of(0, 0, 100, 2), Of(1, 10, 100, 2)};
  std::vector<double> last;
  std::vector<Allocation> where;
  StartsOn(shape, jobs, p, &last, &where);
  CHECK(where[2] == Allocation{{4, 2}});  // the next flavor fits
  CHECK(last == std::vector<double>{0, 0, 10});
  o.preempt_first = true;
  last.clear();
  StartsOn(shape, jobs, p, &last, &where);
  CHECK(where[2] == Allocation{{0, 2}});
  CHECK(last == std::vector<double>{100, 0, 10});  // the first was stopped at 10, and goes on when the second has gone
}

}  // namespace headroom::scheduling
