#include "analysis/export/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/export/axis.h"

namespace headroom::report {
namespace {

constexpr double kWidth = 480, kHeight = 230, kLeft = 46, kTop = 10, kBottom = 34, kRightPlain = 14,
                 kRightLabels = 112;

struct Scale {
  double factor = 1.0;
  std::string unit;
};

/// The unit in which an axis is labelled.
Scale ScaleFor(const Chart& c, double largest) {
  if (c.percent) return {0.01, "%"};
  if (c.unit == "degC") return {1.0, "°C"};
  if (c.unit == "1") return {1.0, ""};
  if (c.unit == "1/s")
    return largest >= 1e6   ? Scale{1e6, "million/s"}
           : largest >= 1e3 ? Scale{1e3, "thousand/s"}
                            : Scale{1.0, "/s"};
  for (const auto& [size, prefix] : {std::pair{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}})
    if (largest >= size) return {size, std::string(prefix) + c.unit};
  return {1.0, c.unit};
}

class Drawing {
 public:
  explicit Drawing(const Chart& c) : chart_(c) {
    labels_ = c.series.size() > 1 && c.series.size() <= 4;
    right_ = kWidth - (labels_ || c.limit ? kRightLabels : kRightPlain);
    double x0 = std::numeric_limits<double>::infinity(), x1 = -x0, y0 = x0, y1 = -x0;
    for (const ChartSeries& s : c.series)
      for (std::size_t i = 0; i < s.y.size(); ++i) {
        if (!std::isfinite(s.y[i]) || (!c.x_time && s.x[i] <= 0.0)) continue;
        x0 = std::min(x0, s.x[i]);
        x1 = std::max(x1, s.x[i]);
        y0 = std::min({y0, s.y[i], s.low.empty() ? s.y[i] : s.low[i]});
        y1 = std::max({y1, s.y[i], s.high.empty() ? s.y[i] : s.high[i]});
      }
    if (!(y1 >= y0)) return;
    drawn_ = true;
    if (c.limit) y1 = std::max(y1, c.limit->value);
    if (c.percent) y0 = 0.0, y1 = 1.0;
    x_from_ = c.x_time ? 0.0 : std::pow(10.0, std::floor(std::log10(x0)));
    x_to_ = c.x_time ? x1 : std::pow(10.0, std::ceil(std::log10(x1) - 1e-9));
    if (!(x_to_ > x_from_)) x_to_ = c.x_time ? x_from_ + 1.0 : x_from_ * 10.0;
    scale_ = ScaleFor(c, std::max(std::abs(y0), std::abs(y1)));
    y_ = NiceAxis(y0 / scale_.factor, y1 / scale_.factor, c.from_zero || c.percent);
  }

  bool drawn() const { return drawn_; }
  const std::string& unit() const { return scale_.unit; }

  std::string Svg() const {
    std::string out = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
                                  kWidth, kHeight, Escaped(chart_.title + ": " + chart_.help));
    out += Grid();
    for (std::size_t i = 0; i < chart_.series.size(); ++i) out += Line(chart_.series[i], i);
    if (chart_.limit) out += Limit();
    if (labels_) out += Labels();
    return out + "</svg>";
  }

 private:
  double X(double x) const {
    const double u = chart_.x_time ? (x - x_from_) / (x_to_ - x_from_)
                                   : std::log(x / x_from_) / std::log(x_to_ / x_from_);
    return kLeft + u * (right_ - kLeft);
  }
  double Y(double y) const {
    return kHeight - kBottom -
           (y / scale_.factor - y_.from) / (y_.to - y_.from) * (kHeight - kBottom - kTop);
  }

