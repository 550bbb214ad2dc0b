#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "analysis/hdf5/sweep_store.h"

namespace headroom::gui {

/// A collected sweep as its views see it: axes that points are drawn over. An axis is what was varied or
/// a figure; one of words has its words as values 0, 1, 2 ...
struct SweepResults {
  struct Axis {
    QString name, unit;
    QStringList words;            ///< empty: numbers
    std::vector<double> values;   ///< by point; NaN is missing
    bool varied = false;          ///< an input of the sweep
    bool constant() const;
    double least() const;
    double largest() const;
  };
  QString path, title;
  std::size_t points = 0;
  std::vector<Axis> axes;               ///< what was varied first
  std::vector<QString> status, report;  ///< by point

  /// @throws IoError, ConfigError as report::ReadSweep does. Slow.
  static SweepResults Read(const QString& path);
  static SweepResults Of(const report::SweepTable& table, const QString& path);
  int FindAxis(const QString& name) const;
  /// The report of a point, or "" where it has none.
  QString ReportPath(std::size_t point) const;
  /// Points that no other one beats in both axes; `more_*` says that more is better. Those without a value are left out.
  std::vector<std::size_t> Front(int x, bool more_x, int y, bool more_y) const;
};

}  // namespace headroom::gui
