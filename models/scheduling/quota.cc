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
/// and a job needs free units besides its quota. Flavors are kinds of accelerators, tried in the queue's order: one that fits without
/// borrowing is taken at once; one that fits by borrowing, or by preempting, is taken at once where the rules say so, else only if none after it
/// does better. Left out: partial admission, requeueing back-off, pods' readiness.
class Quota final : public Admission {
 public:
  Quota(const QuotaOptions& options, const Cluster& c)
      : o_(options), tree_(options.nodes, std::vector<std::uint32_t>(options.flavors.empty() ? 1 : c.kinds(), 0)), flavor_(options.flavors.empty() ? 0 : c.jobs().size(), 0) {
    for (const Job& j : c.jobs()) HR_CHECK(j.queue < o_.leaf_of_queue.size(), j.queue);
    HR_CHECK(o_.flavors.empty() || o_.flavors.size() == o_.leaf_of_queue.size(), o_.flavors.size());
  }

  void Leaving(Cluster& c, JobIndex job, const Allocation&, std::int64_t) override {
    tree_.AddUsage(LeafOf(c, job), -static_cast<double>(c.jobs()[job].units), FlavorOf(job));
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
        const std::uint32_t flavor = Likely(c, j);
        const double share = o_.fair_sharing ? tree_.DominantShare(leaf, Extra(flavor, units)) : (Borrows(c, j, flavor) ? 1.0 : 0.0);
        return std::tuple(share, -c.jobs()[j].priority, j);
      };
      return key(a) < key(b);
    });
  }

  /// Flavors that the job's queue has quota for, in order; pair 0 alone where there are none.
  std::vector<std::uint32_t> FlavorsOf(const Cluster& c, JobIndex job) const {
    if (o_.flavors.empty()) return {0};
    std::vector<std::uint32_t> out;
    for (const std::uint32_t f : o_.flavors[c.jobs()[job].queue])
      if (c.SpeedOn(job, f) > 0.0) out.push_back(f);
    return out;
  }
  std::uint32_t FlavorOf(JobIndex job) const { return flavor_.empty() ? 0 : flavor_[job]; }
  std::vector<double> Extra(std::uint32_t flavor, double units) const {
    std::vector<double> extra(flavor_.empty() ? 1 : tree_.node(0).quotas.size(), 0.0);
    extra[flavor] = units;
    return extra;
  }
  bool Borrows(const Cluster& c, JobIndex job, std::uint32_t flavor) const {
    const std::uint32_t leaf = LeafOf(c, job);
    return tree_.Usage(leaf, flavor) + c.jobs()[job].units > tree_.Subtree(leaf, flavor) + 1e-9;
  }
  /// The flavor that a head is sorted by: the first that needs no borrowing, else the first that has quota, else the first.
  std::uint32_t Likely(const Cluster& c, JobIndex job) const {
    const std::vector<std::uint32_t> flavors = FlavorsOf(c, job);
    for (const std::uint32_t f : flavors)
      if (!Borrows(c, job, f)) return f;
    for (const std::uint32_t f : flavors)
      if (c.jobs()[job].units <= tree_.Available(LeafOf(c, job), f) + 1e-9) return f;
    return flavors.empty() ? 0 : flavors.front();
  }

  bool Places(const Cluster& c, JobIndex job, std::uint32_t flavor, const std::vector<JobIndex>& gone = {}) const {
    if (flavor_.empty()) return c.Fits(job, gone);
    return c.PowerFits(job, gone) && !c.PlaceOnKind(gone.empty() ? c.floor() : c.FloorWithout(gone), job, flavor).empty();
  }
  bool Fits(const Cluster& c, JobIndex job, std::uint32_t flavor) const {
    return c.jobs()[job].units <= tree_.Available(LeafOf(c, job), flavor) + 1e-9 && Places(c, job, flavor);
  }

  bool Admit(Cluster& c, JobIndex job) {
    std::vector<std::uint32_t> by_borrowing, by_preempting;
    for (const std::uint32_t f : FlavorsOf(c, job)) {
      const bool borrows = Borrows(c, job, f);
      if (Fits(c, job, f)) {
        if (!borrows || o_.borrow_first) return Begin(c, job, f);
        by_borrowing.push_back(f);
      } else if (by_borrowing.empty()) {
        if (o_.preempt_first && (!borrows || o_.borrow_first) && MakeRoom(c, job, f)) return Begin(c, job, f);
        by_preempting.push_back(f);
      }
    }
    if (!by_borrowing.empty()) return Begin(c, job, by_borrowing.front());
    for (const std::uint32_t f : by_preempting)
      if (MakeRoom(c, job, f)) return Begin(c, job, f);
    return false;
  }

  bool Begin(Cluster& c, JobIndex job, std::uint32_t flavor) {
    if (flavor_.empty()) {
      c.Start(c.PlaceOf(job));
    } else {
      flavor_[job] = static_cast<std::uint8_t>(flavor);
      c.Start(c.PlaceOf(job), c.PlaceOnKind(c.floor(), job, flavor));
    }
    tree_.AddUsage(LeafOf(c, job), c.jobs()[job].units, flavor);
    return true;
  }

  /// True if `victim` may be stopped for `job` as things stand.
  bool Eligible(const Cluster& c, JobIndex job, JobIndex victim, std::uint32_t f) const {
    const Job &j = c.jobs()[job], &v = c.jobs()[victim];
    if (j.queue == v.queue) {
      if (o_.within == WithinQueue::kNever) return false;
      if (v.priority < j.priority) return true;
      return o_.within == WithinQueue::kLowerOrNewer && v.priority == j.priority && v.submit > j.submit;
    }
    const std::uint32_t own = LeafOf(c, job), other = LeafOf(c, victim);
    if (o_.reclaim == Reclaim::kNever || tree_.node(own).parent == QuotaTree::kRoot || Root(own) != Root(other)) return false;
    if (!tree_.Borrowing(other, f)) return false;
    if (o_.reclaim == Reclaim::kLower && v.priority >= j.priority) return false;
    // Reclaiming serves a queue within its nominal quota; with fair sharing also one whose share stays the smaller.
    const double units = j.units;
    if (!Borrows(c, job, f)) return true;
    if (!o_.fair_sharing) return false;
    const double after = tree_.DominantShare(own, Extra(f, units));
    return after <= tree_.DominantShare(other, Extra(f, -static_cast<double>(v.units))) || after < tree_.DominantShare(other);
  }

  std::uint32_t Root(std::uint32_t n) const {
    while (tree_.node(n).parent != QuotaTree::kRoot) n = tree_.node(n).parent;
    return n;
  }

  /// Victims one by one, other queues first, then lower priority, then the latest start; who is not needed in the end stays.
  bool MakeRoom(Cluster& c, JobIndex job, std::uint32_t f) {
    if (c.preemption().mode == PreemptMode::kOff) return false;
    std::vector<JobIndex> order;
    c.running().Each([&](const RunningJob& r) {
      const JobRecord& record = c.records()[r.job];
      if (FlavorOf(r.job) == f && record.last_start < c.now() && c.now() - record.last_start >= c.preemption().exempt) order.push_back(r.job);
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
      return units <= static_cast<double>(free) && units <= tree_.Available(LeafOf(c, job), f) + 1e-9 && (!c.picky() || Places(c, job, f, victims));
    };
    for (const JobIndex v : order) {
      if (fits()) break;
      if (!Eligible(c, job, v, f)) continue;
      tree_.AddUsage(LeafOf(c, v), -static_cast<double>(c.jobs()[v].units), f);
      free += c.jobs()[v].units;
      victims.push_back(v);
    }
    const bool room = fits();
    for (std::size_t i = victims.size(); room && i-- > 0;) {
      const JobIndex v = victims[i];
      victims.erase(victims.begin() + static_cast<std::ptrdiff_t>(i));
      tree_.AddUsage(LeafOf(c, v), c.jobs()[v].units, f);
      free -= c.jobs()[v].units;
      if (fits()) continue;
      victims.insert(victims.begin() + static_cast<std::ptrdiff_t>(i), v);
      tree_.AddUsage(LeafOf(c, v), -static_cast<double>(c.jobs()[v].units), f);
      free += c.jobs()[v].units;
    }
    tree_ = before;  // Preempt() comes back through Leaving()
    if (!room) return false;
    for (const JobIndex v : victims) c.Preempt(v);
    return true;
  }

  QuotaOptions o_;
  QuotaTree tree_;
  std::vector<std::uint8_t> flavor_;  ///< that a running job holds quota of; empty without flavors
};

}  // namespace

std::unique_ptr<Admission> MakeQuota(const QuotaOptions& options, const Cluster& cluster) {
  return std::make_unique<Quota>(options, cluster);
}

}  // namespace headroom::scheduling
