#include <algorithm>
#include <tuple>
#include <vector>

#include "models/scheduling/admission.h"
#include "models/scheduling/preemption.h"
#include "models/scheduling/quota_tree.h"
#include "sim/core/check.h"

namespace headroom::scheduling {
namespace {

/// Kueue's scheduling cycles until nothing more is admitted: the head of every queue; those that do not borrow first (with
/// fair sharing: the lowest share first), then priority, then order; each is checked again against what the cycle used. A head
/// that is not admitted steps aside until the next pass, or blocks its queue where it is strict. Units are the one resource,
/// and a job needs free units besides its quota. Left out: flavors, partial admission, requeueing back-off, pods' readiness.
class Quota final : public Admission {
 public:
  Quota(const QuotaOptions& options, const Cluster& c) : o_(options), tree_(options.nodes, {0}) {
    for (const Job& j : c.jobs()) HR_CHECK(j.queue < o_.leaf_of_queue.size(), j.queue);
  }

  void Leaving(Cluster& c, JobIndex job, const Allocation&, std::int64_t) override {
    tree_.AddUsage(LeafOf(c, job), -static_cast<double>(c.jobs()[job].units));
  }

  void Pass(Cluster& c) override {
    std::vector<std::vector<JobIndex>> waiting(o_.leaf_of_queue.size());
    c.waiting().Each([&](const WaitingJob& w) { waiting[c.jobs()[w.job].queue].push_back(w.job); });
    std::vector<std::size_t> at(waiting.size(), 0);
    while (true) {
      std::vector<JobIndex> heads;
      for (std::size_t q = 0; q < waiting.size(); ++q)
        if (at[q] < waiting[q].size()) heads.push_back(waiting[q][at[q]]);
      if (heads.empty()) return;
      Sort(c, heads);
      for (const JobIndex job : heads) {
        const std::uint32_t q = c.jobs()[job].queue;
        const bool in = Admit(c, job);
        at[q] = in || !o_.strict ? at[q] + 1 : waiting[q].size();
      }
    }
  }

 private:
  std::uint32_t LeafOf(const Cluster& c, JobIndex job) const { return o_.leaf_of_queue[c.jobs()[job].queue]; }

  void Sort(const Cluster& c, std::vector<JobIndex>& heads) const {
    std::sort(heads.begin(), heads.end(), [&](JobIndex a, JobIndex b) {
      const auto key = [&](JobIndex j) {
        const std::uint32_t leaf = LeafOf(c, j);
        const double units = c.jobs()[j].units;
        const double share = o_.fair_sharing ? tree_.DominantShare(leaf, {units})
                                             : (tree_.Usage(leaf) + units > tree_.Subtree(leaf) ? 1.0 : 0.0);
        return std::tuple(share, -c.jobs()[j].priority, j);
      };
      return key(a) < key(b);
    });
  }

  bool Fits(const Cluster& c, JobIndex job) const {
    return c.jobs()[job].units <= tree_.Available(LeafOf(c, job)) + 1e-9 && c.Fits(job);
  }

  bool Admit(Cluster& c, JobIndex job) {
    if (!Fits(c, job) && !MakeRoom(c, job)) return false;
    c.Start(c.PlaceOf(job));
    tree_.AddUsage(LeafOf(c, job), c.jobs()[job].units);
    return true;
  }

  /// True if `victim` may be stopped for `job` as things stand.
  bool Eligible(const Cluster& c, JobIndex job, JobIndex victim) const {
    const Job &j = c.jobs()[job], &v = c.jobs()[victim];
    if (j.queue == v.queue) {
      if (o_.within == WithinQueue::kNever) return false;
      if (v.priority < j.priority) return true;
      return o_.within == WithinQueue::kLowerOrNewer && v.priority == j.priority && v.submit > j.submit;
    }
    const std::uint32_t own = LeafOf(c, job), other = LeafOf(c, victim);
    if (o_.reclaim == Reclaim::kNever || tree_.node(own).parent == QuotaTree::kRoot || Root(own) != Root(other)) return false;
    if (!tree_.Borrowing(other)) return false;
    if (o_.reclaim == Reclaim::kLower && v.priority >= j.priority) return false;
    // Reclaiming serves a queue within its nominal quota; with fair sharing also one whose share stays the smaller.
    const double units = j.units;
    if (tree_.Usage(own) + units <= tree_.Subtree(own) + 1e-9) return true;
    if (!o_.fair_sharing) return false;
    return tree_.DominantShare(own, {units}) <= tree_.DominantShare(other, {-static_cast<double>(v.units)}) ||
           tree_.DominantShare(own, {units}) < tree_.DominantShare(other);
  }

  std::uint32_t Root(std::uint32_t n) const {
    while (tree_.node(n).parent != QuotaTree::kRoot) n = tree_.node(n).parent;
    return n;
  }

  /// Victims one by one, other queues first, then lower priority, then the latest start; who is not needed in the end stays.
  bool MakeRoom(Cluster& c, JobIndex job) {
    if (c.preemption().mode == PreemptMode::kOff) return false;
    std::vector<JobIndex> order;
    c.running().Each([&](const RunningJob& r) {
      const JobRecord& record = c.records()[r.job];
      if (record.last_start < c.now() && c.now() - record.last_start >= c.preemption().exempt) order.push_back(r.job);
    });
    std::sort(order.begin(), order.end(), [&](JobIndex a, JobIndex b) {
      const auto key = [&](JobIndex v) {
        return std::tuple(c.jobs()[v].queue == c.jobs()[job].queue, c.jobs()[v].priority, -c.records()[v].last_start, v);
      };
      return key(a) < key(b);
    });
    const QuotaTree before = tree_;
    std::vector<JobIndex> victims;
    std::uint64_t free = c.free();
    const double units = c.jobs()[job].units;
    const auto fits = [&] {
      return units <= static_cast<double>(free) && units <= tree_.Available(LeafOf(c, job)) + 1e-9 && (!c.picky() || c.Fits(job, victims));
    };
    for (const JobIndex v : order) {
      if (fits()) break;
      if (!Eligible(c, job, v)) continue;
      tree_.AddUsage(LeafOf(c, v), -static_cast<double>(c.jobs()[v].units));
      free += c.jobs()[v].units;
      victims.push_back(v);
    }
    const bool room = fits();
    for (std::size_t i = victims.size(); room && i-- > 0;) {
      const JobIndex v = victims[i];
      victims.erase(victims.begin() + static_cast<std::ptrdiff_t>(i));
      tree_.AddUsage(LeafOf(c, v), c.jobs()[v].units);
      free -= c.jobs()[v].units;
      if (fits()) continue;
      victims.insert(victims.begin() + static_cast<std::ptrdiff_t>(i), v);
      tree_.AddUsage(LeafOf(c, v), -static_cast<double>(c.jobs()[v].units));
      free += c.jobs()[v].units;
    }
    tree_ = before;  // Preempt() comes back through Leaving()
    if (!room) return false;
    for (const JobIndex v : victims) c.Preempt(v);
    return true;
  }

  QuotaOptions o_;
  QuotaTree tree_;
};

}  // namespace

std::unique_ptr<Admission> MakeQuota(const QuotaOptions& options, const Cluster& cluster) {
  return std::make_unique<Quota>(options, cluster);
}

}  // namespace headroom::scheduling
