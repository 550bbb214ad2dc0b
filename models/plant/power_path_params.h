#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "models/power/ballast.h"
#include "models/power/bess.h"
#include "models/power/grid_compliance.h"
#include "models/power/shelf_storage.h"

namespace headroom::plant {

/// Smoothing of every accelerator of the site; SI units. See power::SmoothingParams.
struct SiteSmoothing {
  double floor = 0.0;  ///< share of TDP
  double ramp_up = std::numeric_limits<double>::infinity();    ///< W/s per accelerator
  double ramp_down = std::numeric_limits<double>::infinity();  ///< W/s per accelerator
  double stop_delay = 0.0;                                     ///< s
};

/// Software ballast in every accelerator that work with phases holds.
struct SiteBallast {
  double level = 0.0;     ///< share of TDP
  double delay = 0.01;    ///< s
  double slowdown = 0.05; ///< of the work
};

/// A stretch of the run evaluated at high resolution; s from the run's start.
struct WindowParams {
  double from = 0.0;
  double length = 0.0;
  double sample = 1e-3;
};

/// What a battery that trades goes by.
enum class TradeBy { kNothing, kPrice, kCarbon };

/// What stands between accelerators and grid for swings of seconds and less.
struct PowerPathParams {
  std::optional<SiteSmoothing> smoothing;
  std::optional<SiteBallast> ballast;
  std::optional<power::ShelfStorageParams> shelf;  ///< per accelerator
  std::optional<power::BessParams> bess;
  bool bess_settled = false;  ///< its low pass starts at the first step's load, not at the idle site's
  TradeBy trade = TradeBy::kNothing;  ///< with BessControl::kFollow
  std::optional<power::GridLimits> grid;
  std::vector<WindowParams> windows;
  /// Boards go by phases in every coupling step, not by the step's mean.
  bool phased() const { return smoothing || ballast || shelf || bess || grid; }
};

}  // namespace headroom::plant
