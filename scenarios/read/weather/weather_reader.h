#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/cooling/weather.h"
#include "sim/core/diagnostics.h"

namespace headroom::scenario {

/// Longest run of missing readings that is bridged [h].
inline constexpr int kLongestWeatherGap = 12;

/// An hourly year from a text file of comma-separated columns: lines that begin with `#` are
/// comments, the first other line names the columns.
///
///     hour_index       hour of the year, 0 is the hour that ends on January 1st at 01:00
///     drybulb_C        degC
///     wetbulb_C, or wetbulb_C_derived; where there is none it is worked out from dewpoint_C, or else
///     from rh_pct, with pressure_Pa (101325 where there is no such column)
///
/// Hours rise from row to row and make 8760, in a leap year 8784. A reading that is missing (no row,
/// an empty cell, `NA`, `nan`) is bridged linearly between its neighbours, the year's end being next
/// to its beginning, if no more than kLongestWeatherGap hours are missing in a row; a warning says so. Wet bulbs above the dry
/// bulb by up to 0.1 K are taken as saturated air. Everything else is an error with its line.
std::vector<cooling::Outdoors> ReadWeather(const std::string& path, Diagnostics& diagnostics);

/// Hour of the year of "2026-07-15T06:30:00" (a space for the T will do, seconds may be left out). The
/// year only tells whether there is a 29th of February, which exists in files of 8784 hours; in a file
/// of 8760 hours it is taken as March 1st. Nothing if it is no date.
std::optional<double> HourOfYear(const std::string& text, std::size_t hours);

}  // namespace headroom::scenario
