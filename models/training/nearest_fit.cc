#include "models/training/nearest_fit.h"

#include <fmt/format.h>

#include <vector>

namespace headroom::training {
namespace {

struct Change {
  ParallelPlan plan;
  std::string text;
};

/// Every plan one change away.
std::vector<Change> Changes(const ParallelPlan& p, const llm::Architecture& model) {
  std::vector<Change> out;
  const auto add = [&](const ParallelPlan& plan, std::string text) {
    if (Check(plan, model, p.accelerators()).empty()) out.push_back({plan, std::move(text)});
  };
  ParallelPlan q = p;
  if (p.zero < 3) {
    q.zero = p.zero + 1;
    add(q, fmt::format("zero {}", q.zero));
  }
  q = p;
  if (p.micro_batch > 1) {
    q.micro_batch = p.micro_batch / 2;
    add(q, fmt::format("micro_batch {}", q.micro_batch));
  }
  for (const auto& [kind, word] : {std::pair{llm::Recompute::kSelective, "selective"}, {llm::Recompute::kFull, "full"}}) {
    q = p;
    if (p.recompute >= kind) continue;
    q.recompute = kind;
    add(q, fmt::format("recompute {}", word));
  }
  if (p.dp % 2 != 0) return out;
  for (auto [field, word] : {std::pair{&ParallelPlan::tp, "tp"}, {&ParallelPlan::pp, "pp"}, {&ParallelPlan::cp, "cp"}}) {
    q = p;
    q.*field *= 2;
    q.dp /= 2;
    q.layout.clear();
    if (field == &ParallelPlan::tp) q.sequence_parallel = true;
    if (!p.mirrored) add(q, fmt::format("{} {}", word, q.*field));
  }
  return out;
}

}  // namespace

std::optional<NearestFit> FindNearestFit(const StepParams& params,
                                         const compute::KernelModel& kernels) {
  constexpr int kMostChanges = 3;
  std::vector<Change> plans{{params.plan, ""}};
  for (int changes = 1; changes <= kMostChanges; ++changes) {
    std::vector<Change> next;
    std::optional<NearestFit> best;
    for (const Change& from : plans) {
      for (Change& to : Changes(from.plan, params.model)) {
        if (!from.text.empty()) to.text = from.text + ", " + to.text;
        StepParams tried = params;
        tried.plan = to.plan;
        const StepResult r = StepModel(tried, kernels).Evaluate();
        if (r.memory.fits && (!best || r.step_time < best->step_time))
          best = NearestFit{to.plan, to.text, r.step_time, r.memory.fullest.total()};
        next.push_back(std::move(to));
      }
    }
    if (best) return best;
    plans = std::move(next);
  }
  return std::nullopt;
}

}  // namespace headroom::training
