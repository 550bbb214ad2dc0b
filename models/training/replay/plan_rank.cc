#include <cmath>

#include "models/training/data_parallel.h"
#include "models/training/replay/plan_trace.h"

namespace headroom::training {

using Deps = std::vector<std::uint32_t>;

/// Writes the nodes of one rank.
class PlanTrace::Writer {
 public:
  Writer(const PlanTrace& plan, std::uint32_t rank)
      : plan_(plan),
        params_(plan.model_.params()),
        p_(params_.plan),
        row_(RowOf(p_.schedule)),
        rank_(rank),
        inner_(p_.accelerators() / p_.pp),
        stage_(rank / inner_) {
    forward_.resize(p_.chunks());
    backward_.resize(p_.chunks());
  }

  RankTrace Write() {
    if (p_.overlap.param_gather) GatherBeside();
    const std::vector<Action>& order = plan_.orders_[stage_];
    std::vector<std::size_t> last(p_.virtual_stages,
                                  0);  ///< action that ends the gradients of a chunk
    for (std::size_t i = 0; i < order.size(); ++i)
      if (order[i].kind != ActionKind::kForward) last[order[i].chunk] = i;
    for (std::size_t i = 0; i < order.size(); ++i)
      Act(order[i], p_.overlap.grad_reduce && last[order[i].chunk] == i);
    if (!p_.overlap.grad_reduce)
      for (std::uint32_t c = 0; c < p_.virtual_stages; ++c)
        Reduce(Position(c), 0, plan_.buckets_[Position(c)], previous_);
    Deps all = previous_;
    all.insert(all.end(), reduced_.begin(), reduced_.end());
    std::uint32_t end = all.empty() ? 0 : all.back();
    if (p_.accelerators() > 1) {
      Piece norm{0, Role::kNone, TraceOperation::kAllReduce, 4, "gradient_norm"};
      all = {end = Communicate(norm, "", all)};
    }
    all = {end = Compute("optimizer", plan_.optimizer_, all)};
    if (!p_.overlap.param_gather) {
      for (std::uint32_t c = 0; c < p_.virtual_stages; ++c) {
        gathered_ = all;
        Gather(Position(c), 0, plan_.buckets_[Position(c)]);
        all = gathered_;
      }
    }
    Compute("host", params_.framework.step_overhead, all, true);
    return std::move(trace_);
  }

 private:
  std::uint32_t Position(std::uint32_t chunk) const {
    return PositionOf(row_, p_.pp, stage_, chunk);
  }
  std::uint32_t StageOf(std::uint32_t position) const {
    return SeatOf(row_, p_.pp, position).stage;
  }

  std::uint32_t Compute(const char* name, double seconds, const Deps& deps, bool host = false) {
    TraceNode n;
    n.kind = NodeKind::kCompute;
    n.host = host;
    const double micros = seconds * 1e6 + carry_;
    const double whole = std::max(0.0, std::round(micros));
    carry_ = micros - whole;
    n.recorded = static_cast<std::int64_t>(whole) * 1000;
    return Add(name, &n, deps);
  }
  std::uint32_t Communicate(const Piece& piece, const std::string& group, const Deps& deps) {
    TraceNode n;
    n.kind = NodeKind::kCollective;
    n.operation = piece.operation;
    n.bytes = std::round(piece.bytes);
    n.sized = true;
    n.group = trace_.GroupIndex(group);
    return Add(piece.name, &n, deps);
  }
  std::uint32_t Message(NodeKind kind, std::uint32_t stage, std::uint32_t tag, const Deps& deps) {
    TraceNode n;
    n.kind = kind;
    n.peer = stage * inner_ + rank_ % inner_;
    n.tag = tag;
    n.bytes = std::round(double(p_.micro_batch) * p_.sequence / p_.cp * params_.model.hidden *
                         llm::kElement / p_.tp);
    n.sized = true;
    return Add(kind == NodeKind::kSend ? "pp_send" : "pp_receive", &n, deps);
  }
  std::uint32_t Add(std::string_view name, TraceNode* n, const Deps& deps) {
    n->id = trace_.nodes.size();
    trace_.SetName(n, name);
    return trace_.Append(*n, deps);
  }
  std::string GroupName(Role role) const {
    return plan_.group_of_.at({static_cast<int>(role), plan_.Lowest(role, rank_)});
  }
  /// One after the other; returns the last.
  std::uint32_t Chain(const Pieces& pieces, Deps deps) {
    std::uint32_t at = 0;
    for (const Piece& p : pieces) {
      at = p.role == Role::kNone ? Compute(p.name, p.seconds, deps)
                                 : Communicate(p, GroupName(p.role), deps);
      deps = {at};
    }
    return pieces.empty() ? Compute("nothing", 0, deps) : at;
  }

