#pragma once

#include <cstdint>
#include <limits>

#include "models/serving/kernel_use.h"

namespace headroom::serving {

/// Time and energy of device work on each accelerator of a replica, at full clock.
struct Cost {
  double seconds = 0.0;
  double compute = 0.0;  ///< the part of `seconds` that goes with 1/clock
  double energy = 0.0;   ///< J of one accelerator
  KernelUse use;         ///< of it by kind of kernel; what no kind has is `other`
  Cost& operator+=(const Cost& o) {
    seconds += o.seconds;
    compute += o.compute;
    energy += o.energy;
    use += o.use;
    return *this;
  }
  friend Cost operator+(Cost a, const Cost& b) { return a += b; }
  friend Cost operator*(double f, Cost a) {
    a.seconds *= f;
    a.compute *= f;
    a.energy *= f;
    a.use *= f;
    return a;
  }
};

/// What the operators of one forward pass over all layers cost, by shape. IterationCost tabulates
/// them; implementations need not be fast.
class StepOperators {
 public:
  virtual ~StepOperators() = default;
  /// Everything whose cost depends on the tokens of the batch alone: projections, feed-forward or
  /// experts, norms, collectives.
  virtual Cost Tokens(double tokens) const = 0;
  /// Groups that share the batch, each with attention and dense layers of its own (data-parallel attention).
  virtual std::uint32_t groups() const { return 1; }
  /// The two parts of Tokens(): what a group does for its `own` tokens, and what all do for the `tokens` of the batch (experts).
  virtual Cost OwnTokens(double own) const { return Tokens(own); }
  virtual Cost SharedTokens(double tokens) const {
    (void)tokens;
    return {};
  }
  /// A group that is through waits for the others within their collective.
  virtual Cost Waiting(double seconds) const { return {seconds, 0.0, idle_power() * seconds, {}}; }
  /// Output head and sampling for `sequences` that emit a token.
  virtual Cost Head(double sequences) const = 0;
  /// Attention of `query` new tokens of one prompt over `context` keys, these included.
  virtual Cost PrefillAttention(double query, double context) const = 0;
  /// Attention of `sequences` with one new token each over `context` keys each.
  virtual Cost DecodeAttention(double sequences, double context) const = 0;
  /// The same with `query` new tokens of each sequence, these among the keys: drafts that are
  /// checked.
  virtual Cost VerifyAttention(double sequences, double query, double context) const {
    (void)query;
    return DecodeAttention(sequences, context);
  }
  /// What low-rank adapters add to a pass of `tokens`, of which each goes through one of `adapters`.
  virtual Cost Adapters(double tokens, double adapters) const {
    (void)tokens, (void)adapters;
    return {};
  }
  /// Board power of one accelerator that waits [W].
  virtual double idle_power() const = 0;
  /// Board power that firmware keeps to by its clock, mean of an iteration's device work [W].
  virtual double power_limit() const { return std::numeric_limits<double>::infinity(); }
};

}  // namespace headroom::serving
