#pragma once

#include <deque>

namespace headroom::cooling {

/// A pair of mains between two plants, as a scenario gives it.
struct PipesParams {
  double length = 0.0;     ///< one way [m]; 0: none
  double diameter = 0.0;   ///< inner [m]; 0: from kMainVelocity at design flow
  double fittings = 0.5;   ///< of the pipes' friction that bends, tees and valves add. Assumed
};

/// Velocity that a main without a diameter is sized for [m/s]. Assumed: the upper end of usual practice.
inline constexpr double kMainVelocity = 2.0;

/// Inner diameter at which `flow` [kg/s] of water goes at kMainVelocity [m].
double MainDiameter(double flow);

/// Friction of one main [Pa] at `flow` [kg/s] of water at `kelvin`, fittings included:
///
///     dp = (1 + fittings) f L/D rho v^2/2      f: Swamee and Jain 1976, roughness 45 um (commercial steel); 64/Re if laminar
double MainFriction(const PipesParams& params, double flow, double kelvin);

/// Water in one main, moved as a plug: what enters leaves unmixed once as much has come after it. No heat loss, no heat of the
/// wall; mixing along the pipe is left out.
class PipeMain {
 public:
  PipeMain() = default;
  /// Full of water of one temperature [K].
  PipeMain(double mass, double kelvin);
  double mass() const { return mass_; }  ///< kg, constant
  /// Mean temperature of the first `mass` kg to leave, at most mass(), which are gone until Push() of as many. None: what is
  /// at the outlet.
  double Take(double mass);
  void Push(double mass, double kelvin);

 private:
  struct Parcel {
    double mass, kelvin;
  };
  double mass_ = 0.0;
  std::deque<Parcel> parcels_;  // the first leaves first
};

}  // namespace headroom::cooling
