#pragma once

#include <QPlainTextEdit>
#include <vector>

#include "gui/commands/text_change.h"
#include "sim/core/diagnostics.h"

namespace headroom::gui {

class YamlHighlighter;

/// A scenario's text with line numbers, and the command's messages at their lines. It has no undo of
/// its own: what is typed becomes a change of the file's bytes, which the study records.
class YamlEditor : public QPlainTextEdit {
  Q_OBJECT

 public:
  explicit YamlEditor(QWidget* parent = nullptr);
  /// Shows a file's bytes; where they differ little from what is shown, the cursor stays.
  void SetBytes(const std::string& bytes);
  /// Findings of this file; those of other files are not for it.
  void SetFindings(const std::vector<Finding>& findings);
  void GoTo(int line, int column);
  int LineOf(const QPoint& at) const { return cursorForPosition(at).blockNumber() + 1; }

  int gutter_width() const;
  void PaintGutter(QPainter* painter, const QRect& area);

 signals:
  void Typed(const headroom::gui::TextChange& change);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void NoteEdit();
  void MarkFindings();
  const Finding* FindingAt(int line) const;

  std::string bytes_;
  QString shown_;
  bool setting_ = false;
  std::vector<Finding> findings_;
  QWidget* gutter_;
  YamlHighlighter* highlighter_;
};

}  // namespace headroom::gui
