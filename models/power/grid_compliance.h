#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/power/spectrum.h"

namespace headroom::power {

/// What a grid asks of a site; what is not set is not asked. SI units.
struct GridLimits {
  std::optional<double> ramp_up, ramp_down;  ///< largest change of the mean per second [W/s]
  double ramp_window = 60.0;                 ///< s over which the mean is taken
  std::optional<double> range;               ///< largest minus smallest sample [W]
  double from = 0.1, to = 20.0;              ///< band [Hz], both edges included
  std::optional<double> share;               ///< of harmonic energy that may lie in the band
  std::optional<double> amplitude;           ///< rms in the band [W]
};

/// Figures of a window of utility power.
struct WindowFigures {
  double range = 0.0;
  std::optional<double> band_share;  ///< none where the rms ripple is below 1e-6 of the mean
  std::optional<double> trend_share;  ///< of harmonic energy below the band; given with band_share
  std::optional<double> band_amplitude;  ///< none where samples are too far apart for the band
};

/// `seconds` between samples. The mean is no harmonic; the whole band must lie below half the
/// sampling rate, and the window must hold at least one period of its lower edge.
WindowFigures FiguresOf(const std::vector<double>& samples, double seconds, const Spectrum& spectrum,
                        const GridLimits& limits);

/// Which limits fail ("ramp_up", "ramp_down", "range", "band.share", "band.amplitude"), in that
/// order; `unknown` is set where a limit is asked whose figure is missing. A band share that is left
/// out for want of ripple passes.
struct GridVerdict {
  std::vector<std::string> broken;
  bool unknown = false;
};
GridVerdict Judge(const GridLimits& limits, const WindowFigures& figures,
                  std::optional<double> ramp_up, std::optional<double> ramp_down);

}  // namespace headroom::power
