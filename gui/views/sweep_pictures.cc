#include <QtWidgets>
#include <algorithm>
#include <cmath>

#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"
#include "gui/views/colour_map.h"
#include "gui/views/sweep_view.h"

namespace headroom::gui {
namespace {

constexpr double kLeft = 96.0, kBottom = 44.0;

struct Scale {
  double least = 0.0, largest = 1.0;
  double Of(double v) const { return (v - least) / (largest - least); }
};

Scale ScaleOf(const SweepResults::Axis& a) {
  double least = a.least(), largest = a.largest();
  if (!(least <= largest)) return {};
  const double pad = a.constant() ? std::max(1e-12, 0.1 * std::abs(least)) : 0.05 * (largest - least);
  return {least - pad, largest + pad};
}

/// About `count` round values within a scale.
std::vector<double> Ticks(const SweepResults::Axis& axis, const Scale& s, int count) {
  std::vector<double> out;
  if (!axis.words.isEmpty()) {
    for (int i = 0; i < axis.words.size(); ++i) out.push_back(i);
    return out;
  }
  const double raw = (s.largest - s.least) / std::max(1, count), power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = power;
  for (const double m : {1.0, 2.0, 5.0, 10.0})
    if (m * power >= raw) {
      step = m * power;
      break;
    }
  for (double v = std::ceil(s.least / step) * step; v <= s.largest; v += step) out.push_back(std::abs(v) < 1e-9 * step ? 0.0 : v);
  return out;
}

/// A tick of an axis of numbers, told apart from its neighbours; the unit stands at the axis.
QString TickText(const SweepResults::Axis& axis, double v, const std::vector<double>& ticks) {
  if (!axis.words.isEmpty()) return axis.words.value(static_cast<int>(v));
  const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : std::abs(v);
  const double most = std::max(std::abs(axis.least()), std::abs(axis.largest()));
  const int digits = step > 0.0 && most > 0.0 ? static_cast<int>(std::ceil(std::log10(most / step))) + 1 : 3;
  return QString::number(v, 'g', std::clamp(digits, 3, 9));
}

QString UnitText(const SweepResults::Axis& axis) {
  if (axis.unit.isEmpty() || axis.unit == "1") return {};
  return ", " + (axis.unit == "degC" ? QStringLiteral("°C") : axis.unit);
}

QRectF Inner(const QRectF& where) { return where.adjusted(kLeft, 4, -8, -kBottom); }

}  // namespace

QString ScatterView::title() const {
  const auto *x = axis(x_), *y = axis(y_);
  return sweep() && x && y ? tr("%1 over %2 – %3").arg(AxisTitle(*y) + UnitText(*y), AxisTitle(*x), sweep()->title) : tr("Scatter");
}
QString ScatterView::describe() const { return tr("Each point of the sweep over two axes; the line joins the Pareto front, points that no other one beats in both."); }

QPointF ScatterView::Place(std::size_t p, const QRectF& where) const {
  const Scale sx = ScaleOf(*axis(x_)), sy = ScaleOf(*axis(y_));
  return {where.left() + where.width() * sx.Of(axis(x_)->values[p]), where.bottom() - where.height() * sy.Of(axis(y_)->values[p])};
}

int ScatterView::PointAt(const QPointF& at) const {
  if (!axis(x_) || !axis(y_)) return -1;
  const double line = QFontMetricsF(font()).height();
  const QRectF where = Inner(QRectF(12, axis(colour_) ? 16 + 2 * line : 10 + line, width() - 24, height() - (axis(colour_) ? 16 + 2 * line : 10 + line) - 10));
  int best = -1;
  double least = 12.0;
  for (std::size_t p = 0; p < sweep()->points; ++p) {
    const QPointF d = Place(p, where) - at;
    const double distance = std::hypot(d.x(), d.y());
    if (distance < least) {
      least = distance;
      best = static_cast<int>(p);
    }
  }
  return best;
}

void ScatterView::Paint(QPainter& painter, QSizeF size, const Theme& theme) const {
  const auto *x = axis(x_), *y = axis(y_);
  if (!x || !y) return PaintMessage(painter, size, theme, tr("Choose what to draw over what."));
  const QRectF outer = PaintFrame(painter, size, theme), where = Inner(outer);
  const Scale sx = ScaleOf(*x), sy = ScaleOf(*y);
  const double line = QFontMetricsF(font()).height();
  const auto across = Ticks(*x, sx, static_cast<int>(where.width() / 110)), up = Ticks(*y, sy, static_cast<int>(where.height() / 45));
  for (const double v : across) {
    const double at = where.left() + where.width() * sx.Of(v);
    painter.setPen(QPen(theme.border, 1, Qt::DotLine));
    painter.drawLine(QPointF(at, where.top()), QPointF(at, where.bottom()));
    painter.setPen(theme.secondary);
    painter.drawText(QRectF(at - 60, where.bottom() + 4, 120, line), Qt::AlignCenter, TickText(*x, v, across));
  }
  for (const double v : up) {
    const double at = where.bottom() - where.height() * sy.Of(v);
    painter.setPen(QPen(theme.border, 1, Qt::DotLine));
    painter.drawLine(QPointF(where.left(), at), QPointF(where.right(), at));
    painter.setPen(theme.secondary);
    painter.drawText(QRectF(outer.left(), at - line / 2, kLeft - 6, line), Qt::AlignRight | Qt::AlignVCenter, TickText(*y, v, up));
  }
  painter.drawText(QRectF(where.left(), where.bottom() + 6 + line, where.width(), line), Qt::AlignCenter, AxisTitle(*x) + UnitText(*x));
  painter.setPen(theme.border);
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(where);
  const auto front = sweep()->Front(x_, more_x_, y_, more_y_);
  QPolygonF joined;
  for (const std::size_t p : front) joined << Place(p, where);
  painter.setPen(QPen(theme.text, 1.5));
  painter.drawPolyline(joined);
  for (std::size_t p = 0; p < sweep()->points; ++p) {
    if (!std::isfinite(x->values[p]) || !std::isfinite(y->values[p])) continue;
    const bool best = std::find(front.begin(), front.end(), p) != front.end();
    painter.setPen(static_cast<int>(p) == point() ? QPen(theme.accent, 3) : QPen(best ? theme.text : theme.page, best ? 1.5 : 0.8));
    painter.setBrush(ColourOfPoint(p, theme));
    const double r = best ? 5.5 : 4.0;
    // What did not end well is square.
    if (sweep()->status[p] == "done" || sweep()->status[p].isEmpty())
      painter.drawEllipse(Place(p, where), r, r);
    else
      painter.drawRect(QRectF(Place(p, where) - QPointF(r, r), QSizeF(2 * r, 2 * r)));
  }
}

QString ParallelView::title() const { return sweep() ? tr("Parallel coordinates – %1").arg(sweep()->title) : tr("Parallel coordinates"); }
QString ParallelView::describe() const { return tr("A line for each point of the sweep across what was varied and the chosen figures."); }

std::vector<int> ParallelView::Axes() const {
  std::vector<int> out;
  if (!sweep()) return out;
  for (std::size_t a = 0; a < sweep()->axes.size(); ++a)
    if (sweep()->axes[a].varied && !sweep()->axes[a].constant()) out.push_back(static_cast<int>(a));
  for (const int a : {x_, y_, colour_})
    if (axis(a) && std::find(out.begin(), out.end(), a) == out.end()) out.push_back(a);
  return out;
}

double ParallelView::Height(int a, std::size_t p) const {
  const SweepResults::Axis& of = *axis(a);
  return of.constant() ? 0.5 : (of.values[p] - of.least()) / (of.largest() - of.least());
}

int ParallelView::PointAt(const QPointF& at) const {
  const std::vector<int> axes = Axes();
  if (axes.size() < 2) return -1;
  const double line = QFontMetricsF(font()).height();
  const QRectF where(100, 20 + 4 * line, width() - 200, height() - 40 - 6 * line);
  const double share = std::clamp((at.x() - where.left()) / where.width(), 0.0, 1.0) * static_cast<double>(axes.size() - 1);
  const auto i = std::min(static_cast<std::size_t>(share), axes.size() - 2);
  int best = -1;
  double least = 8.0;
  for (std::size_t p = 0; p < sweep()->points; ++p) {
    const double h = Height(axes[i], p) + (share - static_cast<double>(i)) * (Height(axes[i + 1], p) - Height(axes[i], p));
    const double distance = std::abs(where.bottom() - h * where.height() - at.y());
    if (distance < least) {
      least = distance;
      best = static_cast<int>(p);
    }
  }
  return best;
}

void ParallelView::Paint(QPainter& painter, QSizeF size, const Theme& theme) const {
  const std::vector<int> axes = Axes();
  if (axes.size() < 2) return PaintMessage(painter, size, theme, tr("Nothing varies in this sweep."));
  PaintFrame(painter, size, theme);
  const QFontMetricsF metrics(font());
  const double line = metrics.height();
  const QRectF where(100, 20 + 4 * line, size.width() - 200, size.height() - 40 - 6 * line);
  const double pitch = where.width() / static_cast<double>(axes.size() - 1);
  const auto draw = [&](std::size_t p, const QPen& pen) {
    QPolygonF path;
    painter.setPen(pen);
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const double h = Height(axes[i], p);
      if (std::isfinite(h)) path << QPointF(where.left() + pitch * static_cast<double>(i), where.bottom() - h * where.height());
    }
    painter.drawPolyline(path);
  };
  for (std::size_t p = 0; p < sweep()->points; ++p) {
    QColor c = ColourOfPoint(p, theme);
    c.setAlpha(sweep()->points > 200 ? 90 : 180);
    draw(p, QPen(c, 1.4));
  }
  if (point() >= 0) draw(static_cast<std::size_t>(point()), QPen(theme.accent, 3));
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const SweepResults::Axis& a = *axis(axes[i]);
    const double x = where.left() + pitch * static_cast<double>(i);
    painter.setPen(QPen(theme.secondary, 1));
    painter.drawLine(QPointF(x, where.top()), QPointF(x, where.bottom()));
    const bool edge = i == 0 || i + 1 == axes.size();
    const double room = std::min(pitch, edge ? 180.0 : 320.0) - 6;
    painter.setPen(theme.text);
    painter.drawText(QRectF(x - room / 2, where.top() - 2 * line - 4, room, line), Qt::AlignCenter, metrics.elidedText(AxisTitle(a), Qt::ElideLeft, room));
    painter.setPen(theme.secondary);
    if (a.words.isEmpty()) {
      painter.drawText(QRectF(x - room / 2, where.top() - line - 2, room, line), Qt::AlignCenter, AxisText(a, a.largest()));
      painter.drawText(QRectF(x - room / 2, where.bottom() + 4, room, line), Qt::AlignCenter, AxisText(a, a.least()));
    } else {
      for (int w = 0; w < a.words.size(); ++w)
        painter.drawText(QPointF(x + 4, where.bottom() - where.height() * w / std::max<double>(1, static_cast<double>(a.words.size()) - 1) - 3), metrics.elidedText(a.words[w], Qt::ElideRight, room));
    }
  }
}

