#pragma once

#include "gui/models/rows_model.h"
#include "gui/views/view.h"

namespace headroom::gui {

struct Theme;

/// Parts of a whole as one bar for each report: where a step's time, the power chain's losses, the run's
/// cost or the cooling's power go. A difference has a bar for each part, from nothing to the left or right.
class BreakdownView : public View {
  Q_OBJECT

 public:
  explicit BreakdownView(StudyState* state, QWidget* parent = nullptr);
  /// Metrics whose names begin with `stem` are the parts: "workloads.pretrain.time.".
  void SetStem(const QString& stem);
  /// One of the reports, all, or one less the first. The scale is the same for all.
  void SetReport(int report, Pane pane);
  /// Every stem that the shown reports have parts of, in their order.
  static QStringList Stems(const StudyState& state);
  static QString TitleOf(const QString& stem);

  QString title() const override;
  QString describe() const override;
  QAbstractItemModel* table() const override { return table_; }
  void paintTo(QPainter& painter, QSizeF size) const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Part {
    QString name;
    std::vector<double> values;  ///< by report; NaN: it has no such part
  };
  void Follow();
  /// Of `labels_`, those that are drawn.
  std::vector<std::size_t> Drawn() const;
  void FillTable();
  void PaintBars(QPainter& painter, QSizeF size, const Theme& theme) const;
  void PaintDifference(QPainter& painter, QSizeF size, const Theme& theme) const;
  void Paint(QPainter& painter, QSizeF size, const Theme& theme, bool screen) const;

  RowsModel* table_;
  QString stem_, unit_;
  QStringList labels_;
  std::vector<Part> parts_;  ///< largest first
  std::vector<double> totals_;
  int report_ = 0;
  Pane pane_ = Pane::kOverlay;
};

}  // namespace headroom::gui
