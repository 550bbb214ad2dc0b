#pragma once

#include <QString>
#include <atomic>
#include <memory>
#include <vector>

#include "sim/probe/recorder.h"

class QIODevice;

namespace headroom::gui {

/// A table of a report as it is to be shown: which rows, in which order, and the durations between its columns. It is
/// a value: a thread of its own may work it out while the window shows the one of before.
struct TableQuery {
  struct Derived {
    QString name;
    int from = 0, to = 0;  ///< columns
  };
  std::shared_ptr<const Table> table;
  std::vector<Derived> derived;  ///< behind the table's own columns
  QString filter;  ///< words that some cell must contain; a number is looked for in the column "id"
  int sorted = -1;  ///< column; -1: as in the report
  bool descending = false;

  /// Of a table, with the durations that are known of it (wait, time to the first token).
  static TableQuery Of(std::shared_ptr<const Table> table);
  int rows() const;
  int columns() const;
  bool plain() const { return filter.isEmpty() && sorted < 0; }
  bool IsWord(int column) const;
  QString Head(int column) const;
  double Number(std::size_t row, int column) const;
  QString Word(std::size_t row, int column) const;
};

/// Rows of a table in an order; null stands for all of them as they are.
using RowOrder = std::shared_ptr<const std::vector<std::uint32_t>>;

/// Millions of rows take a second. Null where the query is plain, and where `cancelled` became true meanwhile.
RowOrder OrderOf(const TableQuery& query, const std::atomic<bool>& cancelled);

/// Writes the rows as CSV, a stretch at a time. Returns whether the device took all.
bool WriteCsv(const TableQuery& query, const RowOrder& order, QIODevice* device);

}  // namespace headroom::gui
