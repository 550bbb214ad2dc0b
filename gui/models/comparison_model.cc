#include "gui/models/comparison_model.h"

#include <QGuiApplication>
#include <QPalette>
#include <algorithm>
#include <cmath>

#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"

namespace headroom::gui {
namespace {

constexpr quintptr kGroup = ~quintptr{0};

const Theme& Shown() {
  return QGuiApplication::palette().color(QPalette::Window).lightness() < 128 ? Theme::Dark() : Theme::Light();
}

/// Group and the rest of a metric's name: "workloads.chat.ttft.p99" is "chat" and "ttft p99".
std::pair<QString, QString> Split(const std::string& name) {
  const QStringList parts = QString::fromStdString(name).split('.');
  if (parts.size() > 2 && parts.front() == "workloads") return {parts[1], parts.mid(2).join(' ').replace('_', ' ')};
  return {parts.front(), parts.mid(1).join(' ').replace('_', ' ')};
}

QString Signed(double value, const QString& unit) {
  if (std::isnan(value)) return QStringLiteral("–");
  return (value < 0.0 ? QStringLiteral("−") : value > 0.0 ? QStringLiteral("+") : QString()) + FigureText(std::abs(value), unit);
}

}  // namespace

QString VerdictText(report::Verdict verdict, double difference) {
  const QString arrow = difference > 0.0 ? QStringLiteral("▲ ") : difference < 0.0 ? QStringLiteral("▼ ") : QString();
  switch (verdict) {
    case report::Verdict::kBaseline: return {};
    case report::Verdict::kSame: return QStringLiteral("= same");
    case report::Verdict::kBetter: return arrow + QStringLiteral("better");
    case report::Verdict::kWorse: return arrow + QStringLiteral("worse");
    case report::Verdict::kDifferent: return arrow + QStringLiteral("different");
    case report::Verdict::kUnclear: return QStringLiteral("≈ unclear");
  }
  return {};
}

void ComparisonModel::Set(report::Comparison comparison, QStringList labels) {
  beginResetModel();
  comparison_ = std::move(comparison);
  labels_ = std::move(labels);
  while (labels_.size() < static_cast<int>(comparison_.columns.size()))
    labels_ << QString::fromStdString(comparison_.columns[static_cast<std::size_t>(labels_.size())].label);
  Arrange();
  endResetModel();
}

void ComparisonModel::SetFilter(const QString& text) {
  if (text == filter_) return;
  beginResetModel();
  filter_ = text;
  Arrange();
  endResetModel();
}

void ComparisonModel::Arrange() {
  groups_.clear();
  for (std::size_t m = 0; m < comparison_.metrics.size(); ++m) {
    const auto [group, rest] = Split(comparison_.metrics[m].name);
    if (!filter_.isEmpty() && !(group + " " + rest).contains(filter_, Qt::CaseInsensitive)) continue;
    auto at = std::find_if(groups_.begin(), groups_.end(), [&, name = group](const Group& g) { return g.name == name; });
    if (at == groups_.end()) at = groups_.insert(groups_.end(), Group{group, {}});
    at->metrics.push_back(m);
  }
}

QModelIndex ComparisonModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) : kGroup);
}

QModelIndex ComparisonModel::parent(const QModelIndex& child) const {
  if (!child.isValid() || child.internalId() == kGroup) return {};
  return createIndex(static_cast<int>(child.internalId()), 0, kGroup);
}

int ComparisonModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(groups_.size());
  if (parent.internalId() != kGroup || parent.column() > 0) return 0;
  return static_cast<int>(groups_[static_cast<std::size_t>(parent.row())].metrics.size());
}

int ComparisonModel::columnCount(const QModelIndex&) const {
  const int columns = static_cast<int>(comparison_.columns.size());
  return columns == 0 ? 1 : 2 + 4 * (columns - 1);
}

ComparisonModel::Place ComparisonModel::PlaceOf(int column) const {
  if (column == 0) return {};
  if (column == 1) return {0, Place::kValue};
  const int k = column - 2;
  static constexpr decltype(Place::what) kOrder[] = {Place::kValue, Place::kDifference, Place::kShare, Place::kVerdict};
  return {static_cast<std::size_t>(1 + k / 4), kOrder[k % 4]};
}

QString ComparisonModel::MetricAt(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == kGroup) return {};
  const auto& metrics = groups_[static_cast<std::size_t>(index.internalId())].metrics;
  return QString::fromStdString(comparison_.metrics[metrics[static_cast<std::size_t>(index.row())]].name);
}

QVariant ComparisonModel::MetricData(std::size_t metric, const Place& place, int role) const {
  const report::ComparedMetric& m = comparison_.metrics[metric];
  const QString unit = QString::fromStdString(m.unit);
  if (place.what == Place::kName) {
    if (role == Qt::DisplayRole) return Split(m.name).second;
    if (role == Qt::EditRole || role == Qt::ToolTipRole) return QString::fromStdString(m.name);
    return {};
  }
  const report::ComparedValue& v = m.values[place.report];
  if (role == Qt::TextAlignmentRole)
    return QVariant(Qt::Alignment(place.what == Place::kVerdict ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role == Qt::ForegroundRole && place.what != Place::kValue) {
    if (v.verdict == report::Verdict::kBetter) return Shown().better;
    if (v.verdict == report::Verdict::kWorse) return Shown().worse;
    return Shown().secondary;
  }
  if (role == Qt::ToolTipRole && v.deviation > 0.0)
    return tr("± %1 over repeats, p = %2").arg(FigureText(v.deviation, unit)).arg(v.p, 0, 'g', 2);
  if (role != Qt::DisplayRole && role != Qt::EditRole) return {};
  const bool exact = role == Qt::EditRole;
  switch (place.what) {
    case Place::kValue:
      if (!v.text.empty()) return QString::fromStdString(v.text);
      return exact ? QVariant(v.mean) : QVariant(FigureText(v.mean, unit));
    case Place::kDifference:
      if (!v.text.empty() || v.verdict == report::Verdict::kSame) return exact ? QVariant(0.0) : QVariant(QString());
      return exact ? QVariant(v.difference) : QVariant(Signed(v.difference, unit));
    case Place::kShare:
      if (exact) return v.relative;
      if (!v.text.empty() || v.verdict == report::Verdict::kSame || std::isnan(v.relative)) return QString();
      return Signed(v.relative * 100.0, "%");
    default: return VerdictText(v.verdict, v.difference);
  }
}

QVariant ComparisonModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  if (index.internalId() != kGroup) {
    const auto& metrics = groups_[static_cast<std::size_t>(index.internalId())].metrics;
    return MetricData(metrics[static_cast<std::size_t>(index.row())], PlaceOf(index.column()), role);
  }
  if (index.column() == 0 && (role == Qt::DisplayRole || role == Qt::EditRole))
    return groups_[static_cast<std::size_t>(index.row())].name;
  return {};
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Vertical || section < 0 || section >= columnCount()) return {};
  const Place place = PlaceOf(section);
  if (role == Qt::TextAlignmentRole)
    return QVariant(Qt::Alignment(place.what == Place::kName || place.what == Place::kVerdict ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  switch (place.what) {
    case Place::kName: return tr("Metric");
    case Place::kValue: return labels_.value(static_cast<int>(place.report));
    case Place::kDifference: return tr("difference");
    case Place::kShare: return tr("%");
    default: return tr("is");
  }
}

}  // namespace headroom::gui
