#pragma once

#include <optional>
#include <string>
#include <vector>

namespace headroom::report {

/// One line of a chart; NaN is a gap. `low` and `high` are the band under it, empty for none.
struct ChartSeries {
  std::string label;
  std::vector<double> x, y, low, high;
};

struct ChartLimit {
  std::string label;
  double value = 0.0;
};

/// A line chart as inline SVG. Colours come from the page (--s1 ... --s8, --text, --soft, --grid,
/// --over).
struct Chart {
  std::string title;  ///< what
  std::string help;   ///< one sentence, shown on hover and read out
  std::string unit;   ///< of y, SI: "W", "degC", "1", "1/s"
  std::string x_label;
  bool x_time = true;  ///< seconds from the start; else seconds of a duration on a log scale
  bool from_zero = false;
  bool percent = false;
  std::vector<ChartSeries> series;
  std::optional<ChartLimit> limit;
};
/// A <figure> with title, unit, the drawing, and a legend where the lines are more than four. Empty
/// where nothing is drawn.
std::string ChartHtml(const Chart& chart);

/// A part of a whole.
struct BarPart {
  std::string label;
  double value = 0.0;
};
/// A <figure> with one stacked bar and its parts as a list, largest first; parts below 0.1 % are
/// left out.
std::string BarHtml(const std::string& title, const std::string& help, const std::string& unit,
                    std::vector<BarPart> parts);

/// At most `most` points of a series: means of equal stretches, with their smallest and largest as
/// the band.
ChartSeries Thinned(ChartSeries series, std::size_t most);

/// Text for HTML.
std::string Escaped(const std::string& text);
/// A figure with its unit in the secondary colour and thin spaces: 132 kW, 41.8 ms, 1 h 20 min.
std::string FigureHtml(double value, const std::string& unit);

}  // namespace headroom::report
