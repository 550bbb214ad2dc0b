#pragma once

#include <set>

#include "gui/models/rows_model.h"
#include "gui/views/gantt_rows.h"
#include "gui/views/view.h"

class QScrollBar;

namespace headroom::gui {

struct Theme;

/// Who holds what when: site, systems, racks, nodes and accelerators in rows that open, jobs and workloads as
/// bars over the study's range, and under them how busy the row's accelerators were.
class GanttView : public View {
  Q_OBJECT

 public:
  explicit GanttView(StudyState* state, QWidget* parent = nullptr);
  void SetReport(int report);
  /// Opens or closes a row by its key.
  void SetOpen(const QString& key, bool open);
  int row_count() const { return static_cast<int>(rows_.size()); }
  const GanttRow& row(int index) const { return rows_[static_cast<std::size_t>(index)]; }

  QString title() const override;
  QString describe() const override;
  QAbstractItemModel* table() const override;
  void paintTo(QPainter& painter, QSizeF size) const override;
  QSize sizeHint() const override { return {800, 360}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  const ReportFile* file() const;
  void Restart();
  void Follow();
  void Paint(QPainter& painter, QSizeF size, const Theme& theme, int first, bool screen) const;
  void PaintRow(QPainter& painter, const GanttRow& row, const QRectF& where, const Theme& theme) const;
  void PaintAxis(QPainter& painter, const QRectF& where, const Theme& theme) const;
  int RowAt(double y) const;
  const GanttBar* BarAt(const QPointF& at) const;
  double RowHeight() const;
  double XOf(double time, const QRectF& where) const;
  QRectF Bars(QSizeF size) const;

  RowsModel* table_;
  QScrollBar* scroll_;
  GanttRows content_;
  std::vector<GanttRow> rows_;
  std::set<QString> open_{"site"};
  int current_ = 0;
  int report_ = 0;
  QPointF pressed_;
  double pressed_from_ = 0.0, pressed_to_ = 0.0;
  mutable bool table_due_ = true;
};

}  // namespace headroom::gui
