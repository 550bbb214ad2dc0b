#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "models/scheduling/admission.h"
#include "models/scheduling/preemption.h"

namespace headroom::scheduling {
namespace {

using Tenant = std::pair<std::uint32_t, std::uint32_t>;  ///< queue, user

/// Volcano's allocate action for gangs whose minAvailable is all of their tasks. A gang that does not fit gives way to the
/// next; backfilling over it has no reservation, so large gangs may starve, as they do there.
class Gang final : public Admission {
 public:
  explicit Gang(const GangOptions& options) : options_(options) {}

  void Started(Cluster& c, JobIndex job) override { (void)c, (void)job; }

  void Leaving(Cluster& c, JobIndex job, const Allocation&, std::int64_t) override {
    held_[TenantOf(c.jobs()[job])] -= c.jobs()[job].units;
  }

  void Pass(Cluster& c) override {
    if (c.waiting().empty() || (c.free() == 0 && c.preemption().mode == PreemptMode::kOff)) return;
    std::map<Tenant, std::vector<JobIndex>> waiting;
    c.waiting().Each([&](const WaitingJob& w) { waiting[TenantOf(c.jobs()[w.job])].push_back(w.job); });
    using Entry = std::tuple<std::int32_t, double, JobIndex, Tenant>;  // -priority, share, first job
    std::map<Tenant, std::size_t> at;
    std::set<Entry> heads;
    const auto enter = [&](const Tenant& t) {
      const auto& list = waiting[t];
      if (at[t] < list.size()) {
        const JobIndex job = list[at[t]];
        heads.emplace(-c.jobs()[job].priority, Share(c, t), job, t);
      }
    };
    for (const auto& entry : waiting) enter(entry.first);
    while (!heads.empty()) {
      const auto [priority, share, job, tenant] = *heads.begin();
      heads.erase(heads.begin());
      ++at[tenant];
      if (c.Fits(job) || PreemptLower(c, job)) {
        c.Start(c.PlaceOf(job));
        held_[tenant] += c.jobs()[job].units;
      }
      enter(tenant);
    }
  }

 private:
  Tenant TenantOf(const Job& j) const { return {j.queue, j.user}; }
  /// Dominant share over weight; the units are the one resource.
  double Share(const Cluster& c, const Tenant& t) {
    const double weight = t.first < options_.queue_weights.size() ? options_.queue_weights[t.first] : 1.0;
    return held_[t] / (c.units() * weight);
  }

  GangOptions options_;
  std::map<Tenant, double> held_;
};

}  // namespace

std::unique_ptr<Admission> MakeGang(const GangOptions& options) { return std::make_unique<Gang>(options); }

}  // namespace headroom::scheduling
