#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include "gui/data/rack_metric.h"
#include "gui/models/rows_model.h"
#include "gui/views/view.h"

namespace headroom::gui {

struct Theme;

/// The racks where they stand, coloured by one metric at the study's time; arrow keys and clicks select.
/// Of several reports over each other each has a band of every rack, the first one's first.
/// Against a limit either the share that is used or what remains is shown; a rack without a limit is white.
class FloorPlanView : public View {
  Q_OBJECT

 public:
  enum class Shade { kValue, kUsed, kRemaining };
  explicit FloorPlanView(StudyState* state, QWidget* parent = nullptr);
  /// Which of the shown reports; of an overlay all of them.
  void SetReport(int report, Pane pane = Pane::kOne);
  void SetShade(Shade shade);
  Shade shade() const { return shade_; }

  QString title() const override;
  QString describe() const override;
  QAbstractItemModel* table() const override;
  void paintTo(QPainter& painter, QSizeF size) const override;
  QSize sizeHint() const override { return {640, 420}; }
  QSize minimumSizeHint() const override { return {240, 180}; }
  /// The rack under a point of the widget; -1: none.
  int RackAt(const QPointF& at) const;

 signals:
  void RackActivated(int rack);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Frame;  ///< where metres lie on the widget
  struct Layer {
    int report = 0;
    RackValues values;
  };
  const ReportFile* file(int report) const;
  const ReportFile* file() const { return file(report_); }
  Frame FrameFor(QSizeF size) const;
  void Follow();
  QColor ShadeOf(const RackValues& values, std::size_t rack, const Theme& theme) const;
  void PaintLayer(QPainter& painter, const Frame& frame, std::size_t layer, const Theme& theme) const;
  void Paint(QPainter& painter, QSizeF size, const Theme& theme, bool screen) const;
  void PaintLegend(QPainter& painter, const QRectF& where, const Theme& theme) const;
  QString TextOf(int rack) const;
  void Select(int rack);
  QString AccessibleSummary() const;

  RowsModel* table_;
  std::vector<Layer> layers_;
  ValueRange range_;
  Shade shade_ = Shade::kValue;
  int report_ = 0;
  Pane pane_ = Pane::kOne;
  mutable bool table_due_ = true;
};

}  // namespace headroom::gui
