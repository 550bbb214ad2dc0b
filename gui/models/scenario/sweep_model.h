#pragma once

#include <QAbstractTableModel>
#include <vector>

namespace headroom::gui {

/// The points of a sweep's folder and how far each is, read from the folder alone.
class SweepModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum class State { kLeft, kRunning, kDone, kForbidden, kFailed };
  struct Point {
    QString id;
    QStringList settings;
    State state = State::kLeft;
    QString log;  ///< of a failed one
  };
  using QAbstractTableModel::QAbstractTableModel;
  /// Shows a folder; its plan is read anew where it has changed.
  void Show(const QString& folder);
  /// Looks again which points have ended.
  void Refresh();
  const Point* At(int row) const;
  QString ReportPath(int row) const;
  int count(State state) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString folder_;
  qint64 plan_size_ = -1;
  QStringList paths_;
  std::vector<Point> points_;
};

}  // namespace headroom::gui
