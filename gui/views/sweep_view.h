#pragma once

#include <memory>

#include "gui/data/sweep_results.h"
#include "gui/models/rows_model.h"
#include "gui/views/view.h"

namespace headroom::gui {

struct Theme;

/// A picture of a collected sweep: points over axes, one of which may be chosen and opened.
class SweepView : public View {
  Q_OBJECT

 public:
  explicit SweepView(StudyState* state, QWidget* parent = nullptr);
  void SetSweep(std::shared_ptr<const SweepResults> sweep);
  /// Axes by index into the sweep's; what each view makes of them it says.
  void SetAxes(int x, int y, int colour);
  /// Whether more of x and of y is better, for the Pareto front.
  void SetBetter(bool more_x, bool more_y);
  void SetPoint(int point);
  int point() const { return point_; }

  QAbstractItemModel* table() const override;
  void paintTo(QPainter& painter, QSizeF size) const override;
  QSize sizeHint() const override { return {640, 420}; }

 signals:
  void PointChosen(int point);
  void PointOpened(int point);

 protected:
  virtual void Paint(QPainter& painter, QSizeF size, const Theme& theme) const = 0;
  /// The point under a place of the widget; -1: none.
  virtual int PointAt(const QPointF& at) const = 0;
  const SweepResults* sweep() const { return sweep_.get(); }
  const SweepResults::Axis* axis(int index) const;
  QString AxisText(const SweepResults::Axis& axis, double value) const;
  QString AxisTitle(const SweepResults::Axis& axis) const;
  /// A share 0..1 as it is coloured on the theme's ground.
  static QColor ShadeOn(const Theme& theme, double share);
  QColor ColourOfPoint(std::size_t point, const Theme& theme) const;
  /// Draws the title, and below right the colours' range. Returns what is left.
  QRectF PaintFrame(QPainter& painter, QSizeF size, const Theme& theme) const;
  void PaintMessage(QPainter& painter, QSizeF size, const Theme& theme, const QString& message) const;

  int x_ = -1, y_ = -1, colour_ = -1;
  bool more_x_ = false, more_y_ = false;

  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  QString PointText(int point) const;
  std::shared_ptr<const SweepResults> sweep_;
  RowsModel* table_;
  int point_ = -1;
  mutable bool table_due_ = true;
};

/// Points over two axes, coloured by a third; those on the Pareto front are joined.
class ScatterView : public SweepView {
  Q_OBJECT
 public:
  using SweepView::SweepView;
  QString title() const override;
  QString describe() const override;

 protected:
  void Paint(QPainter& painter, QSizeF size, const Theme& theme) const override;
  int PointAt(const QPointF& at) const override;

 private:
  QPointF Place(std::size_t point, const QRectF& where) const;
};

/// A line for each point across all that was varied and the chosen figures.
class ParallelView : public SweepView {
  Q_OBJECT
 public:
  using SweepView::SweepView;
  QString title() const override;
  QString describe() const override;

 protected:
  void Paint(QPainter& painter, QSizeF size, const Theme& theme) const override;
  int PointAt(const QPointF& at) const override;

 private:
  std::vector<int> Axes() const;
  double Height(int axis, std::size_t point) const;
};

/// The figure of the colour axis over two that were varied: the mean of a cell's points.
class HeatMapView : public SweepView {
  Q_OBJECT
 public:
  using SweepView::SweepView;
  QString title() const override;
  QString describe() const override;

 protected:
  void Paint(QPainter& painter, QSizeF size, const Theme& theme) const override;
  int PointAt(const QPointF& at) const override;

 private:
  std::vector<double> Steps(const SweepResults::Axis& axis) const;
};

}  // namespace headroom::gui
