#pragma once

#include <vector>

#include "models/llm/architecture.h"

namespace headroom::serving {

/// Which of E experts a batch of m tokens meets, each drawing k of them. In order of popularity the i-th is drawn by a token
/// with the probability
///
///     q_i = k i^-s / sum(j^-s), at most 1, what lies above is spread over the others
///
/// so that m tokens meet sum(1 - (1 - q_i)^m); s = 0 gives E (1 - (1 - k/E)^m). `ranks` hold E / ranks each, placed without
/// regard to popularity; the busiest has over the mean
///
///     1 + z(ranks) sqrt((ranks - 1) sum(q_i^2)) / k
///
/// of the rows, and as many met experts by the same rule, at most its own. z is the expected largest of `ranks` normal
/// draws. Left out: which layers are more skewed than others, tokens of one prompt that choose alike, redundant experts.
class ExpertRouting {
 public:
  ExpertRouting(const llm::MoeShape& moe, double ranks);
  /// Experts on the busiest rank that `tokens` of all ranks meet.
  double Met(double tokens) const;
  /// Rows of the busiest rank over the mean.
  double busiest() const { return busiest_; }

 private:
  /// Experts of nearly the same popularity.
  struct Group {
    double experts, probability;
  };
  double Busiest(double total, double squares) const;

  std::vector<Group> groups_;
  double experts_, ranks_, largest_ = 0.0, busiest_ = 1.0;
};

}  // namespace headroom::serving
