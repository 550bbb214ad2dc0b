#pragma once

#include <string>

namespace headroom::training {

/// How a factor on the time of a step varies from accelerator to accelerator. A synchronous step
/// waits for the slowest of n, so that folding needs the expected largest of n draws over the mean:
///
///     normal        1 + deviation * z(n), z(n) as LargestOf()
///     lognormal     exp(s z(n)) with s^2 = ln(1 + deviation^2), over its mean exp(s^2 / 2)
///     exponential   1 + deviation * (H(n) - 1): a delay with that mean and spread, H(n) = 1 + 1/2 ... 1/n
///     stragglers    1 + slowdown * (1 - (1 - share)^n): a share of the accelerators is slower
///
/// Left out: correlation between neighbours, and slow ranks that overlap hides.
enum class Distribution { kNone, kNormal, kLognormal, kExponential, kStragglers };

struct Variation {
  Distribution distribution = Distribution::kNone;
  double deviation = 0;  ///< relative; `slowdown` of stragglers
  double share = 0;      ///< of stragglers
  double Slowest(double n) const;
};

/// As scenarios spell them. @throws std::invalid_argument.
Distribution DistributionFromName(const std::string& name);

}  // namespace headroom::training
