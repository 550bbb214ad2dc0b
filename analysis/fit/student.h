#pragma once

namespace headroom::fit {

/// Quantile of Student's t distribution, 0.5 < p < 1, for `freedom` > 0 degrees of freedom.
double StudentQuantile(double p, double freedom);

}  // namespace headroom::fit
