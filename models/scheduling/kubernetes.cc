#include <algorithm>

#include "models/scheduling/admission.h"
#include "models/scheduling/victims.h"

namespace headroom::scheduling {
namespace {

/// kube-scheduler: jobs by priority, then in order; each that fits starts. One that fits nowhere, and would fit on a node, looks at every
/// node what it would take to run there (Reprieve), and stops the least loss (PickNode). Victims leave at once: no grace, no budgets of
/// disruption, every node a candidate. A job larger than a node starts with all its pods or none, where Kubernetes alone would start
/// some, and preempts nobody.
class Kubernetes final : public Admission {
 public:
  void Pass(Cluster& c) override {
    std::vector<JobIndex> order;
    c.waiting().Each([&](const WaitingJob& w) { order.push_back(w.job); });
    for (const JobIndex job : order) {
      if (c.Fits(job)) c.Start(c.PlaceOf(job));
      else if (c.preemption().mode != PreemptMode::kOff) Preempt(c, job);
    }
  }

 private:
  static void Preempt(Cluster& c, JobIndex job) {
    const Job& j = c.jobs()[job];
    std::vector<std::vector<Victim>> pods(c.floor().shape().nodes());
    c.running().Each([&](const RunningJob& r) {
      const JobRecord& record = c.records()[r.job];
      if (record.last_start == c.now() || c.now() - record.last_start < c.preemption().exempt || c.jobs()[r.job].priority >= j.priority) return;
      std::uint32_t last = ~0u;
      c.floor().EachNode(c.allocation(r.job), [&](std::uint32_t node, std::uint32_t units) {
        if (node == last) pods[node].back().request += units;
        else pods[node].push_back({r.job, c.jobs()[r.job].priority, double(units), static_cast<double>(record.last_start) * 1e-9, false});
        last = node;
      });
    });
    std::vector<std::vector<Victim>> losses;
    for (std::uint32_t n = 0; n < pods.size(); ++n) {
      if (pods[n].empty() || c.IsDown(n)) continue;
      bool fits = false;
      std::vector<Victim> loss = Reprieve(c.floor().free_in_node(n), j.units, j.priority, pods[n], &fits);
      // Kinds, partitions, processors and memory are looked at for the node as it would be.
      if (!fits || loss.empty() || !Fits(c, job, loss)) continue;
      losses.push_back(std::move(loss));
    }
    if (losses.empty()) return;
    for (const Victim& v : losses[PickNode(losses)]) c.Preempt(v.id);
    c.Start(c.PlaceOf(job));
  }

  static bool Fits(const Cluster& c, JobIndex job, const std::vector<Victim>& loss) {
    std::vector<JobIndex> gone;
    for (const Victim& v : loss) gone.push_back(v.id);
    return c.Fits(job, gone);
  }
};

}  // namespace

std::unique_ptr<Admission> MakeKubernetes() { return std::make_unique<Kubernetes>(); }

}  // namespace headroom::scheduling
