#include "scenarios/build/work.h"

namespace headroom::scenario {
namespace {

constexpr WorkKind kTable[] = {
    {schema::Workload::kTrain, ClaimTrain, BuildTrain},
    {schema::Workload::kServe, ClaimServe, BuildServe},
    {schema::Workload::kCollective, ClaimCollective, BuildCollective},
    {schema::Workload::kJobs, ClaimJobs, BuildJobs},
    {schema::Workload::kTrace, ClaimReplay, BuildReplay, ReplayRanks},
};

}  // namespace

const WorkKind* FindWorkKind(schema::Workload::KindCase kind) {
  for (const WorkKind& row : kTable)
    if (row.kind == kind) return &row;
  return nullptr;
}

}  // namespace headroom::scenario
