#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "scenarios/build/scheduler_options.h"

namespace headroom::scenario {
namespace {

template <class Message>
scheduling::QuotaTree::Quota LimitsOf(const Message& m) {
  using scheduling::kNoLimit;
  return {m.nominal(), m.has_borrowing_limit() ? m.borrowing_limit() : kNoLimit, m.has_lending_limit() ? m.lending_limit() : kNoLimit};
}

/// Kinds of accelerators by what queues call them: those of the one workload of jobs that names some.
std::vector<std::string> KindsOf(const BuildContext& context) {
  std::vector<std::string> out;
  for (const schema::Workload& w : context.scenario.workloads()) {
    if (w.jobs().kinds().empty()) continue;
    std::vector<std::string> own;
    for (const schema::AcceleratorKind& k : w.jobs().kinds()) own.push_back(k.name().empty() ? k.type() : k.name());
    if (!out.empty() && own != out) context.Error(fmt::format("workloads[{}].jobs.kinds", w.name()), "are others than those of the workload before; quotas by flavor need the same");
    out = own;
  }
  return out;
}

/// Quotas of a queue or cohort: one whatever the kind, or one a kind.
template <class Message>
scheduling::QuotaTree::Node NodeOf(const BuildContext& context, const std::string& path, const Message& m, std::uint32_t parent,
                                   const std::vector<std::string>& kinds, std::vector<std::uint32_t>* order) {
  scheduling::QuotaTree::Node node{parent, {LimitsOf(m)}, m.weight()};
  if (kinds.empty()) {
    if (!m.flavors().empty()) context.Error(path + ".flavors", "needs jobs.kinds of the workload");
    return node;
  }
  if (m.nominal() > 0.0) context.Error(path + ".nominal", "and flavors exclude each other");
  node.quotas.assign(kinds.size(), {});
  for (const schema::FlavorQuota& f : m.flavors()) {
    const auto k = std::find(kinds.begin(), kinds.end(), f.kind());
    if (k == kinds.end()) {
      context.Error(path + ".flavors", fmt::format("there is no kind '{}' in jobs.kinds; there is {}", f.kind(), fmt::join(kinds, ", ")));
      continue;
    }
    const auto index = static_cast<std::uint32_t>(k - kinds.begin());
    if (std::find(order->begin(), order->end(), index) != order->end()) context.Error(path + ".flavors", fmt::format("'{}' is given twice", f.kind()));
    order->push_back(index);
    node.quotas[index] = LimitsOf(f);
  }
  return node;
}

}  // namespace

scheduling::QuotaOptions QuotaOf(const BuildContext& context) {
  const schema::Scheduler& s = context.scenario.scheduler();
  scheduling::QuotaOptions o;
  o.strict = s.quota().strict();
  o.fair_sharing = s.quota().fair_sharing();
  o.within = s.quota().within_queue() == "never"            ? scheduling::WithinQueue::kNever
             : s.quota().within_queue() == "lower-priority" ? scheduling::WithinQueue::kLower
                                                            : scheduling::WithinQueue::kLowerOrNewer;
  o.reclaim = s.quota().reclaim() == "never"            ? scheduling::Reclaim::kNever
              : s.quota().reclaim() == "lower-priority" ? scheduling::Reclaim::kLower
                                                        : scheduling::Reclaim::kAny;
  if (s.queues().empty()) context.Error("scheduler.queues", "is empty; policy quota needs at least one queue with its nominal quota");

  o.borrow_first = s.quota().when_can_borrow() == "borrow";
  o.preempt_first = s.quota().when_can_preempt() == "preempt";
  const bool flavored = std::any_of(s.queues().begin(), s.queues().end(), [](const auto& q) { return !q.flavors().empty(); });
  const std::vector<std::string> kinds = flavored ? KindsOf(context) : std::vector<std::string>{};

  // Parents first. A cohort that a queue names needs no entry of its own.
  std::map<std::string, std::uint32_t> index;
  std::vector<const schema::Cohort*> due;
  for (const schema::Cohort& c : s.cohorts()) due.push_back(&c);
  while (!due.empty()) {
    std::vector<const schema::Cohort*> later;
    for (const schema::Cohort* c : due) {
      const std::string path = fmt::format("scheduler.cohorts[{}]", c->name());
      if (index.count(c->name()) > 0) {
        context.Error(path + ".name", "is the name of two");
      } else if (c->parent().empty() || index.count(c->parent()) > 0) {
        if (c->parent().empty() && (c->has_borrowing_limit() || c->has_lending_limit()))
          context.Error(path, "has a limit but no parent to borrow from or lend to");
        std::vector<std::uint32_t> order;
        o.nodes.push_back(NodeOf(context, path, *c, c->parent().empty() ? scheduling::QuotaTree::kRoot : index.at(c->parent()), kinds, &order));
        index[c->name()] = static_cast<std::uint32_t>(o.nodes.size()) - 1;
      } else {
        later.push_back(c);
      }
    }
    if (later.size() == due.size()) {
      for (const schema::Cohort* c : later)
        context.Error(fmt::format("scheduler.cohorts[{}].parent", c->name()),
                      fmt::format("'{}' is no cohort, or leads back to itself", c->parent()));
      break;
    }
    due = std::move(later);
  }
  for (const schema::JobQueue& q : s.queues()) {
    const std::string path = fmt::format("scheduler.queues[{}]", q.name());
    if (!q.has_nominal() && !flavored) context.Error(path + ".nominal", "this key is missing; policy quota needs it");
    std::uint32_t parent = scheduling::QuotaTree::kRoot;
    if (!q.cohort().empty()) {
      const auto [it, fresh] = index.emplace(q.cohort(), static_cast<std::uint32_t>(o.nodes.size()));
      if (fresh) o.nodes.push_back({scheduling::QuotaTree::kRoot, std::vector<scheduling::QuotaTree::Quota>(std::max<std::size_t>(1, kinds.size())), 1.0});
      parent = it->second;
    } else if (q.has_borrowing_limit() || q.has_lending_limit()) {
      context.Error(path, "has a limit but no cohort to borrow from or lend to");
    }
    o.leaf_of_queue.push_back(static_cast<std::uint32_t>(o.nodes.size()));
    std::vector<std::uint32_t> order;
    o.nodes.push_back(NodeOf(context, path, q, parent, kinds, &order));
    if (flavored && order.empty()) context.Error(path + ".flavors", "is due: other queues have quotas by flavor");
    if (flavored) o.flavors.push_back(std::move(order));
  }
  return o;
}

}  // namespace headroom::scenario
