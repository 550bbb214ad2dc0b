#pragma once

#include <optional>
#include <set>

#include "gui/models/rows_model.h"
#include "gui/views/gantt_rows.h"
#include "gui/views/view.h"

class QScrollBar;

namespace headroom::gui {

struct Theme;

/// Who holds what when: site, systems, racks, nodes and accelerators in rows that open, jobs and workloads as
/// bars over the study's range, and under them how busy the row's accelerators were. Of several reports over each other
/// each has a lane in every row; a difference is of the share of units that are held, and of the busy share.
class GanttView : public View {
  Q_OBJECT

 public:
  explicit GanttView(StudyState* state, QWidget* parent = nullptr);
  /// Which of the shown reports; of an overlay all of them.
  void SetReport(int report, Pane pane = Pane::kOne);
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
  const ReportFile* file(int report) const;
  const ReportFile* file() const { return file(leading_); }
  std::vector<int> Reports() const;
  /// The row of a report that shows what `row` shows of the leading one; kind, system and rack by number.
  std::optional<GanttRow> RowIn(int report, const GanttRow& row) const;
  const GanttRows& content(int report) const { return contents_[static_cast<std::size_t>(report)]; }
  void Restart();
  void Read(std::size_t report);
  void Follow();
  void Paint(QPainter& painter, QSizeF size, const Theme& theme, int first, bool screen) const;
  void PaintLanes(QPainter& painter, const GanttRow& row, const QRectF& where, const Theme& theme) const;
  void PaintRow(QPainter& painter, int report, const GanttRow& row, const QRectF& where, const Theme& theme) const;
  void PaintDifference(QPainter& painter, const GanttRow& row, const QRectF& where, const Theme& theme) const;
  /// Units that each workload holds, in columns of two pixels.
  std::vector<std::vector<double>> Held(int report, const GanttRow& row, const QRectF& lane) const;
  void PaintAxis(QPainter& painter, const QRectF& where, const Theme& theme) const;
  int RowAt(double y) const;
  const GanttBar* BarAt(const QPointF& at) const;
  double RowHeight() const;
  double XOf(double time, const QRectF& where) const;
  QRectF Bars(QSizeF size) const;

  RowsModel* table_;
  QScrollBar* scroll_;
  std::vector<GanttRows> contents_;  ///< by report
  std::set<std::size_t> reading_;    ///< reports whose jobs are being read
  int begun_ = 0;                    ///< counts restarts, so that what comes too late is let go
  std::vector<GanttRow> rows_;       ///< of the leading report
  std::set<QString> open_{"site"};
  int current_ = 0;
  int report_ = 0, leading_ = 0;
  Pane pane_ = Pane::kOne;
  QPointF pressed_;
  double pressed_from_ = 0.0, pressed_to_ = 0.0;
  mutable bool table_due_ = true;
};

}  // namespace headroom::gui
