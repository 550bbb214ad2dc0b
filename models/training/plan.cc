#include "models/training/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "models/training/schedule.h"

namespace headroom::training {
namespace {

class Rules {
 public:
  template <class... T>
  void Require(bool holds, const char* field, fmt::format_string<T...> text, T&&... values) {
    if (!holds) problems_.push_back({field, fmt::format(text, std::forward<T>(values)...)});
  }
  bool ok() const { return problems_.empty(); }
  std::vector<PlanProblem> Take() { return std::move(problems_); }

 private:
  std::vector<PlanProblem> problems_;
};

/// "2 and 4": the divisors of `n` next to `value`.
std::string DivisorsNear(std::uint32_t value, std::uint32_t n) {
  std::uint32_t below = std::min(value, n), above = value;
  while (n % below != 0) --below;
  while (above < n && n % above != 0) ++above;
  return above > n || above == below ? std::to_string(below) : fmt::format("{} and {}", below, above);
}

void CheckLayout(const ParallelPlan& p, const llm::Architecture& a, Rules* rules) {
  if (p.layout.empty()) {
    // Embedding and head may fill a chunk each.
    rules->Require(a.layers + 2 >= p.chunks(), "parallelism.pp",
                   "{} layers cannot fill {} chunks (pp {} x virtual_stages {})", a.layers,
                   p.chunks(), p.pp, p.virtual_stages);
    return;
  }
  const std::uint32_t sum = std::accumulate(p.layout.begin(), p.layout.end(), 0u);
  rules->Require(p.layout.size() == p.chunks(), "layout",
                 "layout has {} chunks; pp {} x virtual_stages {} makes {}", p.layout.size(), p.pp,
                 p.virtual_stages, p.chunks());
  rules->Require(sum == a.layers, "layout", "layout holds {} layers; the model has {}", sum,
                 a.layers);
}

void CheckExperts(const ParallelPlan& p, const llm::Architecture& a, Rules* rules) {
  if (!a.is_moe()) {
    rules->Require(p.ep == 1, "parallelism.ep", "ep is {}; a dense model has no experts to spread",
                   p.ep);
    rules->Require(p.etp == 1, "parallelism.etp",
                   "etp is {}; a dense model has no experts to split", p.etp);
    return;
  }
  const auto experts = static_cast<std::uint32_t>(a.moe.experts);
  if (experts % p.ep != 0)
    rules->Require(false, "parallelism.ep", "ep {} does not divide the {} experts; {} would", p.ep, experts,
                   DivisorsNear(p.ep, experts));
  const std::uint32_t ranks = p.dp * p.cp * p.tp;
  rules->Require(
      ranks % (p.ep * p.etp) == 0, "parallelism.ep",
      "ep {} x etp {} = {} does not divide the {} ranks of a stage (tp {} x cp {} x dp {})", p.ep,
      p.etp, p.ep * p.etp, ranks, p.tp, p.cp, p.dp);
}

void CheckBatch(const ParallelPlan& p, Rules* rules) {
  const std::uint64_t wave = std::uint64_t(p.dp) * p.micro_batch;
  if (p.global_batch % wave != 0) {
    const std::uint64_t below = p.global_batch / wave * wave;
    rules->Require(false, "global_batch", "global_batch {} does not divide by micro_batch {} x dp {} = {}; {} would",
                   p.global_batch, p.micro_batch, p.dp, wave,
                   below == 0 ? std::to_string(wave) : fmt::format("{} and {}", below, below + wave));
  }
  if (p.mirrored && p.global_batch % wave == 0)
    rules->Require(p.micro_batches() >= 2 * p.pp, "global_batch",
                  "{} micro-batches for each half of dualpipe are fewer than its {} ranks",
                  p.micro_batches(), 2 * p.pp);
  const std::uint32_t halves = p.cp > 1 ? 2 * p.cp : 1;
  rules->Require(p.sequence % halves == 0, "sequence",
                 "sequence {} does not divide into 2 x cp = {} parts", p.sequence, halves);
  if (p.sequence_parallel) {
    rules->Require(p.sequence / p.cp % p.tp == 0, "sequence",
                   "sequence {} over cp {} does not divide by tp {}", p.sequence, p.cp, p.tp);
  }
  if (p.schedule == Schedule::kInterleaved1f1b && p.pp > 1 && p.global_batch % wave == 0) {
    rules->Require(
        p.micro_batches() % p.pp == 0, "global_batch",
        "{} micro-batches do not divide by pp {}; interleaved-1f1b takes them in groups of pp",
        p.micro_batches(), p.pp);
  }
}

}  // namespace

double ParallelPlan::RingHalo(double window) const {
  const double length = packing.Length(sequence);
  if (window <= 0 || window >= length) return -1;
  return std::min(window - 1, length - length / (2.0 * cp));
}

double ParallelPlan::RingSteps(double window) const {
  const double halo = RingHalo(window), piece = packing.Length(sequence) / (2.0 * cp);
  return halo >= 0 ? std::clamp(std::ceil(halo / piece), 1.0, cp - 1.0) : cp - 1.0;
}

double ParallelPlan::RingTokens(double window) const {
  const double all = tokens_per_pass() * (cp - 1.0), halo = RingHalo(window);
  if (halo < 0) return all;
  const double documents = micro_batch * sequence / packing.Length(sequence);
  return std::min(all, 2 * documents * halo);
}

ParallelPlan Resolve(ParallelPlan plan, std::uint32_t accelerators) {
  const std::uint64_t inner = std::uint64_t(plan.tp) * plan.pp * plan.cp;
  if (plan.dp == 0)
    plan.dp =
        inner > 0 && accelerators >= inner ? static_cast<std::uint32_t>(accelerators / inner) : 1;
  if (plan.pp == 1) plan.schedule = Schedule::k1f1b;
  if (plan.schedule == Schedule::kDualPipe && !plan.mirrored && plan.pp > 1 && plan.pp % 2 == 0 &&
      plan.virtual_stages <= 2) {
    plan.mirrored = true;
    plan.pp /= 2;
    plan.dp *= 2;
    plan.virtual_stages = 2;
  }
  return plan;
}

std::vector<PlanProblem> Check(const ParallelPlan& p, const llm::Architecture& a,
                               std::uint32_t accelerators) {
  Rules rules;
  const std::uint64_t inner = std::uint64_t(p.tp) * p.pp * p.cp;
  rules.Require(inner > 0 && accelerators % inner == 0, "parallelism.pp",
                "pp {} x tp {} x cp {} = {} does not divide the {} accelerators", p.pp, p.tp, p.cp,
                inner, accelerators);
  if (!rules.ok()) return rules.Take();
  rules.Require(inner * p.dp == accelerators, "parallelism.dp",
                "tp {} x pp {} x cp {} x dp {} = {} is not the {} accelerators", p.tp, p.pp, p.cp,
                p.dp, inner * p.dp, accelerators);
  const auto heads = static_cast<std::uint32_t>(a.heads),
             kv = static_cast<std::uint32_t>(a.kv_heads);
  if (heads % p.tp != 0)
    rules.Require(false, "parallelism.tp", "tp {} does not divide the {} heads; {} would", p.tp, heads,
                  DivisorsNear(p.tp, heads));
  rules.Require(a.is_mla() || kv % p.tp == 0 || p.tp % kv == 0, "parallelism.tp",
                "tp {} and the {} key/value heads do not divide one another", p.tp, kv);
  if (p.context == ContextKind::kUlysses)
    rules.Require(heads % (p.tp * p.cp) == 0, "parallelism.cp",
                  "ulysses spreads heads over context ranks: tp {} x cp {} does not divide the {} heads",
                  p.tp, p.cp, heads);
  if (p.offload.parameters != Place::kDevice)
    rules.Require(p.zero == 3, "offload.parameters",
                  "parameters leave the device only with zero 3; zero is {}", p.zero);
  if (p.offload.optimizer != Place::kDevice)
    rules.Require(p.zero >= 1 || p.dense_replicas() == 1, "offload.optimizer",
                  "the optimizer leaves the device only sharded, with zero 1 and above; zero is {}", p.zero);
  rules.Require(p.recompute_layers == 0 || p.recompute == llm::Recompute::kFull, "recompute_layers",
                "recompute_layers is {}; recompute is {}, not full", p.recompute_layers, Name(p.recompute));
  rules.Require(p.recompute_layers <= a.layers, "recompute_layers", "{} of the {} layers", p.recompute_layers, a.layers);
  rules.Require(p.replicas == 1 || p.zero >= 1, "parallelism.replicas",
                "replicas is {}; without zero nothing is sharded inside them", p.replicas);
  rules.Require(p.replicas > 0 && p.dense_replicas() % p.replicas == 0, "parallelism.replicas",
                "replicas {} does not divide dp {} x cp {}", p.replicas, p.dp, p.cp);
  rules.Require(p.offload.activations != Place::kNvme, "offload.activations",
                "activations go to the host, not to nvme");
  rules.Require(p.offload.activation_layers <= a.layers, "offload.activation_layers",
                "{} of the {} layers", p.offload.activation_layers, a.layers);
  rules.Require(p.offload.activation_layers == 0 || p.offload.activations == Place::kHost, "offload.activation_layers",
                "{} layers, but activations stay on the device", p.offload.activation_layers);
  rules.Require(!p.sequence_parallel || p.tp > 1, "parallelism.sequence_parallel",
                "sequence_parallel needs tp over 1; tp is {}", p.tp);
  const ScheduleRow& row = RowOf(p.schedule);
  if (p.schedule == Schedule::kDualPipe && !p.mirrored && p.virtual_stages > 2) {
    rules.Require(false, "parallelism.virtual_stages", "dualpipe puts 2 chunks on each rank; virtual_stages is {}",
                  p.virtual_stages);
    return rules.Take();
  }
  if (p.schedule == Schedule::kDualPipe) {
    rules.Require(p.mirrored, "parallelism.pp",
                  "pp is {}; dualpipe runs two mirrored pipelines and needs an even number above 1",
                  p.pp);
    if (!rules.ok()) return rules.Take();
  }
  rules.Require(p.pp > 1 || p.virtual_stages == 1 || p.mirrored, "parallelism.virtual_stages",
                "virtual_stages is {}; one pipeline stage has no chunks to interleave",
                p.virtual_stages);
  rules.Require(p.pp == 1 || row.Allows(p.virtual_stages), "parallelism.virtual_stages",
                "pipeline {} takes {} chunks per stage; virtual_stages is {}", row.name,
                row.chunks_text, p.virtual_stages);
  CheckLayout(p, a, &rules);
  CheckExperts(p, a, &rules);
  CheckBatch(p, &rules);
  return rules.Take();
}

std::string Name(Schedule schedule) { return RowOf(schedule).name; }

Schedule ScheduleFromName(const std::string& name) {
  for (const ScheduleRow& row : ScheduleTable()) {
    if (name == row.name) return row.schedule;
  }
  throw std::invalid_argument(fmt::format("no pipeline schedule is called '{}'", name));
}

std::string Name(llm::Recompute recompute) {
  constexpr const char* kNames[] = {"none", "selective", "full"};
  return kNames[static_cast<std::size_t>(recompute)];
}

llm::Recompute RecomputeFromName(const std::string& name) {
  if (name == "none") return llm::Recompute::kNone;
  if (name == "selective") return llm::Recompute::kSelective;
  if (name == "full") return llm::Recompute::kFull;
  throw std::invalid_argument(fmt::format("no kind of recompute is called '{}'", name));
}

Dispatcher DispatcherFromName(const std::string& name) {
  if (name == "all-to-all") return Dispatcher::kAllToAll;
  if (name == "deduplicated") return Dispatcher::kDeduplicated;
  throw std::invalid_argument(fmt::format("no dispatcher is called '{}'", name));
}

ContextKind ContextKindFromName(const std::string& name) {
  if (name == "ring") return ContextKind::kRing;
  if (name == "ulysses") return ContextKind::kUlysses;
  throw std::invalid_argument(fmt::format("no kind of context parallelism is called '{}'", name));
}

Place PlaceFromName(const std::string& name) {
  if (name == "device") return Place::kDevice;
  if (name == "host") return Place::kHost;
  if (name == "nvme") return Place::kNvme;
  throw std::invalid_argument(fmt::format("no place is called '{}'", name));
}

Graphs GraphsFromName(const std::string& name) {
  if (name == "none") return Graphs::kNone;
  if (name == "static") return Graphs::kStatic;
  if (name == "step") return Graphs::kStep;
  throw std::invalid_argument(fmt::format("no kind of graph is called '{}'", name));
}

void AddModule(const std::string& name, RecomputedModules* modules) {
  if (name == "mla-up") {
    modules->mla_up = true;
  } else if (name == "activation") {
    modules->activation = true;
  } else if (name == "norm") {
    modules->norm = true;
  } else if (name == "dense-ffn") {
    modules->dense_ffn = true;
  } else {
    throw std::invalid_argument(fmt::format("no module is called '{}'", name));
  }
}

}  // namespace headroom::training
