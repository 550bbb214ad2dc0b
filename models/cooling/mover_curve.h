#pragma once

#include <string>
#include <vector>

namespace headroom::cooling {

/// Hydraulic efficiency of a pump or fan over that at its best point, from x = log10(Eu / Eu_best)
/// with Eu = head / flow^2: cubics through the correlation of EnergyPlus, Fan:ComponentModel.
/// Source: Modelica Buildings, Fluid.Movers.BaseClasses.Euler.correlation.
double EulerEfficiency(double x);

/// A pump or fan by its curves at nominal speed, moved to other speeds y by the affinity laws:
///
///     head(V, y) = y^2 h(V / y)          power(V, y) = y^3 p(V / y)
///
/// V in m^3/s, head in Pa, power in W, y the share of nominal speed. h and p are cubic splines
/// (monotone where the points are: Fritsch and Carlson), straight beyond the points. Sound above a
/// tenth of the nominal speed; run-up, cavitation and slip are left out. Validated against the
/// Modelica Buildings trajectory of a Wilo Stratos 80/1-12 at five speeds.
class MoverCurve {
 public:
  struct Point {
    double flow = 0.0;
    double head = 0.0;
    double power = 0.0;
  };
  /// `points` in rising flow and falling head. @throws ConfigError below `path` otherwise.
  MoverCurve(const std::vector<Point>& points, const std::string& path);
  /// A mover known by its best point alone: head falls from twice to nothing at twice the flow,
  /// efficiency by EulerEfficiency() with `efficiency` (motor included) at the best point.
  static MoverCurve FromBestPoint(double flow, double head, double efficiency);

  double Head(double flow, double speed) const;
  double Power(double flow, double speed) const;
  /// The speed that gives `head` at `flow`.
  double SpeedFor(double flow, double head) const;
  /// Flow at `speed` into a system that asks for `rest` + `resistance` V^2 [Pa]; 0 where the mover
  /// cannot lift `rest`.
  double FlowInto(double resistance, double rest, double speed) const;

 private:
  /// A cubic Hermite spline.
  struct Curve {
    void Fit();
    double At(double x) const;
    std::vector<double> x, y, slope;
  };
  Curve head_, power_;
  double longest_ = 0.0;  // flow at no head and nominal speed
};

}  // namespace headroom::cooling
