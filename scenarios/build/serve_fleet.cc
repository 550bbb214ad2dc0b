#include "scenarios/build/serve_fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/serving/stage_service.h"
#include "scenarios/build/site_services.h"

namespace headroom::scenario {

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
    params.failures = {f.mean_time(), f.repair(), f.start_up(), {}};
    for (int i = 0; i < f.list_size(); ++i) {
      if (f.list(i).replica() >= replicas)
        site.context.Error(fmt::format("{}failures.list[{}].replica", path, i),
                           fmt::format("is {}; there are {}, the first is 0", f.list(i).replica(), replicas));
      params.failures.faults.push_back(
          {f.list(i).replica(), f.list(i).at(), f.list(i).has_repair() ? f.list(i).repair() : f.repair()});
    }
  }
  // A replica whose machine fails loads again as one that was ordered does, or as the failure profile says.
  if (site.services.failures() && !s.has_failures())
    params.failures.start_up = s.replicas().has_start_up() ? s.replicas().start_up() : s.replicas().load_from().empty() ? site.services.failures()->restart : 0.0;
  if (s.has_adapters()) params.adapters = {s.adapters().count(), s.adapters().share(), s.adapters().skew()};
}

void CheckPools(const WorkSite& site) {
  const schema::Serve& s = site.workload.serve();
  if (!s.has_pools()) return;
  for (const auto& [has, key] : {std::pair(s.has_failures(), "failures"), std::pair(s.patience().has_timeout(), "patience.timeout"),
                                 std::pair(s.has_rollout(), "rollout"), std::pair(s.models_size() > 0, "models"),
                                 std::pair(s.has_adapters(), "adapters")})
    if (has)
      site.context.Error(site.path + ".serve." + key, "is given, and so are pools; it needs replicas that do both");
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

std::vector<serving::StageParams> StagesOf(const WorkSite& site) {
  std::vector<serving::StageParams> stages;
  const schema::Serve& s = site.workload.serve();
  for (int i = 0; i < s.stages_size(); ++i) {
    const schema::Stage& stage = s.stages(i);
    const std::string path = fmt::format("{}.serve.stages[{}]", site.path, i);
    const auto wrong = [&](const char* key, const std::string& text) { site.context.Error(path + "." + key, text); };
    serving::StageParams p;
    p.name = stage.name();
    if (stage.service().empty() == !stage.has_time())
      wrong("time", "is needed where there is no service, which has its own; give one of them");
    if (!stage.service().empty()) {
      const serving::StageService& service = serving::FindStageService(stage.service());
      p.mean = service.mean;
      p.sigma = service.sigma;
      p.servers = service.servers;
      if (std::string_view(service.source).starts_with("assumed"))
        site.context.Warning(path + ".service", fmt::format("{} is {}", stage.service(), service.source));
    }
    if (stage.has_time()) p.mean = stage.time();
    if (stage.has_spread()) p.sigma = stage.spread();
    if (stage.has_servers()) p.servers = stage.servers();
    const int given = stage.has_vectors() + stage.has_dimensions() + stage.has_memory();
    if (given != 0 && given != 3) wrong("memory", "goes with vectors and dimensions; give all three");
    if (given == 3 && stage.vectors() * stage.dimensions() * 4.0 > stage.memory()) {
      p.mean *= serving::StageService::kCliff;
      site.context.Warning(path + ".memory",
                           fmt::format("{:.3g} GB of vectors do not fit into {:.3g} GB: each search takes {:.0f} times as long",
                                       stage.vectors() * stage.dimensions() * 4e-9, stage.memory() * 1e-9,
                                       serving::StageService::kCliff));
    }
    if (stage.first() && stage.after_size() > 0) wrong("first", "is given, and so is after");
    for (const std::string& name : stage.after()) {
      const auto before = std::find_if(stages.begin(), stages.end(), [&](const auto& b) { return b.name == name; });
      if (before == stages.end())
        wrong("after", fmt::format("names '{}', which is no stage listed before this one", name));
      else
        p.after.push_back(static_cast<std::uint32_t>(before - stages.begin()));
    }
    if (stage.after_size() == 0 && !stage.first() && i > 0) p.after = {static_cast<std::uint32_t>(i - 1)};
    for (const serving::StageParams& b : stages)
      if (b.name == p.name) wrong("name", fmt::format("is '{}', as that of another stage", p.name));
    stages.push_back(std::move(p));
  }
  return stages;
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
