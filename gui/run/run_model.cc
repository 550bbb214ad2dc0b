#include "gui/run/run_model.h"

#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"

namespace headroom::gui {

QString RunStateText(RunState state) {
  switch (state) {
    case RunState::kQueued: return RunModel::tr("○ waiting");
    case RunState::kRunning: return RunModel::tr("▶ running");
    case RunState::kDone: return RunModel::tr("● done");
    case RunState::kForbidden: return RunModel::tr("■ cannot run");
    case RunState::kFailed: return RunModel::tr("■ failed");
    case RunState::kCancelled: break;
  }
  return RunModel::tr("○ cancelled");
}

RunModel::RunModel(RunQueue* queue, QObject* parent) : QAbstractTableModel(parent), queue_(queue) {
  rows_ = static_cast<int>(queue->runs().size());
  connect(queue, &RunQueue::Added, this, [this] {
    beginInsertRows({}, 0, 0);
    ++rows_;
    endInsertRows();
  });
  connect(queue, &RunQueue::Changed, this, [this](int id) {
    const int row = RowOf(id);
    if (row >= 0) emit dataChanged(index(row, 0), index(row, kColumns - 1));
  });
  connect(queue, &RunQueue::Cleared, this, [this] {
    beginResetModel();
    rows_ = static_cast<int>(queue_->runs().size());
    endResetModel();
  });
}

const Run* RunModel::At(int row) const {
  if (row < 0 || row >= rows_) return nullptr;
  return &queue_->runs()[static_cast<std::size_t>(rows_ - 1 - row)];
}

int RunModel::RowOf(int id) const {
  for (int row = 0; row < rows_; ++row)
    if (At(row)->id == id) return row;
  return -1;
}

int RunModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : rows_; }

QVariant RunModel::data(const QModelIndex& index, int role) const {
  const Run* run = index.isValid() ? At(index.row()) : nullptr;
  if (run == nullptr) return {};
  if (role == kIdRole) return run->id;
  if (role == kShareRole) return run->share;
  if (role == Qt::ToolTipRole) return run->message;
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case kSubject: return run->subject;
    case kState: return RunStateText(run->state);
    case kProgress:
      if (run->share >= 0.0) return QString("%1 %").arg(qRound(100.0 * run->share));
      return run->simulated_s > 0.0 ? tr("%1 simulated").arg(TimeFigureText(run->simulated_s)) : QString();
    case kLeft: return run->left_s >= 0.0 ? TimeFigureText(run->left_s) : QString();
    case kMessage: return run->message;
    default: return {};
  }
}

QVariant RunModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
  const QStringList names = {tr("Scenario"), tr("State"), tr("Done"), tr("Left"), tr("Message")};
  return names.value(section);
}

}  // namespace headroom::gui
