#include "models/training/search/plan_search.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <tuple>

#include "models/training/step_bound.h"

namespace headroom::training {
namespace {

/// Plans evaluated between two looks at what they beat; also the unit of interruption.
constexpr std::size_t kBatch = 16;
constexpr std::size_t kFamilies = 64;

/// Runs `work(i)` for i below `count` on `threads` threads.
template <class Work>
void Spread(unsigned threads, std::size_t count, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i; (i = next.fetch_add(1)) < count;) work(i);
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < std::min<std::size_t>(threads, count); ++t) others.emplace_back(run);
  run();
  for (std::thread& t : others) t.join();
}

/// HeldForwardsOf by shape, shared by the threads.
class HeldTable {
 public:
  const HeldForwards& Of(const ParallelPlan& p) {
    const auto key = std::tuple{p.schedule, p.pp, p.virtual_stages, p.micro_batches()};
    const std::lock_guard<std::mutex> lock(mutex_);
    auto [place, fresh] = table_.try_emplace(key);
    if (fresh)
      place->second = HeldForwardsOf(p.schedule, p.pp, p.virtual_stages, p.micro_batches());
    return place->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::tuple<Schedule, std::uint32_t, std::uint32_t, std::uint32_t>, HeldForwards> table_;
};

struct Candidate {
  ParallelPlan plan;
  std::shared_ptr<const ModelPieces> pieces;
  PlanFigures bound;
};

}  // namespace

bool Covers(const PlanFigures& a, const PlanFigures& b, double tolerance) {
  const double room = 1 + tolerance;
  return a.step_time <= b.step_time && a.memory <= b.memory * room &&
         a.joules <= b.joules * room && a.dollars <= b.dollars * room;
}

namespace {

class Search {
 public:
  Search(const StepParams& params, const compute::KernelModel& kernels,
         const SearchOptions& options)
      : params_(params), kernels_(kernels), options_(options) {}

  SearchResult Run() {
    result_.interrupted = !Bound() || !Evaluate();
    for (JudgedPlan& p : judged_)
      if (p.figures.step_time <= Slowest()) result_.front.push_back(std::move(p));
    std::stable_sort(result_.front.begin(), result_.front.end(),
                     [](const JudgedPlan& a, const JudgedPlan& b) {
                       return a.figures.step_time < b.figures.step_time;
                     });
    if (Check(params_.plan, params_.model, params_.plan.accelerators()).empty())
      result_.base = Judge(params_.plan, nullptr);
    return std::move(result_);
  }

 private:
  StepModel ModelOf(const ParallelPlan& plan) const {
    StepParams params = params_;
    params.plan = plan;
    return StepModel(std::move(params), kernels_);
  }

  PlanFigures Figures(const ParallelPlan& p, double seconds, double memory, double joules) const {
    const double n = p.accelerators();
    const SearchPrices& usd = options_.prices;
    return {seconds, memory, n * joules,
            n * (usd.accelerator_second * seconds + usd.joule * joules)};
  }

  double Slowest() const { return best_ / (1 - options_.within); }

