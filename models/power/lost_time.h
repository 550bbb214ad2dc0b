#pragma once

#include <cstddef>
#include <vector>

#include "models/power/smoothing.h"

namespace headroom::power {

/// Speed, over that at full power, of work that gets the share `given` of its power above idle: the clock at
/// which a compute-bound kernel draws it (ClockLaw). What the clock cannot save below a twentieth is taken as
/// standing still in proportion. Memory-bound work would lose less.
double SpeedAt(double given);

/// Seconds that work of constant power `raw` loses where pieces[from..] hold it below: the integral of
/// 1 - SpeedAt((P - idle) / (raw - idle)), by Simpson's rule on each piece.
double LostTime(const std::vector<PowerPiece>& pieces, std::size_t from, double raw, double idle);

}  // namespace headroom::power
