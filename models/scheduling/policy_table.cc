#include "models/scheduling/policy.h"

namespace headroom::scheduling {
namespace {

using Options = PolicyOptions;
using Order = std::unique_ptr<QueueOrder>;
using Admit = std::unique_ptr<Admission>;

Order Fifo(const Options&, const Cluster&) { return MakeFifoOrder(); }
Order ByPriority(const Options&, const Cluster&) { return MakePriorityOrder(); }
Order ByFactors(const Options& o, const Cluster&) { return MakeMultifactorOrder(o.multifactor); }
Order ByFairShare(const Options& o, const Cluster&) {
  MultifactorOptions only = o.multifactor;
  only.weights = {0.0, 1e6, 0.0, 0.0, 0.0};
  return MakeMultifactorOrder(only);
}
Order Shortest(const Options&, const Cluster&) { return MakeShortestOrder(); }
Admit Strict(const Options&, const Cluster&) { return MakeStrict(); }
Admit Easy(const Options& o, const Cluster& c) {
  if (c.picky()) return MakeEasyPlaces();
  return o.reservations == Reservations::kMachines ? MakeEasyMachines(c) : MakeEasyBackfill(o.easy);
}
Admit Conservative(const Options& o, const Cluster& c) {
  return o.reservations == Reservations::kMachines ? MakeConservativeMachines(c) : MakeConservativeBackfill(c);
}
Admit Planned(const Options& o, const Cluster&) { return MakePlanned(o.planned); }
Admit Gang(const Options& o, const Cluster&) { return MakeGang(o.gang); }
Admit Quota(const Options& o, const Cluster& c) { return MakeQuota(o.quota, c); }
Admit Las(const Options& o, const Cluster&) { return MakeLas(o.las); }
Admit Elastic(const Options& o, const Cluster&) { return MakeElastic(o.elastic); }
Admit Gavel(const Options& o, const Cluster&) { return MakeGavel(o.gavel); }
Admit Proportion(const Options& o, const Cluster&) { return MakeProportion(o.proportion); }
Admit Kubernetes(const Options&, const Cluster&) { return MakeKubernetes(); }

}  // namespace

const std::vector<PolicyRow>& PolicyTable() {
  static const std::vector<PolicyRow> rows = {
      {"fifo", "first come, first served; nobody passes", Fifo, Strict},
      {"sjf", "shortest estimate first; nobody passes", Shortest, Strict},
      {"easy-backfill", "first come, first served; later jobs fill gaps that do not delay the head", Fifo, Easy},
      {"conservative-backfill", "every waiting job holds a reservation", Fifo, Conservative},
      {"multifactor", "Slurm's priority; jobs are planned in its order at every pass", ByFactors, Planned},
      {"fair-share", "Slurm's Fair Tree alone; jobs are planned in its order at every pass", ByFairShare, Planned},
      {"gang", "Volcano: priority, then the tenant with the lowest dominant share; all units or none", ByPriority, Gang},
      {"quota", "Kueue: quotas of queues and cohorts, with borrowing and reclaiming", ByPriority, Quota},
      {"las", "Tiresias: least attained service first; preempts", Fifo, Las},
      {"elastic", "Pollux: jobs shrink and grow so that the sum of their speeds is largest", Fifo, Elastic},
      {"gavel", "Gavel: shares of time on kinds of accelerators, dealt out in rounds; preempts", Fifo, Gavel},
      {"proportion", "Volcano: queues deserve by weight, within guarantee and capability; the rest is reclaimed", ByPriority, Proportion},
      {"kubernetes", "Kubernetes: by priority, each that fits; preempts lower ones on one node", ByPriority, Kubernetes},
  };
  return rows;
}

bool WaitsForPlaces(const std::string& policy) {
  return policy != "conservative-backfill" && policy != "las" && policy != "elastic";
}

const PolicyRow* FindPolicy(const std::string& name) {
  for (const PolicyRow& row : PolicyTable())
    if (name == row.name) return &row;
  return nullptr;
}

}  // namespace headroom::scheduling
