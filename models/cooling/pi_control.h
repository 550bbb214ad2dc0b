#pragma once

#include <algorithm>

namespace headroom::cooling {

/// A proportional-integral control with output limits:
///
///     u = clamp(gain e + I, low, high)          dI/dt = gain e / integral_time
///
/// I stands still while the output is at a limit and e pushes further. Stepped explicitly: sound
/// for steps well below integral_time.
class PiControl {
 public:
  PiControl(double gain, double integral_time, double low, double high, double initial)
      : gain_(gain),
        integral_time_(integral_time),
        low_(low),
        high_(high),
        integral_(initial),
        output_(initial) {}
  double Update(double error, double step) {
    const double wanted = gain_ * error + integral_;
    const bool pushes = (wanted >= high_ && error > 0.0) || (wanted <= low_ && error < 0.0);
    if (!pushes)
      integral_ = std::clamp(integral_ + gain_ * error * step / integral_time_, low_, high_);
    output_ = std::clamp(gain_ * error + integral_, low_, high_);
    return output_;
  }
  double output() const { return output_; }

 private:
  double gain_, integral_time_, low_, high_, integral_, output_;
};

}  // namespace headroom::cooling
