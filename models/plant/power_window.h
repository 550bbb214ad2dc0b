#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "models/plant/phased_load.h"
#include "models/plant/plant_step.h"
#include "models/power/bess.h"
#include "models/power/spectrum.h"

namespace headroom::plant {

/// The site's power at high resolution over a window; each sample is the mean over its interval.
struct WindowResult {
  double from = 0.0;                 ///< s, start of the first sample
  double sample = 0.0;               ///< s
  std::vector<double> accelerators;  ///< W, boards after smoothing, before shelf storage
  std::vector<double> load;          ///< W, site before its battery
  std::vector<double> utility;       ///< W
  power::Spectrum spectrum;          ///< of `utility`
};

/// Keeps what coupling steps found around a window, and evaluates it afterwards: pieces of smoothed
/// power, sample by sample through shelf storage, the conversion stages and the battery.
///
/// Starts up to 20 s ahead so that storage has settled (half full there). Hosts, fans, switches,
/// cooling and work without phases go linearly between the middles of coupling steps. Nothing acts
/// back on the run. Groups are already folded: the cost goes by groups of racks, not by racks.
class PowerWindow {
 public:
  /// Without `window`: the last minute before the last Add().
  PowerWindow(const PlantParams& params, std::optional<WindowParams> window);
  /// A step that starts at `start`; the site's battery and that of the UPS, where it levels, as they stood there.
  void Add(double start, const PlantStep& step, const std::vector<PhasedLoad>& loads,
           const std::optional<power::Bess>& battery, const std::optional<power::Bess>& leveller);
  /// Nothing where the run missed the window, or left less than two samples of it.
  std::optional<WindowResult> Evaluate() const;

 private:
  struct Feed {
    double accelerators = 0.0;
    std::vector<power::PowerPiece> pieces;
  };
  struct Group {
    double constant = 0.0;  // W: everything but feeds
    std::vector<Feed> feeds;
  };
  struct Step {
    double start = 0.0, seconds = 0.0, mechanical = 0.0;
    std::vector<Group> groups;
    std::optional<power::Bess> battery, leveller;
    Source source = Source::kUtility;
  };
  struct Cursor;
  std::vector<Cursor> Cursors() const;
  std::vector<std::vector<double>> Constants() const;

  const PlantParams& params_;
  std::optional<WindowParams> window_;
  std::deque<Step> steps_;
};

}  // namespace headroom::plant