QString HeatMapView::title() const {
  const auto *x = axis(x_), *y = axis(y_), *c = axis(colour_);
  return sweep() && x && y && c ? tr("%1 by %2 and %3 – %4").arg(AxisTitle(*c), AxisTitle(*x), AxisTitle(*y), sweep()->title) : tr("Heat map");
}
QString HeatMapView::describe() const { return tr("The mean of a figure over the points of each pair of two parameters; an empty cell has none."); }

std::vector<double> HeatMapView::Steps(const SweepResults::Axis& a) const {
  std::vector<double> out;
  for (const double v : a.values)
    if (std::isfinite(v)) out.push_back(v);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

int HeatMapView::PointAt(const QPointF& at) const {
  if (!axis(x_) || !axis(y_)) return -1;
  const double line = QFontMetricsF(font()).height(), top = axis(colour_) ? 16 + 2 * line : 10 + line;
  const QRectF where = Inner(QRectF(12, top, width() - 24, height() - top - 10));
  const auto xs = Steps(*axis(x_)), ys = Steps(*axis(y_));
  if (!where.contains(at) || xs.empty() || ys.empty()) return -1;
  const double vx = xs[std::min(xs.size() - 1, static_cast<std::size_t>((at.x() - where.left()) / where.width() * static_cast<double>(xs.size())))];
  const double vy = ys[std::min(ys.size() - 1, static_cast<std::size_t>((where.bottom() - at.y()) / where.height() * static_cast<double>(ys.size())))];
  for (std::size_t p = 0; p < sweep()->points; ++p)
    if (axis(x_)->values[p] == vx && axis(y_)->values[p] == vy) return static_cast<int>(p);
  return -1;
}

void HeatMapView::Paint(QPainter& painter, QSizeF size, const Theme& theme) const {
  const auto *x = axis(x_), *y = axis(y_), *c = axis(colour_);
  if (!x || !y || !c) return PaintMessage(painter, size, theme, tr("Choose two parameters and a figure."));
  const auto xs = Steps(*x), ys = Steps(*y);
  if (xs.size() > 60 || ys.size() > 60) return PaintMessage(painter, size, theme, tr("These axes have too many values for a heat map. Choose what the sweep varied in steps."));
  const QRectF outer = PaintFrame(painter, size, theme), where = Inner(outer);
  const QFontMetricsF metrics(font());
  const double line = metrics.height();
  const double w = where.width() / static_cast<double>(std::max<std::size_t>(1, xs.size())), h = where.height() / static_cast<double>(std::max<std::size_t>(1, ys.size()));
  for (std::size_t i = 0; i < xs.size(); ++i)
    for (std::size_t j = 0; j < ys.size(); ++j) {
      double sum = 0.0;
      int count = 0;
      bool chosen = false;
      for (std::size_t p = 0; p < sweep()->points; ++p)
        if (x->values[p] == xs[i] && y->values[p] == ys[j]) {
          chosen = chosen || static_cast<int>(p) == point();
          if (!std::isfinite(c->values[p])) continue;
          sum += c->values[p];
          ++count;
        }
      const QRectF cell(where.left() + w * static_cast<double>(i), where.bottom() - h * static_cast<double>(j + 1), w, h);
      const double mean = sum / std::max(1, count);
      const QColor shade = count == 0 ? theme.panel : c->constant() ? ShadeOn(theme, 0.5) : ShadeOn(theme, (mean - c->least()) / (c->largest() - c->least()));
      painter.setPen(chosen ? QPen(theme.accent, 3) : QPen(theme.page, 1));
      painter.setBrush(shade);
      painter.drawRect(cell.adjusted(1, 1, -1, -1));
      const QString text = count == 0 ? QStringLiteral("–") : AxisText(*c, mean);
      if (h > line && w > metrics.horizontalAdvance(text) + 6) {
        painter.setPen(count == 0 ? theme.secondary : InkOn(shade));
        painter.drawText(cell, Qt::AlignCenter, text);
      }
    }
  painter.setPen(theme.secondary);
  for (std::size_t i = 0; i < xs.size(); ++i)
    if (w > 50 || i % (1 + static_cast<std::size_t>(50 / w)) == 0)
      painter.drawText(QRectF(where.left() + w * static_cast<double>(i) - 40, where.bottom() + 4, w + 80, line), Qt::AlignCenter, metrics.elidedText(AxisText(*x, xs[i]), Qt::ElideRight, std::max(w, 60.0)));
  for (std::size_t j = 0; j < ys.size(); ++j)
    if (h > line || j % (1 + static_cast<std::size_t>(line / h)) == 0)
      painter.drawText(QRectF(outer.left(), where.bottom() - h * static_cast<double>(j + 1), kLeft - 6, h), Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(AxisText(*y, ys[j]), Qt::ElideRight, kLeft - 8));
  painter.drawText(QRectF(where.left(), where.bottom() + 6 + line, where.width(), line), Qt::AlignCenter, AxisTitle(*x));
}

}  // namespace headroom::gui
