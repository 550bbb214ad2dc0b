#pragma once

#include "gui/models/rows_model.h"
#include "gui/views/diagram.h"
#include "gui/views/view.h"

namespace headroom::gui {

/// Boxes joined by lines, laid out in columns of which each box knows its place: the power tree, the coolant loops, the
/// network. A box shows a live value and how it stands to its limit; of
/// several reports over each other the values of all, as a difference what they have more than the first.
class DiagramView : public View {
  Q_OBJECT

 public:
  DiagramView(StudyState* state, const DiagramKind& kind, QWidget* parent = nullptr);
  /// Which of the shown reports; of an overlay all of them.
  void SetReport(int report, Pane pane = Pane::kOne);

  QString title() const override { return tr(kind_.title).arg(Label()); }
  QString describe() const override { return tr(kind_.describe); }
  QAbstractItemModel* table() const override { return table_; }
  void paintTo(QPainter& painter, QSizeF size) const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;
  void Follow();

 private:
  const ReportFile* file(int report) const;
  QString Label() const;
  Diagram Made() const;
  Diagram Overlaid() const;
  double BoxHeight() const;
  QRectF RectOf(const DiagramBox& box, QSizeF size) const;
  int BoxAt(const QPointF& at) const;
  QPolygonF PathOf(const DiagramLine& line, QSizeF size) const;
  const DiagramLine* LineAt(const QPointF& at) const;
  void PaintScale(QPainter& painter, const QRectF& where, const Theme& theme) const;
  int Selected() const;
  void Select(int box);
  void Paint(QPainter& painter, QSizeF size, const Theme& theme, bool screen) const;
  double Rows() const;
  int Columns() const;

  const DiagramKind& kind_;
  RowsModel* table_;
  Diagram diagram_;
  int report_ = 0;
  Pane pane_ = Pane::kOne;
};

}  // namespace headroom::gui
