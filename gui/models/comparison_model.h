#pragma once

#include <QAbstractItemModel>

#include "analysis/compare/compare.h"

namespace headroom::gui {

/// The figures of reports, grouped by workload and site: metric, then each report's value, and beside all
/// but the first the difference, its share, and whether that is better: by a sign and a word, not by colour alone.
class ComparisonModel : public QAbstractItemModel {
  Q_OBJECT

 public:
  using QAbstractItemModel::QAbstractItemModel;
  /// Labels of the reports by column of the comparison.
  void Set(report::Comparison comparison, QStringList labels);
  void SetFilter(const QString& text);
  /// The metric of an index, or "" for a group.
  QString MetricAt(const QModelIndex& index) const;
  const report::Comparison& comparison() const { return comparison_; }

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Group {
    QString name;
    std::vector<std::size_t> metrics;
  };
  struct Place {
    std::size_t report = 0;
    enum { kName, kValue, kDifference, kShare, kVerdict } what = kName;
  };
  Place PlaceOf(int column) const;
  QVariant MetricData(std::size_t metric, const Place& place, int role) const;
  void Arrange();

  report::Comparison comparison_;
  QStringList labels_;
  QString filter_;
  std::vector<Group> groups_;
};

/// Better, worse, same, different or unclear: a glyph and the word.
QString VerdictText(report::Verdict verdict, double difference);

}  // namespace headroom::gui
