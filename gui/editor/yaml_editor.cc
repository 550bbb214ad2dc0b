#include "gui/editor/yaml_editor.h"

#include <QFontDatabase>
#include <QPainter>
#include <QTextBlock>
#include <QToolTip>
#include <algorithm>

#include "gui/editor/shown_text.h"
#include "gui/editor/yaml_highlighter.h"
#include "gui/theme/theme.h"

namespace headroom::gui {
namespace {

/// Line numbers and marks at the left of an editor.
class Gutter : public QWidget {
 public:
  explicit Gutter(YamlEditor* editor) : QWidget(editor), editor_(editor) {}
  QSize sizeHint() const override { return {editor_->gutter_width(), 0}; }

 protected:
  void paintEvent(QPaintEvent* event) override {
    QPainter painter(this);
    editor_->PaintGutter(&painter, event->rect());
  }

 private:
  YamlEditor* editor_;
};

}  // namespace

YamlEditor::YamlEditor(QWidget* parent)
    : QPlainTextEdit(parent), gutter_(new Gutter(this)), highlighter_(new YamlHighlighter(document())) {
  setUndoRedoEnabled(false);
  setLineWrapMode(NoWrap);
  setAccessibleName(tr("Scenario text"));
  setTabChangesFocus(true);
  setFrameShape(NoFrame);
  QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  font.setPixelSize(this->font().pixelSize() > 0 ? this->font().pixelSize() : 13);
  setFont(font);
  connect(document(), &QTextDocument::contentsChange, this, [this](int, int removed, int added) {
    if (!setting_ && removed + added > 0) NoteEdit();
  });
  connect(this, &QPlainTextEdit::blockCountChanged, this, [this] { setViewportMargins(gutter_width(), 0, 0, 0); });
  connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& area, int dy) {
    if (dy != 0) gutter_->scroll(0, dy);
    else gutter_->update(0, area.y(), gutter_->width(), area.height());
  });
  setViewportMargins(gutter_width(), 0, 0, 0);
}

void YamlEditor::SetBytes(const std::string& bytes) {
  bytes_ = bytes;
  const std::optional<QString> shown = ShownText(bytes);
  setReadOnly(!shown);
  setting_ = true;
  if (!shown) {
    shown_ = tr("This file is not text in UTF-8 and cannot be edited here.");
    setPlainText(shown_);
  } else if (*shown != toPlainText()) {
    const QString before = toPlainText();
    const qsizetype most = std::min(before.size(), shown->size());
    qsizetype start = 0, end = 0;
    while (start < most && before[start] == (*shown)[start]) ++start;
    while (end < most - start && before[before.size() - 1 - end] == (*shown)[shown->size() - 1 - end]) ++end;
    QTextCursor cursor(document());
    cursor.setPosition(static_cast<int>(start));
    cursor.setPosition(static_cast<int>(before.size() - end), QTextCursor::KeepAnchor);
    cursor.insertText(shown->mid(start, shown->size() - end - start));
  }
  if (shown) shown_ = *shown;
  setting_ = false;
}

void YamlEditor::NoteEdit() {
  const QString now = toPlainText();
  if (now == shown_) return;
  const TextChange change = ChangeOfBytes(bytes_, shown_, now);
  shown_ = now;
  bytes_ = Applied(bytes_, change);
  emit Typed(change);
}

void YamlEditor::SetFindings(const std::vector<Finding>& findings) {
  findings_ = findings;
  MarkFindings();
}

void YamlEditor::MarkFindings() {
  QList<QTextEdit::ExtraSelection> marks;
  const QColor colour = ThemeOf(*this).Of(Standing::kOver);
  for (const Finding& f : findings_) {
    const QTextBlock block = document()->findBlockByNumber(f.place.line - 1);
    if (!block.isValid()) continue;
    const QString line = block.text();
    int from = std::min(ShownColumn(line, f.place.column), static_cast<int>(line.size()));
    int to = from;
    while (to < line.size() && !QString(",]}#").contains(line[to])) ++to;
    while (to > from && line[to - 1].isSpace()) --to;
    if (to == from) from = 0, to = static_cast<int>(line.size());
    QTextEdit::ExtraSelection mark;
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(colour);
    mark.cursor = QTextCursor(block);
    mark.cursor.setPosition(block.position() + from);
    mark.cursor.setPosition(block.position() + to, QTextCursor::KeepAnchor);
    marks << mark;
  }
  setExtraSelections(marks);
  gutter_->update();
  viewport()->update();
}

