#pragma once

#include <QColor>

namespace headroom::gui {

/// Maps of a share 0..1 to a colour. Sequential ones grow lighter evenly and read in grey; differences
/// run from blue over white to red, 0.5 being nothing.
enum class ColourMap { kCividis, kViridis, kDifference };

QColor ColourOf(ColourMap map, double share);
/// Black or white, whichever is read on `ground`.
QColor InkOn(const QColor& ground);

}  // namespace headroom::gui