  std::string Grid() const {
    std::string out;
    for (double v = y_.from; v <= y_.to + 0.5 * y_.step; v += y_.step) {
      const double y = Y(v * scale_.factor);
      out += fmt::format(
          "<path class=\"g\" d=\"M{:.0f} {:.1f}H{:.0f}\"/><text class=\"t e\" x=\"{:.0f}\" "
          "y=\"{:.1f}\">{}</text>",
          kLeft, y, right_, kLeft - 6, y + 4, Tick(v, y_.step));
    }
    const double base = kHeight - kBottom;
    const auto tick = [&](double x, const std::string& text) {
      out += fmt::format(
          "<path class=\"g\" d=\"M{0:.1f} {1:.0f}v4\"/><text class=\"t m\" x=\"{0:.1f}\" "
          "y=\"{2:.0f}\">{3}</text>",
          x, base, base + 16, text);
    };
    if (chart_.x_time) {
      out += TimeAxisSvg(x_to_ - x_from_, kLeft, right_, base);
    } else {
      for (double v = x_from_; v <= x_to_ * 1.001; v *= 10.0)
        tick(X(v), v < 0.9995 ? v < 0.0009995 ? fmt::format("{:.0f} µs", v * 1e6)
                                              : fmt::format("{:.0f} ms", v * 1e3)
                              : fmt::format("{:.0f} s", v));
      out += fmt::format("<text class=\"t e\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>", right_,
                         kHeight - 3, Escaped(chart_.x_label));
    }
    return out;
  }

  std::string Line(const ChartSeries& s, std::size_t index) const {
    std::string band, path;
    if (!s.low.empty()) {
      std::string back;
      for (std::size_t i = 0; i < s.y.size(); ++i) {
        if (!std::isfinite(s.y[i])) continue;
        band += fmt::format("{}{:.1f} {:.1f}", band.empty() ? "M" : "L", X(s.x[i]), Y(s.high[i]));
        back = fmt::format("L{:.1f} {:.1f}", X(s.x[i]), Y(s.low[i])) + back;
      }
      band = fmt::format("<path class=\"b c{}\" d=\"{}{}Z\"/>", index % 8 + 1, band, back);
    }
    bool pen = false;
    for (std::size_t i = 0; i < s.y.size(); ++i) {
      if (!std::isfinite(s.y[i]) || (!chart_.x_time && s.x[i] <= 0.0)) {
        pen = false;
        continue;
      }
      path += fmt::format("{}{:.1f} {:.1f}", pen ? "L" : "M", X(s.x[i]), Y(s.y[i]));
      pen = true;
    }
    return fmt::format("{}<path class=\"l k{}\" d=\"{}\"><title>{}</title></path>", band,
                       index % 8 + 1, path, Escaped(s.label));
  }

  std::string Limit() const {
    const double y = Y(chart_.limit->value);
    return fmt::format(
        "<path class=\"limit\" d=\"M{:.0f} {:.1f}H{:.0f}\"/><text class=\"t over\" x=\"{:.0f}\" "
        "y=\"{:.1f}\">{}</text>",
        kLeft, y, right_, right_ + 6, y + 4, Escaped(chart_.limit->label));
  }

  /// Names at the ends of the lines, moved apart where they would meet.
  std::string Labels() const {
    struct Label {
      double y;
      std::size_t series;
    };
    std::vector<Label> labels;
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      const auto& y = chart_.series[i].y;
      const auto last =
          std::find_if(y.rbegin(), y.rend(), [](double v) { return std::isfinite(v); });
      if (last != y.rend()) labels.push_back({Y(*last), i});
    }
    std::sort(labels.begin(), labels.end(),
              [](const Label& a, const Label& b) { return a.y < b.y; });
    if (chart_.limit) {
      const double taken = Y(chart_.limit->value);
      for (Label& l : labels)
        if (std::abs(l.y - taken) < 14) l.y = taken + 14;
    }
    for (std::size_t i = 1; i < labels.size(); ++i)
      labels[i].y = std::max(labels[i].y, labels[i - 1].y + 14);
    const double over = labels.empty() ? 0.0 : std::max(0.0, labels.back().y - (kHeight - kBottom));
    std::string out;
    for (const Label& l : labels)
      out += fmt::format("<text class=\"t c{}\" x=\"{:.0f}\" y=\"{:.1f}\">{}</text>",
                         l.series % 8 + 1, right_ + 6, l.y - over + 4,
                         Escaped(chart_.series[l.series].label.substr(0, 18)));
    return out;
  }

