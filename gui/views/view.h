#pragma once

#include <QSizeF>
#include <QString>
#include <QWidget>

class QAbstractItemModel;
class QPainter;

namespace headroom::gui {

class StudyState;

/// How a view shows the reports: one of them, all of them over each other, or one less the first.
enum class Pane { kOne, kOverlay, kDifference };

/// One picture of the reports that the study state shows: a plot, a floor plan, a diagram.
class View : public QWidget {
  Q_OBJECT

 public:
  explicit View(StudyState* state, QWidget* parent = nullptr) : QWidget(parent), state_(state) {}

  /// What it shows, and of which scenario.
  virtual QString title() const = 0;
  /// One sentence that defines what is shown.
  virtual QString describe() const = 0;
  /// The same content as rows and columns: what a screen reader reads and what CSV export writes.
  virtual QAbstractItemModel* table() const = 0;
  /// Paints the view for export, on a page of `size`; in the light theme whatever the widget's.
  virtual void paintTo(QPainter& painter, QSizeF size) const = 0;

 protected:
  StudyState* state() const { return state_; }

 private:
  StudyState* state_;
};

}  // namespace headroom::gui
