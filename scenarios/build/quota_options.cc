#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "scenarios/build/scheduler_options.h"

namespace headroom::scenario {
namespace {

template <class Message>
scheduling::QuotaTree::Node NodeOf(const Message& m, std::uint32_t parent) {
  using scheduling::kNoLimit;
  return {parent,
          {{m.nominal(), m.has_borrowing_limit() ? m.borrowing_limit() : kNoLimit, m.has_lending_limit() ? m.lending_limit() : kNoLimit}},
          m.weight()};
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
        o.nodes.push_back(NodeOf(*c, c->parent().empty() ? scheduling::QuotaTree::kRoot : index.at(c->parent())));
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
    if (!q.has_nominal()) context.Error(path + ".nominal", "this key is missing; policy quota needs it");
    std::uint32_t parent = scheduling::QuotaTree::kRoot;
    if (!q.cohort().empty()) {
      const auto [it, fresh] = index.emplace(q.cohort(), static_cast<std::uint32_t>(o.nodes.size()));
      if (fresh) o.nodes.push_back({scheduling::QuotaTree::kRoot, {{}}, 1.0});
      parent = it->second;
    } else if (q.has_borrowing_limit() || q.has_lending_limit()) {
      context.Error(path, "has a limit but no cohort to borrow from or lend to");
    }
    o.leaf_of_queue.push_back(static_cast<std::uint32_t>(o.nodes.size()));
    o.nodes.push_back(NodeOf(q, parent));
  }
  return o;
}

}  // namespace headroom::scenario
