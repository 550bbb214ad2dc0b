#include <fmt/format.h>

#include <vector>

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

namespace {

/// The workload of that name, of a kind that `fits`; -1, with an error, if there is none.
int Partner(const BuildContext& context, const std::string& name, const std::string& path, const char* what, bool (*fits)(const schema::Workload&)) {
  std::vector<std::string> known;
  for (int i = 0; i < context.scenario.workloads_size(); ++i) {
    if (!fits(context.scenario.workloads(i))) continue;
    if (context.scenario.workloads(i).name() == name) return i;
    known.push_back(context.scenario.workloads(i).name());
  }
  context.Error(path, fmt::format("'{}' is no workload of {}{}", name, what, known.empty() ? "; there is none" : fmt::format("; there is {}", fmt::join(known, ", "))));
  return -1;
}

bool HasJobs(const schema::Workload& w) { return w.has_jobs() && w.jobs().harvest().empty(); }
bool Scales(const schema::Workload& w) {
  const schema::Pools& pools = w.serve().pools();
  return w.has_serve() && (w.serve().replicas().has_max() || pools.prefill().replicas().has_max() || pools.decode().replicas().has_max());
}

}  // namespace

std::vector<Claim> ClaimsOf(const BuildContext& context) {
  std::vector<Claim> claims;
  for (int i = 0; i < context.scenario.workloads_size(); ++i) {
    const schema::Workload& w = context.scenario.workloads(i);
    const std::string path = fmt::format("workloads[{}]", w.name());
    const WorkKind* kind = FindWorkKind(w.kind_case());
    HR_CHECK(kind != nullptr, w.name());
    claims.push_back(kind->claim(w, path));
    if (kind->ranks) claims.back().count = kind->ranks(w, context.folder);
    if (w.has_queued()) claims.back().of = Partner(context, w.queued().among(), path + ".queued.among", "jobs with accelerators of its own", HasJobs);
    if (w.has_jobs() && !w.jobs().harvest().empty()) {
      if (w.jobs().has_accelerators()) context.Error(path + ".jobs.accelerators", "and harvest exclude each other; the accelerators are the deployment's");
      claims.back().of = Partner(context, w.jobs().harvest(), path + ".jobs.harvest", "serving with autoscaling", Scales);
      if (claims.back().of > i) context.Error(path + ".jobs.harvest", fmt::format("stands after it; '{}' must come first", w.jobs().harvest()));
    }
  }
  context.diagnostics.ThrowIfErrors();
  return claims;
}

}  // namespace headroom::scenario
