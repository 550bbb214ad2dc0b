#pragma once

#include <deque>
#include <vector>

namespace headroom::power {

/// Software ballast beside the work of one accelerator. SI units.
struct BallastParams {
  double level = 0.0;     ///< W up to which it fills
  double delay = 0.01;    ///< s from a change of the work's power until the ballast follows. Assumed
  double slowdown = 0.05; ///< of the work, which shares the chip. Published: less than 5 % (Firefly)
};

/// A second stream of matrix products that keeps the board's power up while a job holds it:
///
///     b(t) = max(0, level - raw(t - delay))  while held at t - delay, else 0
///     drawn(t) = raw(t) + b(t), but at most max(raw(t), limit)
///
/// Every edge of raw leaves a dip or a peak of `delay`, so that swings above 1 / (2 delay) pass. Solved
/// from edge to edge for raw power that is piecewise constant. Left out: granularity of the products
/// beyond the delay, memory that they take. Source: arXiv 2508.14318, Firefly.
class Ballast {
 public:
  struct Piece {
    double seconds = 0.0;
    double watts = 0.0;  ///< drawn
  };
  /// `limit` [W] is the board's.
  Ballast(const BallastParams& params, double limit);
  /// Moves on by `seconds` of constant `raw` [W]; appends what is drawn.
  void Advance(double seconds, double raw, bool held, std::vector<Piece>* out);
  double burnt() const { return burnt_; }  ///< J

 private:
  BallastParams params_;
  double limit_;
  std::deque<Piece> late_;  // ballast decided and not yet there, oldest first; `delay` in all
  double burnt_ = 0.0;
};

}  // namespace headroom::power
