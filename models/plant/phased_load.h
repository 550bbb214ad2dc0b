#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/plant/plant_params.h"
#include "models/power/ballast.h"
#include "models/power/smoothing.h"

namespace headroom::plant {

/// The boards of one group between couplings, phase by phase and smoothed.
///
/// One smoother stands for all accelerators of a feed (alike and in phase), one for all held
/// accelerators whose work tells no phases: those count at their mean, as active where it
/// exceeds idle, and their floor ends when they are let go.
///
/// Work with phases loses the time in which a ramp holds its power below what it asks for (power::LostTime); it
/// is known after a step and taken from the pace of the next ones, which tell their power as if nothing were
/// lost. So power at any time is the smoothed one, and progress lags by a step. Work without phases loses likewise, by its
/// mean power over the step, and no longer owes what it lost once it lets go. Ballast fills power up before smoothing sees it, and
/// costs the pace of work with phases all the time.
class PhasedLoad {
 public:
  struct Feed {
    double accelerators = 0.0;
    power::PowerSmoother smoother;
    std::vector<power::PowerPiece> pieces;  ///< of one accelerator, over the last step
    std::optional<power::Ballast> ballast;
    double debt = 0.0;  ///< s that one accelerator's work lost and still has to lose
  };
  PhasedLoad(const LoadGroupParams& group, const PowerPathParams& path);
  /// Takes the feeds of the step that starts at `start`; `energy` and `held` are what the port's
  /// meters gave. Returns the joules that boards draw beyond `energy`.
  double Take(power::LoadPort& port, double start, double seconds, double energy, double held);
  /// Share of its speed that work keeps in a next step of `seconds`.
  double Pace(double seconds) const;
  const std::vector<Feed>& feeds() const { return feeds_; }
  /// Boards outside all feeds over the last step, mean [W].
  double constant() const { return constant_; }
  double idle() const { return smoothing_.idle; }
  double useful() const { return useful_; }            ///< J asked for by work
  double burnt() const { return burnt_; }              ///< J
  double undelivered() const { return undelivered_; }  ///< J, asked for while a ramp held power below it
  double slowed() const { return slowed_; }            ///< accelerator-seconds that work lost

 private:
  /// What software ballast leaves of the pace.
  double Whole() const { return ballast_ && !feeds_.empty() ? 1.0 - ballast_->slowdown : 1.0; }
  double TakeFeed(Feed& feed, power::PhaseFeed& phases, double start, double seconds, double* held);
  double TakeRest(double seconds, double energy, double held);
  void Count(const power::PowerSmoother& before, const power::PowerSmoother& after, double times);

  power::SmoothingParams smoothing_;
  std::optional<power::BallastParams> ballast_;
  double tdp_ = 0.0;
  double pace_ = 1.0;  // of the step under way
  std::vector<power::Ballast::Piece> filled_;  // of one phase
  std::vector<Feed> feeds_;
  power::PowerSmoother rest_;
  std::vector<power::PowerPiece> rest_pieces_;
  double rest_debt_ = 0.0;  // s, as Feed::debt
  double constant_ = 0.0;
  double useful_ = 0.0, burnt_ = 0.0, undelivered_ = 0.0, slowed_ = 0.0;
};

}  // namespace headroom::plant
