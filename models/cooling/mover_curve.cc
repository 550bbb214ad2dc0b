#include "models/cooling/mover_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::cooling {

double EulerEfficiency(double x) {
  double y = 0.0;
  if (x < -0.5)
    y = 1.407887300933 + x * (1.433531254001 + x * (0.493231336746 + x * 0.056873227));
  else if (x > 0.5)
    y = 1.1399300301 + x * (-0.65997315029 + x * (0.12957001502 - x * 0.0085494313567));
  else
    y = 1.01427 + x * (-0.0606145 + x * (-0.759885 + x * 0.378246));
  return std::max(0.0, y) / 1.01545;
}

void MoverCurve::Curve::Fit() {
  const std::size_t n = x.size();
  std::vector<double> secant(n - 1);
  bool rises = true, falls = true;
  for (std::size_t i = 0; i + 1 < n; ++i) {
    secant[i] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
    rises = rises && secant[i] >= 0.0;
    falls = falls && secant[i] <= 0.0;
  }
  slope.resize(n);
  slope.front() = secant.front();
  slope.back() = secant.back();
  for (std::size_t i = 1; i + 1 < n; ++i) slope[i] = 0.5 * (secant[i - 1] + secant[i]);
  if (!rises && !falls) return;
  for (std::size_t i = 0; i + 1 < n; ++i) {
    if (secant[i] == 0.0) {
      slope[i] = slope[i + 1] = 0.0;
      continue;
    }
    const double a = slope[i] / secant[i], b = slope[i + 1] / secant[i];
    const double length = std::hypot(a, b);
    if (length <= 3.0) continue;
    slope[i] = 3.0 / length * a * secant[i];
    slope[i + 1] = 3.0 / length * b * secant[i];
  }
}

double MoverCurve::Curve::At(double at) const {
  if (at <= x.front()) return y.front() + slope.front() * (at - x.front());
  if (at >= x.back()) return y.back() + slope.back() * (at - x.back());
  const auto i = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin()) - 1;
  const double h = x[i + 1] - x[i], t = (at - x[i]) / h;
  const double u = 1.0 - t;
  return u * u * (1.0 + 2.0 * t) * y[i] + t * t * (3.0 - 2.0 * t) * y[i + 1] +
         h * t * u * (u * slope[i] - t * slope[i + 1]);
}

MoverCurve::MoverCurve(const std::vector<Point>& points, const std::string& path) {
  Diagnostics found;
  if (points.size() < 2) found.Error({}, path, "has less than two points; a curve needs them");
  for (std::size_t i = 1; i < points.size(); ++i)
    if (!(points[i].flow > points[i - 1].flow && points[i].head < points[i - 1].head))
      found.Error({}, path,
                  fmt::format("point {} has {} m^3/s and {} Pa after {} m^3/s and {} Pa; flow must "
                              "rise and head fall from point to point",
                              i + 1, points[i].flow, points[i].head, points[i - 1].flow,
                              points[i - 1].head));
  found.ThrowIfErrors();
  for (const Point& p : points) {
    head_.x.push_back(p.flow);
    head_.y.push_back(p.head);
    power_.x.push_back(p.flow);
    power_.y.push_back(p.power);
  }
  if (head_.x.front() > 0.0) {
    const double steep = (head_.y[1] - head_.y[0]) / (head_.x[1] - head_.x[0]);
    head_.y.insert(head_.y.begin(), head_.y[0] - steep * head_.x[0]);
    head_.x.insert(head_.x.begin(), 0.0);
  }
  if (head_.y.back() > 0.0) {
    const std::size_t n = head_.x.size();
    const double steep = (head_.y[n - 1] - head_.y[n - 2]) / (head_.x[n - 1] - head_.x[n - 2]);
    head_.x.push_back(head_.x[n - 1] - head_.y[n - 1] / steep);
    head_.y.push_back(0.0);
  }
  longest_ = head_.x.back();
  head_.Fit();
  power_.Fit();
}

MoverCurve MoverCurve::FromBestPoint(double flow, double head, double efficiency) {
  HR_CHECK(flow > 0.0 && head > 0.0 && efficiency > 0.0 && efficiency <= 1.0, flow, head,
           efficiency);
  std::vector<Point> points;
  for (int i = 1; i <= 19; ++i) {
    const double v = 0.1 * i, h = 2.0 - v;
    points.push_back({flow * v, head * h,
                      flow * head * v * h / (efficiency * EulerEfficiency(std::log10(h / (v * v))))});
  }
  return MoverCurve(points, "mover");
}

double MoverCurve::Head(double flow, double speed) const {
  if (speed <= 0.0) return 0.0;
  return speed * speed * head_.At(flow / speed);
}

double MoverCurve::Power(double flow, double speed) const {
  if (speed <= 0.0) return 0.0;
  return speed * speed * speed * power_.At(flow / speed);
}

double MoverCurve::SpeedFor(double flow, double head) const {
  double low = 1e-3, high = 1.0;
  while (Head(flow, high) < head) high *= 2.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (Head(flow, middle) < head ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double MoverCurve::FlowInto(double resistance, double rest, double speed) const {
  if (Head(0.0, speed) <= rest) return 0.0;
  double low = 0.0, high = speed * longest_;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (Head(middle, speed) > rest + resistance * middle * middle ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace headroom::cooling