const Finding* YamlEditor::FindingAt(int line) const {
  const auto found = std::find_if(findings_.begin(), findings_.end(),
                                  [&](const Finding& f) { return f.place.line == line; });
  return found == findings_.end() ? nullptr : &*found;
}

void YamlEditor::GoTo(int line, int column) {
  const QTextBlock block = document()->findBlockByNumber(line - 1);
  if (!block.isValid()) return;
  QTextCursor cursor(block);
  cursor.setPosition(block.position() + std::min(ShownColumn(block.text(), column), block.length() - 1));
  setTextCursor(cursor);
  centerCursor();
}

bool YamlEditor::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {  // undo and redo are the study's
    auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
      event->ignore();
      return false;
    }
  }
  if (event->type() == QEvent::ToolTip) {
    auto* help = static_cast<QHelpEvent*>(event);
    const Finding* f = FindingAt(LineOf(viewport()->mapFromGlobal(help->globalPos())));
    if (f != nullptr) QToolTip::showText(help->globalPos(), QString::fromStdString(f->message), this);
    else QToolTip::hideText();
    return true;
  }
  return QPlainTextEdit::event(event);
}

void YamlEditor::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return && event->modifiers() == Qt::NoModifier) {
    const QString line = textCursor().block().text();
    qsizetype indent = 0;
    while (indent < line.size() && line[indent] == ' ') ++indent;
    insertPlainText("\n" + line.left(std::min<qsizetype>(indent, textCursor().positionInBlock())));
    ensureCursorVisible();
    return;
  }
  QPlainTextEdit::keyPressEvent(event);
}

int YamlEditor::gutter_width() const {
  const int digits = static_cast<int>(QString::number(std::max(1, blockCount())).size());
  return 28 + fontMetrics().horizontalAdvance('9') * digits;
}

void YamlEditor::resizeEvent(QResizeEvent* event) {
  QPlainTextEdit::resizeEvent(event);
  const QRect area = contentsRect();
  gutter_->setGeometry(area.left(), area.top(), gutter_width(), area.height());
}

void YamlEditor::changeEvent(QEvent* event) {
  QPlainTextEdit::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  setting_ = true;
  highlighter_->SetDark(ThemeOf(*this).dark);
  setting_ = false;
  MarkFindings();
}

void YamlEditor::PaintGutter(QPainter* painter, const QRect& area) {
  const Theme& theme = ThemeOf(*this);
  painter->fillRect(area, theme.panel);
  painter->setFont(font());
  for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
    const QRectF box = blockBoundingGeometry(block).translated(contentOffset());
    if (box.top() > area.bottom()) break;
    const int line = block.blockNumber() + 1;
    const int height = fontMetrics().height();
    painter->setPen(theme.secondary);
    painter->drawText(0, static_cast<int>(box.top()), gutter_->width() - 8, height, Qt::AlignRight, QString::number(line));
    if (FindingAt(line) == nullptr) continue;
    painter->setPen(theme.Of(Standing::kOver));
    painter->drawText(4, static_cast<int>(box.top()), 16, height, Qt::AlignLeft, GlyphOf(Standing::kOver));
  }
}

void YamlEditor::paintEvent(QPaintEvent* event) {
  QPlainTextEdit::paintEvent(event);
  QPainter painter(viewport());
  painter.setPen(ThemeOf(*this).Of(Standing::kOver));
  QFont small = font();
  small.setItalic(true);
  painter.setFont(small);
  for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
    const QRectF box = blockBoundingGeometry(block).translated(contentOffset());
    if (box.top() > event->rect().bottom()) break;
    const Finding* f = FindingAt(block.blockNumber() + 1);
    if (f == nullptr) continue;
    const double end = fontMetrics().horizontalAdvance(block.text()) + contentOffset().x() + 24;
    const double room = viewport()->width() - end - 8;
    const QString message = "◂ " + QString::fromStdString(f->message);
    if (room > 80) {
      painter.drawText(QRectF(end, box.top(), room, fontMetrics().height()), Qt::AlignLeft,
                       fontMetrics().elidedText(message, Qt::ElideRight, static_cast<int>(room)));
    }
  }
}

}  // namespace headroom::gui
