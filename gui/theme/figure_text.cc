#include "gui/theme/figure_text.h"

#include <cmath>

#include "analysis/hdf5/figure.h"

namespace headroom::gui {
namespace {

QString Thin(const std::string& text) {
  return QString::fromStdString(text).replace("degC", "°C").replace(QChar(' '), QChar(0x2009));
}

}  // namespace

QString FigureText(double value, const QString& unit) {
  if (std::isnan(value)) return QStringLiteral("–");
  if (unit == QLatin1String("%"))  // takes no prefix
    return (std::abs(value) >= 1000.0 ? QString::number(value, 'f', 0) : QString::number(value, 'g', 3)) + QChar(0x2009) + unit;
  return Thin(report::Figure(value, unit.toStdString()));
}

QString TimeFigureText(double seconds) {
  return Thin(report::TimeFigure(seconds));
}

}  // namespace headroom::gui
