#include <fmt/format.h>

#include "scenarios/build/work.h"
#include "sim/core/check.h"

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

std::vector<Claim> ClaimsOf(const BuildContext& context) {
  std::vector<Claim> claims;
  for (const schema::Workload& w : context.scenario.workloads()) {
    const WorkKind* kind = FindWorkKind(w.kind_case());
    HR_CHECK(kind != nullptr, w.name());
    claims.push_back(kind->claim(w, fmt::format("workloads[{}]", w.name())));
    if (kind->ranks) claims.back().count = kind->ranks(w, context.folder);
  }
  return claims;
}

}  // namespace headroom::scenario
