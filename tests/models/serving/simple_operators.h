#pragma once

#include "models/serving/step_operators.h"

namespace headroom::serving {

/// Operators whose cost is a sum of linear terms, for hand-worked cases [s].
struct LinearTerms {
  double per_iteration = 0.0;
  double per_token = 0.0;
  double per_prefill_pair = 0.0;  ///< query times context
  double per_decode_key = 0.0;
  double busy_power = 500.0, idle = 100.0;  ///< W
};

class SimpleOperators final : public StepOperators {
 public:
  explicit SimpleOperators(const LinearTerms& terms) : t_(terms) {}
  Cost Tokens(double tokens) const override { return Of(t_.per_iteration + t_.per_token * tokens, KernelPart::kGemm); }
  Cost Head(double) const override { return {}; }
  Cost PrefillAttention(double query, double context) const override {
    return Of(t_.per_prefill_pair * query * context, KernelPart::kPrefillAttention);
  }
  Cost DecodeAttention(double sequences, double context) const override {
    return Of(t_.per_decode_key * sequences * context, KernelPart::kDecodeAttention);
  }
  double idle_power() const override { return t_.idle; }

 private:
  Cost Of(double seconds, KernelPart part) const {
    return {seconds, seconds, t_.busy_power * seconds, KernelUse::Of(part, seconds, (t_.busy_power - t_.idle) * seconds)};
  }
  LinearTerms t_;
};

/// Groups that share a batch: seconds for each token of a group, and for each of the batch. Waiting takes idle power.
class GroupedOperators final : public StepOperators {
 public:
  GroupedOperators(std::uint32_t groups, double own, double shared) : groups_(groups), own_(own), shared_(shared) {}
  std::uint32_t groups() const override { return groups_; }
  Cost OwnTokens(double own) const override { return Of(own_ * own); }
  Cost SharedTokens(double tokens) const override { return Of(shared_ * tokens); }
  Cost Tokens(double tokens) const override { return Of((own_ / groups_ + shared_) * tokens); }
  Cost Head(double) const override { return {}; }
  Cost PrefillAttention(double, double) const override { return {}; }
  Cost DecodeAttention(double, double) const override { return {}; }
  double idle_power() const override { return 100.0; }

 private:
  Cost Of(double seconds) const { return {seconds, seconds, 500.0 * seconds, KernelUse::Of(KernelPart::kGemm, seconds, 400.0 * seconds)}; }
  std::uint32_t groups_;
  double own_, shared_;
};

}  // namespace headroom::serving
