#include "gui/models/scenario/sweep_model.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <algorithm>

namespace headroom::gui {
namespace {

QString StateText(SweepModel::State state) {
  switch (state) {
    case SweepModel::State::kLeft: return SweepModel::tr("○ waiting");
    case SweepModel::State::kRunning: return SweepModel::tr("▶ running");
    case SweepModel::State::kDone: return SweepModel::tr("● done");
    case SweepModel::State::kForbidden: return SweepModel::tr("■ cannot run");
    case SweepModel::State::kFailed: break;
  }
  return SweepModel::tr("■ failed");
}

}  // namespace

void SweepModel::Show(const QString& folder) {
  QFile plan(folder + "/points.jsonl");
  const qint64 size = plan.exists() ? plan.size() : 0;
  if (folder == folder_ && size == plan_size_) {
    Refresh();
    return;
  }
  beginResetModel();
  folder_ = folder;
  plan_size_ = size;
  paths_.clear();
  points_.clear();
  if (plan.open(QIODevice::ReadOnly)) {
    for (QByteArray line = plan.readLine(); !line.isEmpty(); line = plan.readLine()) {
      const QJsonObject o = QJsonDocument::fromJson(line).object();
      Point point;
      point.id = o.value("id").toString();
      for (const QJsonValue& pair : o.value("set").toArray()) {
        const QString path = pair.toArray().at(0).toString();
        if (!paths_.contains(path)) paths_ << path;
        while (point.settings.size() < paths_.size()) point.settings << QString();
        point.settings[paths_.indexOf(path)] = pair.toArray().at(1).toString();
      }
      points_.push_back(point);
    }
  }
  endResetModel();
  Refresh();
}

void SweepModel::Refresh() {
  const auto names = [&](const QString& part) {
    QSet<QString> out;
    for (const QString& file : QDir(folder_ + "/" + part).entryList(QDir::Files)) out << file;
    return out;
  };
  const QSet<QString> reports = names("reports"), work = names("work"), failed = names("failed");
  QHash<QString, QString> logs;
  for (const QString& file : failed) logs[file.section('.', 0, 0)] = file;
  for (Point& p : points_) {
    p.log = logs.contains(p.id) ? folder_ + "/failed/" + logs[p.id] : QString();
    if (reports.contains(p.id + ".h5")) p.state = p.log.isEmpty() ? State::kDone : State::kForbidden;
    else if (!p.log.isEmpty()) p.state = State::kFailed;
    else p.state = std::any_of(work.begin(), work.end(), [&](const QString& f) { return f.startsWith(p.id); })
                       ? State::kRunning
                       : State::kLeft;
  }
  if (!points_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

const SweepModel::Point* SweepModel::At(int row) const {
  return row >= 0 && row < rowCount() ? &points_[static_cast<std::size_t>(row)] : nullptr;
}

QString SweepModel::ReportPath(int row) const {
  const Point* p = At(row);
  return p && (p->state == State::kDone || p->state == State::kForbidden) ? folder_ + "/reports/" + p->id + ".h5" : QString();
}

int SweepModel::count(State state) const {
  return static_cast<int>(std::count_if(points_.begin(), points_.end(), [&](const Point& p) { return p.state == state; }));
}

int SweepModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(points_.size());
}

int SweepModel::columnCount(const QModelIndex&) const { return 2 + static_cast<int>(paths_.size()); }

QVariant SweepModel::data(const QModelIndex& index, int role) const {
  const Point* p = At(index.row());
  if (p == nullptr || role != Qt::DisplayRole) return {};
  if (index.column() == 0) return index.row();
  if (index.column() == 1) return StateText(p->state);
  return p->settings.value(index.column() - 2);
}

QVariant SweepModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
  return section == 0 ? tr("Point") : section == 1 ? tr("State") : paths_.value(section - 2);
}

}  // namespace headroom::gui