  /// Bounds of all plans, families side by side; false if interrupted.
  bool Bound() {
    const std::vector<PlanFamily> families = FamiliesOf(
        options_.space, params_.plan, params_.model, params_.framework.fused_attention);
    std::vector<std::vector<Candidate>> found(families.size());
    std::vector<std::uint64_t> sizes(families.size());
    for (std::size_t done = 0; done < families.size(); done += kFamilies) {
      if (!options_.watch(0.5 * done / families.size())) return false;
      Spread(options_.threads, std::min(kFamilies, families.size() - done), [&](std::size_t i) {
        found[done + i] = BoundFamily(families[done + i], &sizes[done + i]);
      });
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
      result_.counts.plans += sizes[i];
      result_.counts.memory += sizes[i] - found[i].size();
      std::move(found[i].begin(), found[i].end(), std::back_inserter(candidates_));
    }
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) {
                       return std::pair(a.bound.step_time, a.bound.memory) <
                              std::pair(b.bound.step_time, b.bound.memory);
                     });
    return true;
  }

  std::vector<Candidate> BoundFamily(const PlanFamily& family, std::uint64_t* plans) {
    std::vector<Candidate> out;
    std::shared_ptr<const ModelPieces> pieces[2];  // without and with sharded parameters
    for (const ParallelPlan& plan : PlansOf(options_.space, family, params_.model)) {
      ++*plans;
      const StepModel model = ModelOf(plan);
      auto& mine = pieces[plan.zero == 3];
      if (!mine) mine = std::make_shared<const ModelPieces>(model.Pieces());
      const StepBound bound = model.LowerBound(*mine, held_.Of(plan));
      if (bound.memory > MemoryLimit()) continue;
      out.push_back({plan, mine, Figures(plan, bound.step_time, bound.memory, bound.joules)});
    }
    return out;
  }

  double MemoryLimit() const {
    const double capacity = params_.memory_capacity * params_.memory_usable;
    return capacity > 0 ? std::min(capacity, options_.limits.memory) : options_.limits.memory;
  }

  JudgedPlan Judge(const ParallelPlan& plan, const ModelPieces* pieces) const {
    const StepModel model = ModelOf(plan);
    JudgedPlan out;
    out.plan = plan;
    out.step = pieces ? model.Evaluate(1.0, *pieces) : model.Evaluate();
    const double joules = out.step.mean_watts * out.step.step_time;
    out.figures = Figures(plan, out.step.step_time, out.step.memory.fullest.total(), joules);
    out.power = out.step.mean_watts * plan.accelerators();
    return out;
  }

  bool Evaluate() {
    SearchCounts& counts = result_.counts;
    std::vector<const Candidate*> batch;
    for (std::size_t next = 0; next < candidates_.size();) {
      if (!options_.watch(0.5 + 0.5 * next / candidates_.size())) return false;
      batch.clear();
      while (next < candidates_.size() && batch.size() < kBatch) {
        const Candidate& c = candidates_[next];
        // The same at another ZeRO stage is likely covered once this one is known.
        if (!batch.empty() && batch.back()->bound.step_time == c.bound.step_time) break;
        ++next;
        if (c.bound.step_time > options_.limits.step_time) {
          ++counts.step_time;
        } else if (c.bound.step_time > Slowest() || Covered(c.bound)) {
          ++counts.bounded;
        } else {
          batch.push_back(&c);
        }
      }
      std::vector<JudgedPlan> judged(batch.size());
      Spread(options_.threads, batch.size(), [&](std::size_t i) {
        judged[i] = Judge(batch[i]->plan, batch[i]->pieces.get());
      });
      counts.evaluated += batch.size();
      for (JudgedPlan& p : judged) Admit(std::move(p));
    }
    return true;
  }

  bool Covered(const PlanFigures& figures) const {
    return std::any_of(judged_.begin(), judged_.end(), [&](const JudgedPlan& p) {
      return Covers(p.figures, figures, options_.tolerance);
    });
  }

  /// Keeps a plan that keeps the limits and is not covered, and drops those that it covers.
  void Admit(JudgedPlan p) {
    SearchCounts& counts = result_.counts;
    if (!p.step.memory.fits || p.figures.memory > MemoryLimit()) {
      ++counts.memory;
    } else if (p.figures.step_time > options_.limits.step_time) {
      ++counts.step_time;
    } else if (p.power > options_.limits.power) {
      ++counts.power;
    } else if (!Covered(p.figures)) {
      best_ = std::min(best_, p.figures.step_time);
      std::erase_if(judged_,
                    [&](const JudgedPlan& old) { return Covers(p.figures, old.figures, 0); });
      judged_.push_back(std::move(p));
    }
  }

  const StepParams& params_;
  const compute::KernelModel& kernels_;
  const SearchOptions& options_;
  HeldTable held_;
  std::vector<Candidate> candidates_;
  std::vector<JudgedPlan> judged_;  ///< the front so far
  double best_ = std::numeric_limits<double>::infinity();  ///< s, the quickest plan so far
  SearchResult result_;
};

}  // namespace

SearchResult SearchPlans(const StepParams& params, const compute::KernelModel& kernels,
                         const SearchOptions& options) {
  return Search(params, kernels, options).Run();
}

}  // namespace headroom::training
