#include "models/training/search/search_space.h"

#include <algorithm>
#include <numeric>

#include "models/training/schedule.h"

namespace headroom::training {
namespace {

constexpr std::uint32_t kLeastTokens = 1024;
constexpr std::uint32_t kMostChunks = 16;
constexpr std::uint32_t kMostMicroBatch = 16;

using Choice = std::vector<std::uint32_t>;

Choice Divisors(std::uint32_t n) {
  Choice out;
  for (std::uint32_t i = 1; i <= n; ++i)
    if (n % i == 0) out.push_back(i);
  return out;
}

/// The written list, or those of `all` that `keep` keeps.
template <class Keep>
Choice Or(const Choice& written, const Choice& all, Keep keep) {
  if (!written.empty()) return written;
  Choice out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out), keep);
  return out;
}

bool SpreadsEvenly(std::uint32_t layers, std::uint32_t chunks) {
  return layers % chunks == 0 || (layers + 2) % chunks == 0;
}

/// 1 to kMostChunks.
Choice ChunkCounts() {
  Choice out(kMostChunks);
  std::iota(out.begin(), out.end(), 1u);
  return out;
}

Choice PowersUpTo(std::uint32_t most) {
  Choice out;
  for (std::uint32_t i = 1; i <= most; i *= 2) out.push_back(i);
  return out;
}

}  // namespace

namespace {

/// Walks the choices one after another, from the accelerators inwards.
class Walk {
 public:
  Walk(const SearchSpace& space, const ParallelPlan& base, const llm::Architecture& model,
       std::vector<llm::Recompute> recomputes)
      : space_(space), model_(model), recomputes_(std::move(recomputes)) {
    ParallelPlan& p = family_.plan;
    p = base;
    p.layout.clear();
    p.virtual_stages = 1;
    p.schedule = Schedule::k1f1b;
    p.zero = 0;
    p.replicas = 1;
    again_ = base.recompute_layers;
  }

  std::vector<PlanFamily> Take() {
    for (const std::uint32_t n : space_.accelerators) {
      family_.accelerators = n;
      divisors_ = Divisors(n);
      Split();
    }
    return std::move(out_);
  }

 private:
  void Split() {
    ParallelPlan& p = family_.plan;
    const auto heads = static_cast<std::uint32_t>(model_.heads);
    const std::uint32_t n = family_.accelerators;
    for (const std::uint32_t tp :
         Or(space_.tp, divisors_, [&](std::uint32_t i) { return heads % i == 0; })) {
      const auto keeps_tokens = [&](std::uint32_t i) {
        return i == 1 || (p.sequence % (2 * i) == 0 && p.sequence / i >= kLeastTokens);
      };
      for (const std::uint32_t cp : Or(space_.cp, divisors_, keeps_tokens)) {
        const auto spreads = [&](std::uint32_t i) { return SpreadsEvenly(model_.layers, i); };
        for (const std::uint32_t pp : Or(space_.pp, divisors_, spreads)) {
          const std::uint64_t inner = std::uint64_t(tp) * cp * pp;
          if (n % inner != 0) continue;
          p.tp = tp;
          p.cp = cp;
          p.pp = pp;
          p.dp = static_cast<std::uint32_t>(n / inner);
          p.sequence_parallel = tp > 1 && p.sequence / cp % tp == 0;
          Batches();
        }
      }
    }
  }

  void Batches() {
    ParallelPlan& p = family_.plan;
    const auto experts = static_cast<std::uint32_t>(model_.is_moe() ? model_.moe.experts : 1);
    for (const std::uint32_t batch : Or(space_.micro_batch, PowersUpTo(kMostMicroBatch),
                                        [](std::uint32_t) { return true; })) {
      p.micro_batch = batch;
      if (p.global_batch % (std::uint64_t(p.dp) * batch) != 0) continue;
      for (const std::uint32_t ep :
           Or(space_.ep, divisors_, [&](std::uint32_t i) { return experts % i == 0; })) {
        p.ep = ep;
        if (const auto load = space_.busiest.find(ep); load != space_.busiest.end()) p.experts.busiest = load->second;
        if (std::uint64_t(p.dp) * p.cp * p.tp % (std::uint64_t(ep) * p.etp) != 0) continue;
        for (const llm::Recompute recompute : recomputes_) {
          p.recompute = recompute;
          p.recompute_layers = recompute == llm::Recompute::kFull ? again_ : 0;
          if (Check(p, model_, family_.accelerators).empty()) out_.push_back(family_);
        }
      }
    }
  }

  const SearchSpace& space_;
  const llm::Architecture& model_;
  std::vector<llm::Recompute> recomputes_;
  std::uint32_t again_ = 0;  ///< layers that full recompute takes
  Choice divisors_;
  PlanFamily family_;
  std::vector<PlanFamily> out_;
};

}  // namespace

std::vector<PlanFamily> FamiliesOf(const SearchSpace& space, const ParallelPlan& base,
                                   const llm::Architecture& model, bool fused_attention) {
  std::vector<llm::Recompute> recomputes = space.recompute;
  if (recomputes.empty()) {
    recomputes = {llm::Recompute::kNone, llm::Recompute::kFull};
    if (!fused_attention) recomputes.push_back(llm::Recompute::kSelective);
  }
  return Walk(space, base, model, std::move(recomputes)).Take();
}

std::vector<ParallelPlan> PlansOf(const SearchSpace& space, const PlanFamily& family,
                                  const llm::Architecture& model) {
  std::vector<ParallelPlan> out;
  ParallelPlan p = family.plan;
  Choice zeros = Or(space.zero, {0, 1, 2, 3}, [&](std::uint32_t stage) {
    return stage == 0 || p.dense_replicas() > 1;
  });
  for (const ScheduleRow& row : ScheduleTable()) {
    // Without a pipeline all schedules are one.
    const bool wanted =
        p.pp == 1 ? row.schedule == Schedule::k1f1b
                  : space.schedules.empty() ||
                        std::count(space.schedules.begin(), space.schedules.end(), row.schedule);
    if (row.order == nullptr || !wanted) continue;
    p.schedule = row.schedule;
    for (const std::uint32_t chunks : Or(space.virtual_stages, ChunkCounts(), [&](auto v) {
           return p.pp == 1 ? v == 1 : SpreadsEvenly(model.layers, p.pp * v);
         })) {
      // One chunk under the interleaved schedule is 1F1B.
      if (p.pp > 1 && row.schedule == Schedule::kInterleaved1f1b && chunks == 1) continue;
      p.virtual_stages = chunks;
      if (p.pp > 1 && !row.Allows(chunks)) continue;
      for (const std::uint32_t zero : zeros) {
        p.zero = zero;
        if (Check(p, model, family.accelerators).empty()) out.push_back(p);
      }
    }
  }
  return out;
}

}  // namespace headroom::training
