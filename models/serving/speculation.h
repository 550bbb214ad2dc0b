#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/random.h"

namespace headroom::serving {

class IterationCost;

/// What proposes tokens for the target model to check.
enum class Draft : std::uint8_t {
  kLookup,  ///< n-grams of the text so far: costs no accelerator time
  kShare,   ///< a token costs `share` of a plain decode iteration
  kLayer,   ///< EAGLE, multi-token prediction: one layer of the target and its head per token
  kModel,   ///< a model of its own, which also reads the prompts
};

/// Speculative decoding: each decode iteration drafts up to k tokens for every sequence one after
/// another, then the target checks them in one pass of k + 1 tokens a sequence and keeps those up to
/// the first that it would not have written, and one of its own.
///
/// With acceptance a_i of position i, given that the ones before it were kept, an iteration yields
///
///     E(k) = 1 + a_1 + a_1 a_2 + ... + a_1 ... a_k        tokens, (1 - a^(k+1)) / (1 - a) where all
///                                                         a_i = a (Leviathan et al. 2023)
///
/// Positions are drawn independently. With a tree of b_1, b_2, ... candidates, each of a position after each of those
/// before it, the target checks N(k) = b_1 + b_1 b_2 + ... tokens, and a position is kept with 1 - (1 - a_i)^b_i:
/// a candidate is kept with a_i where those beside it were not (assumed). Left out: host time between draft passes.
struct Speculation {
  std::uint32_t tokens = 0;        ///< k; 0: none
  std::vector<double> acceptance;  ///< a_1, a_2, ...; the last holds for all after it
  std::uint32_t max_batch =
      std::numeric_limits<std::uint32_t>::max();  ///< decodes over which nothing is drafted
  Draft draft = Draft::kLookup;
  double share = 0.0;                          ///< of kShare
  double layers = 1.0;                         ///< of the target, for kLayer
  std::shared_ptr<const IterationCost> model;  ///< of kModel
  std::vector<std::uint32_t> tree = {};        ///< b_1 ... b_k; empty: all 1

  /// b_1 ... b_i; 1 for i = 0.
  std::uint32_t Width(std::uint32_t i) const;
  /// N(k): tokens drafted and checked for a sequence.
  std::uint32_t Nodes(std::uint32_t depth) const;
  /// Kept up to position i, for i = 1 ... `tokens`: a_1 ... a_i.
  std::vector<double> Reach() const;
  /// E(k) for k = `drafted`, at most `tokens`.
  double Expected(std::uint32_t drafted) const;
};

/// How many drafted tokens are kept, drawn for one sequence and iteration.
class AcceptanceDraw {
 public:
  AcceptanceDraw(const Speculation& speculation, std::uint64_t seed, const std::string& path)
      : reach_(speculation.Reach()), random_(seed, path + ".speculation") {}
  std::uint32_t operator()(std::uint32_t drafted);

 private:
  std::vector<double> reach_;
  RandomStream random_;
};

/// Measured tokens per iteration for k = 1 ... 8.
struct PublishedAcceptance {
  const char* name;
  const char* what;
  double lengths[8];
  /// a_i from the steps between neighbouring lengths: a_1 ... a_i = E(i) - E(i - 1), which never
  /// rises.
  std::vector<double> Acceptance() const;
};
/// SPEED-Bench, coding, with thinking; InferenceX 843c6254, golden_al_distribution.
const std::vector<PublishedAcceptance>& PublishedAcceptances();
/// @throws ConfigError naming the known ones.
const PublishedAcceptance& FindPublishedAcceptance(std::string_view name);

}  // namespace headroom::serving
