#pragma once

#include <vector>

namespace headroom::power {

/// A piecewise-constant power over one period: what a training step or an iteration draws, phase by
/// phase.
///
/// Phases follow each other from 0; times in seconds, power in watts. Carried between events
/// instead of samples, so a high-resolution window can be evaluated afterwards at any sampling.
class Waveform {
 public:
  struct Phase {
    double seconds = 0.0;
    double watts = 0.0;
  };
  /// @throws InternalError for a phase of negative or non-finite length, or an empty waveform of no
  /// length.
  explicit Waveform(std::vector<Phase> phases);
  double period() const { return period_; }
  double energy() const { return energy_; }  ///< of one period [J]
  double mean() const { return energy_ / period_; }
  double min() const { return min_; }
  double max() const { return max_; }
  /// Power at `t`, repeated with the period; at a breakpoint that of the phase that begins.
  double At(double t) const;
  /// Energy from 0 to t, repeated with the period [J].
  double EnergyUntil(double t) const;
  const std::vector<Phase>& phases() const { return phases_; }

 private:
  std::vector<Phase> phases_;
  double period_ = 0.0;
  double energy_ = 0.0;
  double min_ = 0.0;
  double max_ = 0.0;
};

}  // namespace headroom::power
