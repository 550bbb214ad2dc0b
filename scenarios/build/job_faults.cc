#include "scenarios/build/job_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace headroom::scenario {

JobFaults::JobFaults(Engine& engine, scheduling::Scheduler& scheduler, failure::NodePool& nodes, const failure::FailureProfile& profile,
                     JobFaultPlan plan, std::uint64_t seed, const std::string& path, std::string workload)
    : engine_(engine),
      scheduler_(scheduler),
      pool_(nodes),
      interruptions_(profile, scheduler.cluster().units() / scheduler.cluster().floor().shape().parts, seed, path, plan.shape),
      plan_(std::move(plan)),
      domain_stream_(seed, path + ".domains"),
      straggler_stream_(seed, path + ".stragglers"),
      silent_stream_(seed, path + ".silent"),
      workload_(std::move(workload)) {}

void JobFaults::Start() {
  ScheduleNext();
  for (std::size_t k = 0; k < plan_.domains.size(); ++k) ScheduleDomain(k);
  if (plan_.straggler_rate > 0.0) ScheduleStraggler();
  if (plan_.silent_rate > 0.0) ScheduleSilent();
}

void JobFaults::ScheduleNext() {
  const failure::Interruption fault = interruptions_.Next();
  engine_.After(Duration::FromSeconds(std::min(fault.gap, failure::kNeverSeconds)), Phase::kArrival, [this, fault] {
    if (scheduler_.open() == 0) return;
    Strike(fault);
    ScheduleNext();
  });
}

void JobFaults::Strike(const failure::Interruption& fault) {
  const scheduling::FloorShape& shape = scheduler_.cluster().floor().shape();
  const std::vector<std::uint32_t>& begin = shape.node_begin;
  const auto node = static_cast<std::uint32_t>(std::upper_bound(begin.begin(), begin.end(), fault.accelerator * shape.parts) - begin.begin() - 1);
  if (Spared(node) || scheduler_.cluster().IsDown(node) || !struck_.insert(node).second) return;  // down already
  ++faults_;
  scheduler_.Stall(node);
  const Instant now = engine_.now();
  engine_.After(Duration::FromSeconds(interruptions_.profile().detection), Phase::kArrival,
                [this, node, fault, now] { Detected(node, fault, now); });
}

void JobFaults::Tell(Instant since, const std::string& what, std::size_t stopped) {
  events_.push_back({since.seconds(), "failure", workload_, fmt::format("{}; {} {} stopped", what, stopped, stopped == 1 ? "job" : "jobs")});
}

void JobFaults::Detected(std::uint32_t node, const failure::Interruption& fault, Instant since) {
  struck_.erase(node);
  const failure::Cause& cause = interruptions_.profile().causes.at(fault.cause);
  std::optional<Instant> back;
  if (cause.takes_node) back = pool_.Replace([this, node] { Repaired(node); });
  if (back == engine_.now()) back.reset();  // a spare stood ready
  const std::size_t stopped = scheduler_.Interrupt(node, since, back);
  if (scheduler_.cluster().IsDown(node)) down_since_.emplace(node, engine_.now());
  Tell(since, fmt::format("{}, node {} of its nodes", cause.name, node + 1), stopped);
}

void JobFaults::Repaired(std::uint32_t node) {
  const auto down = down_since_.find(node);
  if (down == down_since_.end()) return;  // called for a spare
  down_ += (engine_.now() - down->second).seconds() * scheduling::UnitsOf(scheduler_.cluster().UnitsOfNode(node));
  down_since_.erase(down);
  scheduler_.BringUp(node);
}

double JobFaults::DownSeconds() const {
  double sum = down_;
  for (const auto& [node, since] : down_since_)
    sum += (engine_.now() - since).seconds() * scheduling::UnitsOf(scheduler_.cluster().UnitsOfNode(node));
  return sum / scheduler_.cluster().floor().shape().parts;
}

}  // namespace headroom::scenario
