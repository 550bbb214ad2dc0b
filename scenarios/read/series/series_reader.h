#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/core/diagnostics.h"

namespace headroom::scenario {

/// Longest stretch of missing values that is bridged [h].
inline constexpr double kLongestSeriesGap = 3.0;

/// A name that the column of values may have, and what one of its unit is in SI.
struct SeriesColumn {
  const char* name;
  double si;
};

/// price_USD_per_MWh, price_USD_per_kWh, price_USD_per_J.
const std::vector<SeriesColumn>& PriceColumns();
/// carbon_g_per_kWh, carbon_kg_per_MWh, carbon_kg_per_J.
const std::vector<SeriesColumn>& CarbonColumns();

/// Values in equal steps, each of which holds from its row to the next.
struct ReadSeries {
  std::vector<double> values;  ///< SI
  double step = 0.0;           ///< s
  double first = 0.0;          ///< s of the first row: from January 1st, 00:00, of its year, or of the year 1 where `dated`
  bool dated = false;          ///< rows tell the year
};

/// A text file of comma-separated columns: lines that begin with `#` are comments, the first other line names the columns.
///
///     hour   hours from January 1st, 00:00, any number; or
///     time   2026-07-15T00:00:00 (a space for the T will do, seconds may be left out), in one time zone
///     one of `columns`: the value, with its unit in its name
///
/// Times rise from row to row. The step is the smallest distance of two rows; all distances are whole numbers of it. What is missing (rows
/// that are not there, empty cells, `NA`, `nan`) is bridged linearly if it is no more than kLongestSeriesGap in a row and
/// not at either end; a warning says so. Everything else is an error with its line.
std::optional<ReadSeries> ReadSeriesFile(const std::string& path, const std::vector<SeriesColumn>& columns, Diagnostics& diagnostics);

/// s from the start of the year 1 (proleptic) of "2026-07-15T06:30:00"; nothing if it is no date.
std::optional<double> SecondsOfDate(const std::string& text);

}  // namespace headroom::scenario