  void Act(const Action& a, bool reduces) {
    const std::uint32_t position = Position(a.chunk), micro_batches = p_.micro_batches();
    const Passes& passes = plan_.passes_[position];
    const bool forward = a.kind == ActionKind::kForward;
    Deps deps = previous_;
    const bool waits =
        forward ? position > 0 : a.kind == ActionKind::kBackward && position + 1 < p_.chunks();
    if (waits) {
      const std::uint32_t from = forward ? position - 1 : position + 1;
      if (StageOf(from) == stage_) {
        deps.push_back((forward ? forward_ : backward_)[from][a.micro_batch]);
      } else {
        deps.push_back(
            Message(NodeKind::kReceive, StageOf(from), Tag(forward, from, a.micro_batch), {}));
      }
    }
    if (forward && a.micro_batch == 0 && !gates_.empty())
      deps.insert(deps.end(), gates_[a.chunk].start.begin(), gates_[a.chunk].start.end());
    Pieces pieces = forward                         ? passes.forward
                    : a.kind == ActionKind::kWeight ? passes.weight
                                                    : passes.backward;
    if (a.kind == ActionKind::kBackward && !row_.splits_weight)
      pieces.insert(pieces.end(), passes.weight.begin(), passes.weight.end());
    if (reduces) Reduce(position, 0, plan_.buckets_[position] - 1, deps);
    std::uint32_t end = Chain(pieces, deps);
    if (reduces) Reduce(position, plan_.buckets_[position] - 1, plan_.buckets_[position], {end});
    if (forward && a.micro_batch == 0 && !gates_.empty() &&
        gates_[a.chunk].whole != gates_[a.chunk].start) {
      Deps join = gates_[a.chunk].whole;
      join.push_back(end);
      end = Compute("wait_for_parameters", 0, join);
    }
    previous_ = {end};
    if (a.kind == ActionKind::kWeight) return;
    auto& ends = (forward ? forward_ : backward_)[position];
    ends.resize(micro_batches);
    ends[a.micro_batch] = end;
    const bool goes_on = forward ? position + 1 < p_.chunks() : position > 0;
    if (!goes_on) return;
    const std::uint32_t to = StageOf(forward ? position + 1 : position - 1);
    if (to == stage_) return;
    const std::uint32_t send =
        Message(NodeKind::kSend, to, Tag(forward, position, a.micro_batch), {end});
    if (!p_.overlap.pp) previous_ = {send};
  }

  /// One per producer's position, direction and micro-batch.
  std::uint32_t Tag(bool forward, std::uint32_t position, std::uint32_t micro_batch) const {
    return 2 * (position * p_.micro_batches() + micro_batch) + !forward;
  }

  /// Calls `f` with the role and the parameters of a bucket of each kind that is replicated.
  template <class F>
  void EachKind(std::uint32_t position, F f) {
    const ChunkParameters& w = plan_.model_.parameters()[position];
    const double buckets = plan_.buckets_[position];
    if (plan_.SizeOf(Role::kReplicas) > 1 && w.dense > 0) f(Role::kReplicas, w.dense / buckets);
    if (params_.model.is_moe() && plan_.SizeOf(Role::kExpertReplicas) > 1 && w.experts > 0)
      f(Role::kExpertReplicas, w.experts / buckets);
  }

  /// Buckets [from, to) of a chunk's gradients, one after another and after what was reduced
  /// before.
  void Reduce(std::uint32_t position, double from, double to, const Deps& after) {
    if (p_.zero == 3) return;
    for (double b = from; b < to; ++b) {
      EachKind(position, [&](Role role, double parameters) {
        Deps deps = after;
        deps.insert(deps.end(), reduced_.begin(), reduced_.end());
        const TraceOperation op =
            p_.zero == 0 ? TraceOperation::kAllReduce : TraceOperation::kReduceScatter;
        const Piece piece =
            plan_.Collective(role, op, parameters * params_.framework.gradient_bytes, "dp_reduce");
        reduced_ = {Communicate(piece, GroupName(role), deps)};
      });
    }
  }

  void Gather(std::uint32_t position, double from, double to) {
    if (p_.zero == 0 || p_.zero == 3) return;
    for (double b = from; b < to; ++b) {
      EachKind(position, [&](Role role, double parameters) {
        const Piece piece =
            plan_.Collective(role, TraceOperation::kAllGather,
                             parameters * params_.framework.gather_bytes, "dp_all_gather");
        gathered_ = {Communicate(piece, GroupName(role), gathered_)};
      });
    }
  }

  /// All chunks from the start of the step, one after another.
  void GatherBeside() {
    for (std::uint32_t c = 0; c < p_.virtual_stages; ++c) {
      const std::uint32_t position = Position(c);
      Gather(position, 0, 1);
      Deps start = gathered_;
      Gather(position, 1, plan_.buckets_[position]);
      gates_.push_back({start, gathered_});
    }
  }

  struct Gate {
    Deps start, whole;
  };
  const PlanTrace& plan_;
  const StepParams& params_;
  const ParallelPlan& p_;
  const ScheduleRow& row_;
  std::uint32_t rank_, inner_, stage_;
  RankTrace trace_;
  double carry_ = 0;  ///< us that rounding has left over
  Deps previous_, reduced_, gathered_;
  std::vector<Gate> gates_;               ///< by chunk of the stage
  std::vector<Deps> forward_, backward_;  ///< last node by position and micro-batch, of this stage
};

RankTrace PlanTrace::Rank(std::uint32_t rank) const { return Writer(*this, rank).Write(); }

}  // namespace headroom::training
