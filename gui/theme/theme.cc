#include "gui/theme/theme.h"

#include <array>

namespace headroom::gui {
namespace {

/// Fusion with a border around check boxes that is seen in the dark, too.
class BorderedStyle : public QProxyStyle {
 public:
  BorderedStyle() : QProxyStyle(QStringLiteral("Fusion")) {}
  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (element != PE_IndicatorCheckBox && element != PE_IndicatorItemViewItemCheck) return;
    painter->setPen(option->palette.color(QPalette::PlaceholderText));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
  }
};

/// The parts of the style that a palette does not reach.
QString StyleSheet(const Theme& t) {
  return QString(
             "QToolTip { color: %1; background: %2; border: 1px solid %3; padding: 4px; }"
             "QMainWindow::separator { width: 4px; height: 4px; background: %2; }"
             "QHeaderView::section { background: %2; color: %4; border: 0; padding: 4px 8px;"
             "  border-bottom: 1px solid %3; }"
             "QStatusBar { background: %2; border-top: 1px solid %3; }"
             "QStatusBar::item { border: 0; }"
             "QSplitter::handle { background: %3; }"
             "QMenuBar { background: %2; }")
      .arg(t.text.name(), t.panel.name(), t.border.name(), t.secondary.name());
}

}  // namespace

const Theme& Theme::Light() {
  static const Theme theme{.dark = false, .page = "#FFFFFF", .panel = "#F6F7F9", .border = "#D8DCE2", .text = "#1A1D21", .secondary = "#5B626B",
                           .accent = "#2F6FEB", .better = "#2166AC", .worse = "#B2182B"};
  return theme;
}

const Theme& Theme::Dark() {
  static const Theme theme{.dark = true, .page = "#15181C", .panel = "#1D2126", .border = "#343A42", .text = "#E6E8EB", .secondary = "#9AA2AC",
                           .accent = "#6EA0FF", .better = "#6BAED6", .worse = "#F0808A"};
  return theme;
}

QColor Theme::Of(Standing standing) const {
  switch (standing) {
    case Standing::kWithin: return QColor(dark ? "#3FB873" : "#2E9E5B");
    case Standing::kNear: return QColor(dark ? "#E0A020" : "#B87A00");
    case Standing::kOver: return QColor(dark ? "#F06A6A" : "#D13B3B");
    case Standing::kUnknown: break;
  }
  return QColor("#8A9099");
}

QColor Theme::Series(int index) const {
  static constexpr std::array kOrder = {"#0072B2", "#E69F00", "#009E73", "#CC79A7",
                                        "#56B4E9", "#D55E00", "#999999", "#F0E442"};
  const int count = static_cast<int>(kOrder.size()) - (dark ? 0 : 1);
  return QColor(kOrder[static_cast<std::size_t>(index % count)]);
}

QPalette Theme::Palette() const {
  QPalette p;
  p.setColor(QPalette::Window, panel);
  p.setColor(QPalette::Base, page);
  p.setColor(QPalette::AlternateBase, panel);
  p.setColor(QPalette::Button, panel);
  p.setColor(QPalette::ToolTipBase, panel);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                          QPalette::ToolTipText, QPalette::BrightText}) {
    p.setColor(role, text);
    p.setColor(QPalette::Disabled, role, secondary);
  }
  p.setColor(QPalette::PlaceholderText, secondary);
  p.setColor(QPalette::Highlight, accent);
  p.setColor(QPalette::HighlightedText, dark ? QColor("#0B0D10") : QColor("#FFFFFF"));
  p.setColor(QPalette::Link, accent);
  p.setColor(QPalette::Light, dark ? panel.lighter(130) : QColor("#FFFFFF"));
  p.setColor(QPalette::Midlight, border);
  p.setColor(QPalette::Mid, border);
  p.setColor(QPalette::Dark, border);
  p.setColor(QPalette::Shadow, dark ? QColor("#000000") : QColor("#9AA2AC"));
  return p;
}

const Theme& ThemeOf(const QWidget& widget) {
  return widget.palette().color(QPalette::Window).lightness() < 128 ? Theme::Dark()
                                                                     : Theme::Light();
}

QString GlyphOf(Standing standing) {
  switch (standing) {
    case Standing::kWithin: return QStringLiteral("●");
    case Standing::kNear: return QStringLiteral("▲");
    case Standing::kOver: return QStringLiteral("■");
    case Standing::kUnknown: break;
  }
  return QStringLiteral("○");
}

void ApplyTheme(QApplication& application, const Theme& theme, double text_scale) {
  application.setStyle(new BorderedStyle);
  application.setPalette(theme.Palette());
  application.setStyleSheet(StyleSheet(theme));
  QFont font = application.font();
  font.setPixelSize(qRound(13 * text_scale));
  application.setFont(font);
}

}  // namespace headroom::gui
