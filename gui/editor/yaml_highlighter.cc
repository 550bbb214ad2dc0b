#include "gui/editor/yaml_highlighter.h"

#include <QRegularExpression>

#include "gui/theme/theme.h"

namespace headroom::gui {

void YamlHighlighter::SetDark(bool dark) {
  dark_ = dark;
  rehighlight();
}

void YamlHighlighter::highlightBlock(const QString& text) {
  static const QRegularExpression token(
      R"((#.*$)|("(?:[^"\\]|\\.)*"|'[^']*')|([A-Za-z_][\w.-]*)(?=\s*:(?:\s|$)))");
  const Theme& theme = dark_ ? Theme::Dark() : Theme::Light();
  QTextCharFormat comment, quoted, key;
  comment.setForeground(theme.secondary);
  comment.setFontItalic(true);
  quoted.setForeground(theme.dark ? QColor("#7FC9A0") : QColor("#1E7145"));
  key.setForeground(theme.accent);
  for (auto i = token.globalMatch(text); i.hasNext();) {
    const auto m = i.next();
    const int start = static_cast<int>(m.capturedStart());
    const bool remark = m.hasCaptured(1) && (start == 0 || text[start - 1].isSpace());
    if (m.hasCaptured(1) && !remark) continue;
    setFormat(start, static_cast<int>(m.capturedLength()), remark ? comment : m.hasCaptured(2) ? quoted : key);
  }
}

}  // namespace headroom::gui
