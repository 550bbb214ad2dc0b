#pragma once

#include <QSyntaxHighlighter>

namespace headroom::gui {

/// Colours keys, comments and quoted texts of YAML.
class YamlHighlighter : public QSyntaxHighlighter {
  Q_OBJECT

 public:
  explicit YamlHighlighter(QTextDocument* document) : QSyntaxHighlighter(document) {}
  void SetDark(bool dark);

 protected:
  void highlightBlock(const QString& text) override;

 private:
  bool dark_ = false;
};

}  // namespace headroom::gui
