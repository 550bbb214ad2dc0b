#include <fmt/format.h>

#include <algorithm>

#include "scenarios/build/job_faults.h"
#include "scenarios/build/site_services.h"

namespace headroom::scenario {
namespace {

constexpr double kYear = 365.25 * 86400.0;

std::vector<std::uint32_t> Every(std::uint32_t nodes, std::uint32_t all) {
  std::vector<std::uint32_t> begin;
  for (std::uint32_t n = 0; n < all; n += nodes) begin.push_back(n);
  begin.push_back(all);
  return begin;
}

}  // namespace

JobFaultPlan FaultPlanOf(const WorkSite& site, const scheduling::FloorShape& shape) {
  const schema::Failures& f = site.context.scenario.site().failures();
  JobFaultPlan plan;
  plan.shape = site.services.shape(site.system.units_per_node());
  plan.spread = site.services.repair_spread();
  for (const failure::DomainFaults& d : site.services.Domains(site.system.nodes_per_rack, site.nodes_per_leaf)) {
    const bool racks = d.name == "rack" && d.nodes == site.system.nodes_per_rack;
    plan.domains.push_back({d.name, d.rate, d.repair, racks ? shape.rack_begin : Every(d.nodes, shape.nodes())});
  }
  if (f.has_stragglers()) {
    plan.straggler_rate = f.stragglers().per_year() / kYear;
    plan.straggler_pace = f.stragglers().pace();
    plan.straggler_lasts = f.stragglers().lasts();
  }
  if (f.has_silent()) {
    plan.silent_rate = f.silent().per_year() / kYear;
    plan.silent_seen = f.silent().seen_after();
  }
  return plan;
}

void JobFaults::ScheduleDomain(std::size_t kind) {
  const JobFaultPlan::Domains& d = plan_.domains[kind];
  const std::size_t count = d.begin.size() - 1;
  const double gap = domain_stream_.Exponential(1.0 / (d.rate * static_cast<double>(count)));
  const std::size_t domain = domain_stream_.Below(count);
  engine_.After(Duration::FromSeconds(std::min(gap, failure::kNeverSeconds)), Phase::kArrival, [this, kind, domain] {
    if (scheduler_.open() == 0) return;
    StrikeDomain(kind, domain);
    ScheduleDomain(kind);
  });
}

void JobFaults::StrikeDomain(std::size_t kind, std::size_t domain) {
  const JobFaultPlan::Domains& d = plan_.domains[kind];
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t n = d.begin[domain]; n < d.begin[domain + 1]; ++n)
    if (!Spared(n) && !scheduler_.cluster().IsDown(n) && struck_.insert(n).second) nodes.push_back(n);
  if (nodes.empty()) return;
  ++faults_;
  for (const std::uint32_t n : nodes) scheduler_.Stall(n);
  const Instant now = engine_.now();
  engine_.After(Duration::FromSeconds(interruptions_.profile().detection), Phase::kArrival,
                [this, kind, domain, nodes, now] { StopDomain(plan_.domains[kind], domain, nodes, now); });
}

void JobFaults::StopDomain(const JobFaultPlan::Domains& d, std::size_t domain, const std::vector<std::uint32_t>& nodes, Instant since) {
  const Instant back = engine_.now() + Duration::FromSeconds(failure::RepairTime(plan_.spread, d.repair, domain_stream_));
  std::size_t stopped = 0;
  for (const std::uint32_t n : nodes) {
    struck_.erase(n);
    stopped += scheduler_.Interrupt(n, since, back);
    if (scheduler_.cluster().IsDown(n)) down_since_.emplace(n, engine_.now());
  }
  engine_.At(back, Phase::kArrival, [this, nodes] {
    for (const std::uint32_t n : nodes) Repaired(n);
  });
  Tell(since, fmt::format("{} {}, {} of its nodes", d.what, domain + 1, nodes.size()), stopped);
}

void JobFaults::ScheduleStraggler() {
  const double gap = straggler_stream_.Exponential(1.0 / (plan_.straggler_rate * nodes()));
  const auto node = static_cast<std::uint32_t>(straggler_stream_.Below(nodes()));
  const double lasts = straggler_stream_.Exponential(plan_.straggler_lasts);
  engine_.After(Duration::FromSeconds(std::min(gap, failure::kNeverSeconds)), Phase::kArrival, [this, node, lasts] {
    if (scheduler_.open() == 0) return;
    if (++slow_[node] == 1 && on_pace_) on_pace_(node);
    engine_.After(Duration::FromSeconds(std::min(lasts, failure::kNeverSeconds)), Phase::kArrival, [this, node] {
      if (--slow_[node] > 0) return;
      slow_.erase(node);
      if (on_pace_) on_pace_(node);
    });
    ScheduleStraggler();
  });
}

double JobFaults::Pace(const scheduling::Allocation& units) const {
  if (slow_.empty()) return 1.0;
  bool slow = false;
  scheduler_.cluster().floor().EachNode(units, [&](std::uint32_t node, std::uint32_t) { slow = slow || slow_.count(node) > 0; });
  return slow ? plan_.straggler_pace : 1.0;
}

void JobFaults::ScheduleSilent() {
  const double gap = silent_stream_.Exponential(1.0 / (plan_.silent_rate * nodes()));
  const auto node = static_cast<std::uint32_t>(silent_stream_.Below(nodes()));
  const double seen = silent_stream_.Exponential(plan_.silent_seen);
  engine_.After(Duration::FromSeconds(std::min(gap, failure::kNeverSeconds)), Phase::kArrival, [this, node, seen] {
    if (scheduler_.open() == 0) return;
    ++silent_[node];
    const Instant now = engine_.now();
    engine_.After(Duration::FromSeconds(std::min(seen, failure::kNeverSeconds)), Phase::kArrival, [this, node, now] { Seen(node, now); });
    ScheduleSilent();
  });
}

void JobFaults::Seen(std::uint32_t node, Instant since) {
  if (--silent_[node] == 0) silent_.erase(node);
  if (scheduler_.open() == 0 || Spared(node) || scheduler_.cluster().IsDown(node) || struck_.count(node) > 0) return;  // out for another reason
  ++faults_;
  std::optional<Instant> back = pool_.Replace([this, node] { Repaired(node); });
  if (back == engine_.now()) back.reset();
  const std::size_t stopped = scheduler_.Interrupt(node, since, back);
  if (scheduler_.cluster().IsDown(node)) down_since_.emplace(node, engine_.now());
  Tell(since, fmt::format("silent corruption on node {}, seen {:.0f} s later", node + 1, (engine_.now() - since).seconds()), stopped);
}

void JobFaults::Ended(const scheduling::Allocation& units) {
  if (silent_.empty()) return;
  bool touched = false;
  scheduler_.cluster().floor().EachNode(units, [&](std::uint32_t node, std::uint32_t) { touched = touched || silent_.count(node) > 0; });
  corrupted_ += touched;
}

}  // namespace headroom::scenario
