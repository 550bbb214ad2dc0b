#pragma once

#include <string>
#include <vector>

#include "scenarios/study/parameter.h"

namespace headroom::study {

/// How far a number of a data sheet may be off: its value times 1 - share to 1 + share, within what the schema allows.
struct Band {
  Parameter parameter;
  double share = 0.0;
  double At(double u) const;  ///< u in [0, 1]
};

/// A band for every number of the sheets that the scenario stands on: 2, 5, 10, 20 and 30 % for confidence A, B, C, D and
/// M, and 30 % for what its source calls assumed. The shares are assumed themselves. Prices, masses and volumes move no figure of
/// operation and are left out; so are exponents and shares of waves, which stand for the shape of a fit.
std::vector<Band> SheetBands(const scenario::Prepared& prepared);

/// "PATH=10 %": the band of one parameter, in place of its default or beside the others.
/// @throws ConfigError
void SetBand(const scenario::Prepared& prepared, const std::string& text, std::vector<Band>* bands);

}  // namespace headroom::study
