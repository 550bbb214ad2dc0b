#pragma once

#include <cstddef>
#include <vector>

namespace headroom::plant {

/// Largest change of the mean power from one window to the next, per second: with windows [t - 2w,
/// t - w] and [t - w, t] that slide by the plant step. A window that is no whole number of steps,
/// or longer than half the run, gives none.
class RampStatistics {
 public:
  RampStatistics(double step, double window);
  /// Adds one whole step's mean power [W].
  void Add(double power);
  bool valid() const { return valid_; }
  double up() const { return up_; }      ///< W/s, >= 0
  double down() const { return down_; }  ///< W/s, >= 0

 private:
  std::size_t steps_ = 0;  // of a window; 0: none
  double window_;
  std::vector<double> powers_;  // ring of the last two windows
  std::size_t count_ = 0;
  double late_ = 0.0, early_ = 0.0;  // sums over the two windows
  bool valid_ = false;
  double up_ = 0.0, down_ = 0.0;
};

}  // namespace headroom::plant
