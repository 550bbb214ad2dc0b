#pragma once

#include <QString>

namespace headroom::gui {

/// A value as report::Figure writes it, with a thin space before the unit: `132 kW`.
QString FigureText(double value, const QString& unit);

/// A time in its two largest units: `1 h 20 min`.
QString TimeFigureText(double seconds);

}  // namespace headroom::gui
