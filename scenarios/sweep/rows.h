#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/sweep/folder.h"
#include "sim/probe/metric.h"

namespace headroom::sweep {

/// A report file as its row knew it.
struct FileState {
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;  ///< time of its last change
  bool operator==(const FileState&) const = default;
};
/// Of the file at `path`; nothing in it where there is none.
FileState StateOf(const std::string& path);

/// Names and units of the figures of one kind of run, in the order in which they were set.
struct RowLayout {
  std::vector<std::string> names, units;
  std::vector<char> words;  ///< by figure: it is a word
};

/// The figures of one report.
struct Row {
  const RowLayout* layout = nullptr;
  std::string_view status;
  std::vector<double> values;           ///< by figure of the layout; NaN for words
  std::vector<std::string_view> texts;  ///< of the words, in their order
};

/// Appends the figures of a report to the folder's rows; `report` is the closed file. A row that
/// cannot be written is left out: collecting then reads the report.
void AppendRow(const Folder& folder, const std::string& id, const std::string& report,
               const std::string& status, const MetricSet& metrics);

/// What is in the folder's rows/, so that collecting need not open every report:
///
///     rows/NAMES.names      figures of a kind of run, one a line; NAMES is the start of its SHA-256
///     rows/HOST.PID.rows    a record per finished point, with a checksum and its report's FileState
///
/// Nothing in it is needed. A record that is torn is passed over, and so is one whose report is
/// another file by now.
class Rows {
 public:
  explicit Rows(const Folder& folder);
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  /// Fills `row`, which lives as long as this; false where there is no row for that file.
  bool Find(const std::string& id, const FileState& report, Row* row) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headroom::sweep
