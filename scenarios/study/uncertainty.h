#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/study/bands.h"
#include "sim/probe/metric.h"

namespace headroom::study {

/// A figure over an ensemble.
struct Spread {
  std::string metric, unit;
  double stands = 0.0;                       ///< with every parameter at its value
  double p05 = 0.0, p50 = 0.0, p95 = 0.0;    ///< over the ensemble
  struct Cause {
    std::size_t band = 0;
    double correlation = 0.0;    ///< Spearman's, of the parameter with the figure
    bool beyond_chance = false;  ///< more than Uncertainty::least_correlation
  };
  std::vector<Cause> causes;  ///< the kMostCauses strongest, in order
};

inline constexpr std::size_t kMostCauses = 10;

struct Uncertainty {
  std::vector<Band> bands;
  std::vector<Spread> spreads;
  std::size_t runs = 0, failed = 0;
  double least_correlation = 0.0;  ///< beyond which chance is out at 1 % over all bands (Bonferroni)
};

/// Runs the scenario `runs` times, the first time as it stands, the others with every parameter drawn uniformly from its
/// band by a Latin hypercube.
Uncertainty Propagate(const scenario::Prepared& prepared, const std::vector<Band>& bands, std::size_t runs,
                      std::uint64_t seed);

/// `metrics` empty: those of workloads and the site that move by more than 0.1 %.
std::string UncertaintyText(const Uncertainty& uncertainty, const std::vector<std::string>& metrics);
std::string UncertaintyJson(const Uncertainty& uncertainty);

}  // namespace headroom::study
