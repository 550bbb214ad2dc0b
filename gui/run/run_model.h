#pragma once

#include <QAbstractTableModel>

#include "gui/run/run_queue.h"

namespace headroom::gui {

/// ○ waiting, ▶ running, ● done, ■ failed ...
QString RunStateText(RunState state);

/// The queue as a table, the latest run first.
class RunModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { kSubject, kState, kProgress, kLeft, kMessage, kColumns };
  enum Role { kIdRole = Qt::UserRole, kShareRole };

  explicit RunModel(RunQueue* queue, QObject* parent = nullptr);
  const Run* At(int row) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& = {}) const override { return kColumns; }
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  int RowOf(int id) const;
  RunQueue* queue_;
  int rows_ = 0;
};

}  // namespace headroom::gui
