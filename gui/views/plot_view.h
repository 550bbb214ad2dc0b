#pragma once

#include <QTimer>
#include <vector>

#include "gui/models/rows_model.h"
#include "gui/views/view.h"

class QCustomPlot;
class QCPGraph;
class QCPItemStraightLine;
class QCPItemText;

namespace headroom::gui {

class QuantityTicker;

/// One line as it is drawn: NaN is a gap; `low` and `high` are the band under it, empty for none.
struct PlotCurve {
  QString label;
  QColor colour;
  bool dashed = false;
  std::vector<double> x, y, low, high;
};

/// Takes `a` off `b` at the points of b, a taken linearly in between; a band goes.
void Subtract(const PlotCurve& a, PlotCurve* b);

/// A plot with axes of quantities: zoom with the wheel or W and S, pan by dragging or with A and D, a
/// crosshair that reads every line. QCustomPlot stays behind it. What is drawn comes from curves(), which is
/// asked for again whenever something changed, at most every 25 ms.
class PlotView : public View {
  Q_OBJECT

 public:
  explicit PlotView(StudyState* state, QWidget* parent = nullptr);
  ~PlotView() override;
  QAbstractItemModel* table() const override;
  void paintTo(QPainter& painter, QSizeF size) const override;
  QSize sizeHint() const override { return {640, 240}; }
  QSize minimumSizeHint() const override { return {280, 140}; }

  /// Draws again soon.
  void Refresh();
  /// Draws again now.
  void Draw();
  QCustomPlot* plot() const { return plot_; }

 protected:
  struct Limit {
    QString label;
    double value = 0.0;
  };
  /// What is drawn between x `from` and `to`, in about `points` points a line.
  virtual std::vector<PlotCurve> curves(double from, double to, int points) const = 0;
  virtual std::vector<Limit> limits() const { return {}; }
  virtual QString x_unit() const { return {}; }  ///< "": simulated time
  virtual QString y_unit() const = 0;
  virtual bool log_x() const { return false; }
  virtual bool log_y() const { return false; }
  virtual bool steps() const { return false; }  ///< bars rather than a line
  /// The whole range of x, and what is shown of it.
  virtual std::pair<double, double> extent() const = 0;
  virtual std::pair<double, double> shown() const = 0;
  /// The user panned or zoomed; `push` where one can go back.
  virtual void Show(double from, double to, bool push) = 0;
  /// The user clicked at x.
  virtual void Clicked(double x) { (void)x; }
  virtual double cursor() const;  ///< x of the marker; NaN: none

  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void ApplyLook(bool dark);
  void ScaleY(const std::vector<PlotCurve>& curves);
  void PutGraphs(const std::vector<PlotCurve>& curves);
  void PutLabels(const std::vector<PlotCurve>& curves);
  void Read(const QPointF& at);
  void Zoom(double factor, double about);

  QCustomPlot* plot_;
  RowsModel* table_;
  QLabel* heading_;
  QLabel* readout_;
  QTimer timer_;
  QSharedPointer<QuantityTicker> ticker_;
  std::vector<PlotCurve> drawn_;
  std::vector<QCPItemText*> labels_;
  std::vector<QCPItemStraightLine*> limit_lines_;
  QCPItemStraightLine* cross_ = nullptr;
  QCPItemStraightLine* marker_ = nullptr;
  QPointF pressed_;
  std::pair<double, double> pressed_range_;
  bool dragging_ = false;
  bool dark_ = false;
  mutable bool table_due_ = true;
};

}  // namespace headroom::gui
