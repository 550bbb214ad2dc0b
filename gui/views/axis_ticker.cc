#include "gui/views/axis_ticker.h"

#include <array>
#include <cmath>

namespace headroom::gui {
namespace {

constexpr std::array kSteps = {1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0,
                               14400.0, 21600.0, 43200.0, 86400.0, 172800.0, 432000.0, 864000.0, 1728000.0, 4320000.0, 8640000.0};

QString Trimmed(double v, int decimals) {
  QString s = QString::number(v, 'f', decimals);
  if (s.contains('.')) {
    while (s.endsWith('0')) s.chop(1);
    if (s.endsWith('.')) s.chop(1);
  }
  return s == "-0" ? QStringLiteral("0") : s;
}

}  // namespace

double TimeTicker::getTickStep(const QCPRange& range) {
  const double due = range.size() / (tickCount() + 1e-10);
  step_ = cleanMantissa(due);
  if (due >= 0.75) {
    step_ = kSteps.back();
    for (const double s : kSteps)
      if (s >= due * 0.75) {
        step_ = s;
        break;
      }
  }
  return step_;
}

int TimeTicker::getSubTickCount(double step) { return step >= 60.0 ? 0 : QCPAxisTicker::getSubTickCount(step); }

QString TimeTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
  const QChar thin(0x2009);
  if (step_ < 1.0) {
    if (step_ < 1e-3) return Trimmed(tick * 1e6, 1) + thin + "µs";
    if (std::abs(tick) < 10.0) return Trimmed(tick * 1e3, 1) + thin + "ms";
    return Trimmed(tick, 4) + thin + "s";
  }
  const auto t = static_cast<long long>(std::llround(tick));
  if (t == 0) return QStringLiteral("0");
  const long long d = t / 86400, h = t / 3600 % 24, m = t / 60 % 60, s = t % 60;
  QStringList parts;
  if (d) parts << QString::number(d) + thin + "d";
  if (h) parts << QString::number(h) + thin + "h";
  if (m && step_ < 86400.0) parts << QString::number(m) + thin + "min";
  if (s && step_ < 3600.0) parts << QString::number(s) + thin + "s";
  // Of more than two units the small ones tell the ticks apart.
  return parts.size() > 2 ? parts.mid(parts.size() - 2).join(' ') : parts.join(' ');
}

QString QuantityTicker::UnitFor(double largest) {
  scale_ = 1.0;
  if (unit_ == "1") return {};
  if (unit_ == "degC") return QStringLiteral("°C");
  if (unit_ == "K" || unit_ == "%") return unit_;
  const QString shown = unit_ == "s-1" ? QStringLiteral("1/s") : unit_;
  static constexpr std::array<std::pair<double, const char*>, 9> kPrefixes = {
      {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1.0, ""}, {1e-3, "m"}, {1e-6, "µ"}, {1e-9, "n"}, {1e-12, "p"}}};
  const bool takes = unit_ == "W" || unit_ == "J" || unit_ == "s" || unit_ == "Hz" || unit_.startsWith("B") || unit_ == "s-1" || unit_ == "1/s";
  for (const auto& [size, prefix] : kPrefixes)
    if (takes && largest >= size * 0.9999) {
      scale_ = size;
      return shown == "1/s" && size != 1.0 ? QString(prefix) + "/s" : shown == "1/s" ? shown : QString(prefix) + shown;
    }
  return shown;
}

QString QuantityTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
  const double v = tick / scale_;
  if (v != 0.0 && (std::abs(v) >= 1e6 || std::abs(v) < 1e-4)) return std::abs(v) < 1e-9 ? QStringLiteral("0") : QString::number(v, 'g', 3);
  return Trimmed(v, 4);
}

}  // namespace headroom::gui
