#include "models/scheduling/policy.h"

namespace headroom::scheduling {
namespace {

using Options = PolicyOptions;
using Order = std::unique_ptr<QueueOrder>;
using Admit = std::unique_ptr<Admission>;

Order Fifo(const Options&, const Cluster&) { return MakeFifoOrder(); }
Order Shortest(const Options&, const Cluster&) { return MakeShortestOrder(); }
Admit Strict(const Options&, const Cluster&) { return MakeStrict(); }
Admit Easy(const Options& o, const Cluster& c) {
  return o.reservations == Reservations::kMachines ? MakeEasyMachines(c) : MakeEasyBackfill(o.easy);
}
Admit Conservative(const Options& o, const Cluster& c) {
  return o.reservations == Reservations::kMachines ? MakeConservativeMachines(c) : MakeConservativeBackfill(c);
}

}  // namespace

const std::vector<PolicyRow>& PolicyTable() {
  static const std::vector<PolicyRow> rows = {
      {"fifo", "first come, first served; nobody passes", Fifo, Strict},
      {"sjf", "shortest estimate first; nobody passes", Shortest, Strict},
      {"easy-backfill", "first come, first served; later jobs fill gaps that do not delay the head", Fifo, Easy},
      {"conservative-backfill", "every waiting job holds a reservation", Fifo, Conservative},
  };
  return rows;
}

const PolicyRow* FindPolicy(const std::string& name) {
  for (const PolicyRow& row : PolicyTable())
    if (name == row.name) return &row;
  return nullptr;
}

}  // namespace headroom::scheduling
