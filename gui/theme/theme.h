#pragma once

#include <QColor>
#include <QPalette>

class QApplication;
class QWidget;

namespace headroom::gui {

/// How a figure stands to its limit. Shown by a glyph and a colour, never by the colour alone.
enum class Standing { kWithin, kNear, kOver, kUnknown };

/// The colours of one of the two themes.
struct Theme {
  bool dark = false;
  QColor page, panel, border, text, secondary, accent;
  QColor better, worse;
  QColor Of(Standing standing) const;
  /// Okabe-Ito order; counts on from the start where there are more series than colours.
  QColor Series(int index) const;
  QPalette Palette() const;

  static const Theme& Light();
  static const Theme& Dark();
};

/// The theme that a widget is shown in.
const Theme& ThemeOf(const QWidget& widget);
/// ● within, ▲ near, ■ over, ○ unknown.
QString GlyphOf(Standing standing);

/// Style, palette and text size (13 px at scale 1) of the whole application.
void ApplyTheme(QApplication& application, const Theme& theme, double text_scale);

}  // namespace headroom::gui
