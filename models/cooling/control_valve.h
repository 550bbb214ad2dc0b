#pragma once

#include <cmath>

namespace headroom::cooling {

/// An equal-percentage control valve in series with a fixed resistance, under a constant pressure
/// difference:
///
///     phi(y) = rangeability^(y - 1)     m / m_open = 1 / sqrt(authority / phi^2 + 1 - authority)
///
/// y is the opening (0..1), authority the valve's share of the pressure drop when open. Source:
/// Modelica Buildings, Fluid.Actuators.Valves.TwoWayEqualPercentage (rangeability 50). Leakage and
/// the linear foot below 1 % are left out.
struct ControlValve {
  double authority = 0.5;
  double rangeability = 50.0;
  double FlowShare(double y) const {
    const double phi = std::pow(rangeability, y - 1.0);
    return 1.0 / std::sqrt(authority / (phi * phi) + 1.0 - authority);
  }
};

}  // namespace headroom::cooling
