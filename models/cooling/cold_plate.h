#pragma once

#include <vector>

namespace headroom::cooling {

/// Resistance from a die's case to the coolant at the plate's inlet, over the flow V through the
/// plate:
///
///     R(V) V = a + b V + c V^2          T_case = T_in + Q R(V)
///
/// V in L/min, R in K/W. Fitted (least squares in relative error) to the OCP 1 kW module guideline
/// (Chen et al. 2023, Fig. 7; PG25, 14 points, 0.4..2.4 L/min): largest error 2.8 %. Beyond the
/// fitted range R is held, below it the polynomial goes on. Steady: the plate's own mass is in the
/// die's node.
class ColdPlate {
 public:
  /// The plate of the guideline with PG25.
  static ColdPlate OcpPg25();
  /// The same with water (4 points, 2..5 L/min, 0.1 %).
  static ColdPlate OcpWater();
  /// A point of a maker's table.
  struct Row {
    double flow = 0.0;        ///< L/min
    double resistance = 0.0;  ///< K/W
  };
  /// Least squares in R V through `rows`, in order of flow; degree 1 (c = 0) or 2.
  static ColdPlate Fitted(const std::vector<Row>& rows, int degree);
  /// K/W at `flow` [L/min], flow > 0.
  double Resistance(double flow) const;
  /// Factor on a resistance stated at `design` when `share` of that flow passes; 1 at share 1.
  double FlowFactor(double design, double share) const {
    return Resistance(design * share) / Resistance(design);
  }

 private:
  ColdPlate(double a, double b, double c, double to) : a_(a), b_(b), c_(c), to_(to) {}
  double a_, b_, c_, to_;
};

}  // namespace headroom::cooling
