#include "models/serving/stage_graph.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::serving {

StageGraph::StageGraph(Engine& engine, std::vector<StageParams> stages, std::uint64_t seed,
                       const std::string& path)
    : engine_(engine), stages_(std::move(stages)) {
  HR_CHECK(!stages_.empty(), path);
  for (std::uint32_t i = 0; i < stages_.size(); ++i) {
    for (const std::uint32_t before : stages_[i].after) HR_CHECK(before < i, i, before);
    state_.push_back({{}, 0, RandomStream(seed, path + ".stages." + stages_[i].name), {}});
  }
}

void StageGraph::Enter(std::uint32_t request) {
  HR_CHECK(through_.try_emplace(request, stages_.size()).second, request);
  for (std::uint32_t i = 0; i < stages_.size(); ++i)
    if (stages_[i].after.empty()) Join(i, request);
}

void StageGraph::Join(std::uint32_t stage, std::uint32_t request) {
  if (stages_[stage].calls) return call_(request, stage);
  State& s = state_[stage];
  const Waiting w{request, engine_.now()};
  if (stages_[stage].servers == 0 || s.busy < stages_[stage].servers)
    Serve(stage, w);
  else
    s.queue.push_back(w);
}

void StageGraph::Serve(std::uint32_t stage, const Waiting& w) {
  State& s = state_[stage];
  const StageParams& p = stages_[stage];
  ++s.busy;
  const double service = p.sigma > 0.0 ? s.random.Lognormal(p.mean, p.sigma) : p.mean;
  const double wait = (engine_.now() - w.since).seconds();
  ++s.counters.served;
  s.counters.wait += wait;
  s.counters.busy += service;
  s.counters.times.Add(wait + service);
  engine_.After(Duration::FromSeconds(service), Phase::kCompletion,
                [this, stage, request = w.request] { Leave(stage, request); });
}

void StageGraph::Leave(std::uint32_t stage, std::uint32_t request) {
  State& s = state_[stage];
  --s.busy;
  if (!s.queue.empty()) {
    const Waiting next = s.queue.front();
    s.queue.pop_front();
    Serve(stage, next);
  }
  Pass(stage, request);
}

void StageGraph::Pass(std::uint32_t stage, std::uint32_t request) {
  const auto found = through_.find(request);
  if (found == through_.end()) return;  // abandoned
  found->second[stage] = 1;
  const std::vector<std::uint8_t> through = found->second;
  for (std::uint32_t i = stage + 1; i < stages_.size(); ++i) {
    const std::vector<std::uint32_t>& after = stages_[i].after;
    if (std::find(after.begin(), after.end(), stage) == after.end()) continue;
    if (std::all_of(after.begin(), after.end(), [&](std::uint32_t b) { return through[b] != 0; }))
      Join(i, request);
  }
  if (std::find(through.begin(), through.end(), 0) != through.end()) return;
  through_.erase(request);
  ready_(request);
}

std::uint32_t StageGraph::answer() const {
  const auto found = std::find_if(stages_.begin(), stages_.end(), [](const StageParams& s) { return s.answer; });
  HR_CHECK(found != stages_.end(), stages_.size());
  return static_cast<std::uint32_t>(found - stages_.begin());
}

}  // namespace headroom::serving
