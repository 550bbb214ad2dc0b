#include <algorithm>
#include <cmath>

#include "models/serving/iteration_cost.h"

namespace headroom::serving {

Cost IterationCost::Prefill(std::uint32_t query, std::uint32_t context) const {
  Cost attention = operators_->PrefillAttention(query, context);
  if (speculation_.tokens == 0) return attention;
  if (speculation_.draft == Draft::kLayer) return (1.0 + 1.0 / speculation_.layers) * attention;
  if (speculation_.draft == Draft::kModel)
    attention += speculation_.model->operators_->PrefillAttention(query, context);
  return attention;
}

/// One more token for each of `sequences`.
Cost IterationCost::DraftPass(std::uint32_t sequences, double context_sum) const {
  switch (speculation_.draft) {
    case Draft::kLookup: return {};
    case Draft::kShare:
      return speculation_.share *
             (Tokens(sequences) + Head(sequences) + DecodeAttention(sequences, context_sum).at);
    case Draft::kLayer:
      return (1.0 / speculation_.layers) *
                 (Tokens(sequences) + DecodeAttention(sequences, context_sum).at) +
             Head(sequences);
    case Draft::kModel: return speculation_.model->DraftToken(sequences, context_sum);
  }
  return {};
}

Cost IterationCost::DraftToken(std::uint32_t sequences, double context_sum) const {
  return Tokens(sequences) + Head(sequences) + DecodeAttention(sequences, context_sum).at;
}

/// Few shapes are met, so it is not tabulated over contexts: linear between the mean rounded down
/// and up to 256 keys.
Cost IterationCost::VerifyAttention(std::uint32_t sequences, double context_sum,
                                    std::uint32_t query) const {
  constexpr double kStep = 256.0;
  const std::uint32_t n = engine_.Padded(sequences);
  const double mean = context_sum / n + query - 1.0;
  const double low = std::floor(mean / kStep);
  const auto at = [&](double knot) -> const Cost& {
    const std::uint64_t key = (std::uint64_t{query} << 56) | (std::uint64_t{n} << 32) |
                              static_cast<std::uint64_t>(knot);
    const auto [entry, fresh] = verify_.try_emplace(key);
    if (fresh) entry->second = operators_->VerifyAttention(n, query, std::max(1.0, knot * kStep));
    return entry->second;
  };
  const Cost from = at(low), to = at(low + 1.0);
  return from + (mean / kStep - low) * (to + -1.0 * from);
}

}  // namespace headroom::serving
