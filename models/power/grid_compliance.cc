#include "models/power/grid_compliance.h"

#include <algorithm>
#include <cmath>

namespace headroom::power {
namespace {
constexpr double kLeastRipple = 1e-6;  // of the mean
}

WindowFigures FiguresOf(const std::vector<double>& samples, double seconds, const Spectrum& spectrum,
                        const GridLimits& limits) {
  WindowFigures out;
  const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
  out.range = *high - *low;
  const double span = seconds * static_cast<double>(samples.size());
  if (limits.to > 0.5 / seconds || span * limits.from < 1.0 - 1e-9) return out;
  const double band = spectrum.Energy(limits.from, limits.to), all = spectrum.Energy();
  out.band_amplitude = std::sqrt(band);
  if (std::sqrt(all) >= kLeastRipple * std::abs(spectrum.mean) && all > 0.0)
  {
    out.band_share = band / all;
    // Up to the bin before the band's first.
    const double below = limits.from - 0.5 * spectrum.spacing;
    out.trend_share = below > 0.0 ? spectrum.Energy(0.0, below) / all : 0.0;
  }
  return out;
}

GridVerdict Judge(const GridLimits& limits, const WindowFigures& figures,
                  std::optional<double> ramp_up, std::optional<double> ramp_down) {
  GridVerdict out;
  const auto judge = [&](const char* name, std::optional<double> limit, std::optional<double> value) {
    if (!limit) return;
    if (!value) {
      out.unknown = true;
    } else if (*value > *limit) {
      out.broken.push_back(name);
    }
  };
  judge("ramp_up", limits.ramp_up, ramp_up);
  judge("ramp_down", limits.ramp_down, ramp_down);
  judge("range", limits.range, figures.range);
  if (figures.band_share || !figures.band_amplitude)
    judge("band.share", limits.share, figures.band_share);
  judge("band.amplitude", limits.amplitude, figures.band_amplitude);
  return out;
}

}  // namespace headroom::power