  const Chart& chart_;
  bool drawn_ = false, labels_ = false;
  double right_ = kWidth, x_from_ = 0.0, x_to_ = 1.0;
  Scale scale_;
  Axis y_;
};

}  // namespace

std::string ChartHtml(const Chart& chart) {
  const Drawing drawing(chart);
  if (!drawing.drawn()) return "";
  std::string out = fmt::format(
      "<figure><figcaption title=\"{}\">{}{}</figcaption>{}", Escaped(chart.help),
      Escaped(chart.title),
      drawing.unit().empty() ? ""
                             : fmt::format(" <span class=\"u\">{}</span>", Escaped(drawing.unit())),
      drawing.Svg());
  if (chart.series.size() > 4) {
    out += "<p class=\"legend\">";
    for (std::size_t i = 0; i < chart.series.size(); ++i)
      out += fmt::format("<span><i class=\"f{}\"></i>{}</span> ", i % 8 + 1,
                         Escaped(chart.series[i].label));
    out += "</p>";
  } else if (chart.series.size() == 1 && !chart.series[0].label.empty()) {
    out += fmt::format("<p class=\"legend\"><span><i class=\"f1\"></i>{}</span></p>",
                       Escaped(chart.series[0].label));
  }
  return out + "</figure>";
}

std::string BarHtml(const std::string& title, const std::string& help, const std::string& unit,
                    std::vector<BarPart> parts) {
  double sum = 0.0;
  for (const BarPart& p : parts) sum += std::max(0.0, p.value);
  if (sum <= 0.0) return "";
  std::erase_if(parts, [&](const BarPart& p) { return !(p.value >= 1e-3 * sum); });
  std::stable_sort(parts.begin(), parts.end(),
                   [](const BarPart& a, const BarPart& b) { return a.value > b.value; });
  std::string bar, list;
  double at = 0.0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double width = 100.0 * parts[i].value / sum;
    bar += fmt::format(
        "<rect class=\"r{}\" x=\"{:.3f}\" y=\"0\" width=\"{:.3f}\" "
        "height=\"12\"><title>{}</title></rect>",
        i % 8 + 1, at, width, Escaped(parts[i].label));
    list += fmt::format(
        "<tr><th><i class=\"f{}\"></i>{}</th><td>{}</td><td>{:.1f}&#8239;<span "
        "class=\"u\">%</span></td></tr>",
        i % 8 + 1, Escaped(parts[i].label), FigureHtml(parts[i].value, unit), width);
    at += width;
  }
  return fmt::format(
      "<figure><figcaption title=\"{0}\">{1}</figcaption><svg class=\"bar\" viewBox=\"0 0 100 12\" "
      "preserveAspectRatio=\"none\" role=\"img\" "
      "aria-label=\"{1}: {0}\">{2}</svg><table class=\"parts\">{3}</table></figure>",
      Escaped(help), Escaped(title), bar, list);
}

ChartSeries Thinned(ChartSeries s, std::size_t most) {
  if (s.y.size() <= most) return s;
  ChartSeries out;
  out.label = std::move(s.label);
  for (std::size_t k = 0; k < most; ++k) {
    const std::size_t from = k * s.y.size() / most, to = (k + 1) * s.y.size() / most;
    double sum = 0.0, low = std::numeric_limits<double>::infinity(), high = -low;
    int count = 0;
    for (std::size_t i = from; i < to; ++i) {
      if (!std::isfinite(s.y[i])) continue;
      sum += s.y[i];
      low = std::min(low, s.y[i]);
      high = std::max(high, s.y[i]);
      ++count;
    }
    constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
    out.x.push_back(s.x[to - 1]);
    out.y.push_back(count ? sum / count : kGap);
    out.low.push_back(count ? low : kGap);
    out.high.push_back(count ? high : kGap);
  }
  return out;
}

}  // namespace headroom::report
