#include "scenarios/build/serve_fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenarios/build/site_services.h"

namespace headroom::scenario {
namespace {

/// s until a machine that is gone is noticed: three failed probes 10 s apart, the defaults of Kubernetes.
constexpr double kProbes = 30.0;

}  // namespace

serving::Slo SloOf(const schema::Slo& s) {
  serving::Slo slo;
  if (s.has_ttft()) slo.ttft = s.ttft();
  if (s.has_tpot()) slo.tpot = s.tpot();
  if (s.has_e2e()) slo.e2e = s.e2e();
  return slo;
}

void AddTraffic(const WorkSite& site, std::uint32_t replicas, serving::DeploymentParams& params) {
  const schema::Serve& s = site.workload.serve();
  const std::string path = site.path + ".serve.";
  params.slo = SloOf(s.slo());
  std::set<std::string> names;
  for (int i = 0; i < s.classes_size(); ++i) {
    const schema::RequestClass& c = s.classes(i);
    if (!names.insert(c.name()).second)
      site.context.Error(fmt::format("{}classes[{}].name", path, i), fmt::format("is '{}', as that of another class", c.name()));
    params.classes.push_back({c.name(), c.share(), static_cast<std::int8_t>(c.priority()), c.admitted(),
                              c.has_slo() ? SloOf(c.slo()) : params.slo});
  }
  if (params.classes.size() > 250) site.context.Error(path + "classes", "are over 250");
  if (s.has_admission()) params.admission.outstanding = s.admission().outstanding();
  if (s.has_patience()) {
    if (s.patience().has_timeout()) params.patience.timeout = s.patience().timeout();
    params.patience.retries = s.patience().retries();
    params.patience.backoff = s.patience().backoff();
  }
  if (s.has_failures()) {
    const schema::ReplicaFailures& f = s.failures();
    params.failures = {f.mean_time(), f.repair(), f.detection(), f.has_detection() ? f.detection() : kProbes, f.start_up(), {}};
    for (int i = 0; i < f.list_size(); ++i) {
      if (f.list(i).replica() >= replicas)
        site.context.Error(fmt::format("{}failures.list[{}].replica", path, i),
                           fmt::format("is {}; there are {}, the first is 0", f.list(i).replica(), replicas));
      params.failures.faults.push_back(
          {f.list(i).replica(), f.list(i).at(), f.list(i).has_repair() ? f.list(i).repair() : f.repair()});
    }
  }
  // A replica whose machine fails loads again as one that was ordered does, or as the failure profile says.
  if (site.services.failures() && !s.has_failures()) params.failures.machine_detection = kProbes;
  const schema::Replicas &prefill = s.pools().prefill().replicas(), &decode = s.pools().decode().replicas();
  const bool starts = s.replicas().has_start_up() || prefill.has_start_up() || decode.has_start_up();
  const double start_up = std::max({s.replicas().start_up(), prefill.start_up(), decode.start_up()});
  if (site.services.failures() && !s.has_failures())
    params.failures.start_up = starts ? start_up : s.replicas().load_from().empty() ? site.services.failures()->restart : 0.0;
  if (s.has_adapters()) params.adapters = {s.adapters().count(), s.adapters().share(), s.adapters().skew()};
}

serving::RolloutParams RolloutOf(const WorkSite& site) {
  const schema::Rollout& r = site.workload.serve().rollout();
  serving::RolloutParams rollout{r.at(), r.start_up(), {}};
  for (int i = 0; i < r.steps_size(); ++i) {
    rollout.steps.push_back({r.steps(i).after(), r.steps(i).weight()});
    if (i > 0 && r.steps(i).after() <= r.steps(i - 1).after())
      site.context.Error(fmt::format("{}.serve.rollout.steps[{}].after", site.path, i), "is not later than the step before");
    if (i > 0 && r.steps(i - 1).weight() >= 1.0)
      site.context.Error(fmt::format("{}.serve.rollout.steps[{}]", site.path, i), "comes after the old version is gone");
  }
  if (rollout.steps.empty() && r.strategy() == "canary") rollout.steps = {{0.0, 0.05}, {600.0, 0.25}, {1200.0, 1.0}};
  if (rollout.steps.empty()) rollout.steps = {{0.0, 1.0}};
  return rollout;
}

void CheckSlo(const WorkSite& site, const serving::IterationCost& cost, const serving::Slo& slo, const std::string& path) {
  const double first = cost.Mixed(1, 1, 1, cost.Prefill(1, 1), 0, 0, 1.0).wall;
  double each = cost.Decodes(1, 1, 1.0).first.wall;
  if (const serving::Speculation& s = cost.speculation(); s.tokens > 0)
    each = std::min(each, cost.Mixed(0, 0, 0, {}, 1, 1, 1.0, {s.tokens, 0, 0.0}).wall / (1.0 + s.tokens));
  const auto warn = [&](const char* key, double asked, double least, const char* what) {
    if (asked < least)
      site.context.Warning(path + "." + key, fmt::format("is {:.3g} ms, and {} alone on a replica takes {:.3g} ms: nobody can meet it",
                                                         asked * 1e3, what, least * 1e3));
  };
  warn("ttft", slo.ttft, first, "a prompt of one token");
  warn("tpot", slo.tpot, each, "a token");
  warn("e2e", slo.e2e, first, "a prompt of one token");
}

}  // namespace headroom::scenario
