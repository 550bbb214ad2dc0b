#include <QAbstractItemModelTester>
#include <cmath>

#include "analysis/compare/compare.h"
#include "gui/models/comparison_model.h"
#include "gui/models/rows_model.h"
#include "gui/models/table_model.h"
#include "tests/gui/views/shown_reports.h"

using namespace headroom;
using namespace headroom::gui;

namespace {

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::Fatal;

QString Text(const QAbstractItemModel& m, int row, int column, const QModelIndex& parent = {}) {
  return m.index(row, column, parent).data().toString();
}

}  // namespace

TEST_CASE("rows keep the model's contract while they are set, sorted and set again", "[rows_model]") {
  RowsModel m;
  QAbstractItemModelTester tester(&m, kFatal);
  m.Set({"name", "power"}, {{TextCell("b"), NumberCell(2e3, "W")}, {TextCell("a"), NumberCell(std::nan(""), "W")}, {TextCell("c"), NumberCell(1e3, "W")}});
  CHECK(Text(m, 0, 1) == QString("2.00\u2009kW"));
  const QPersistentModelIndex b = m.index(0, 0);
  m.sort(1, Qt::AscendingOrder);
  CHECK(Text(m, 0, 0) == "c");
  CHECK(Text(m, 2, 0) == "a");
  CHECK(b.row() == 1);
  m.Set({"name", "power"}, {{TextCell("x,\"y\""), NumberCell(1234.5, "W")}, {TextCell("z"), NumberCell(std::nan(""), "W")}});
  CHECK(CsvOf(m) == "name,power\n\"x,\"\"y\"\"\",1234.5\nz,\n");
  m.Set({"one"}, {});
  CHECK(m.rowCount() == 0);
}

TEST_CASE("a table of a report is shown, filtered and sorted with the times between its columns", "[table_model]") {
  ShownReports shown({{}}, "table");
  const auto& file = *shown.state.reports().front().file;
  std::shared_ptr<const Table> jobs;
  REQUIRE(QTest::qWaitFor([&] { return (jobs = file.FindTable("/workloads/research/jobs")) != nullptr; }, 10000));
  TableModel m;
  QAbstractItemModelTester tester(&m, kFatal);
  m.Set(jobs);
  CHECK(m.rowCount() == 3);
  CHECK(m.columnCount() == 9);
  CHECK(m.headerData(7, Qt::Horizontal, Qt::DisplayRole).toString() == "wait");
  // Job 2 was submitted at 10 s and started at 60 s.
  CHECK(m.data(m.index(1, 7), Qt::EditRole).toDouble() == 50.0);
  CHECK(Text(m, 1, 6) == "failed");
  CHECK(Text(m, 2, 3) == QString("–"));
  m.sort(5, Qt::DescendingOrder);
  CHECK(m.SourceRow(0) == 2);
  m.SetFilter("fail");
  CHECK(m.rowCount() == 1);
  m.SetFilter("3");
  REQUIRE(m.rowCount() == 1);
  CHECK(m.SourceRow(0) == 2);
  m.Set(nullptr);
  CHECK(m.rowCount() == 0);
}

TEST_CASE("a comparison says what is better in words and what differs in the scenarios", "[comparison_model]") {
  ShownReports shown({{}, {.factor = 1.25}}, "compare");
  std::vector<const report::Report*> reports;
  for (const OpenReport& r : shown.state.reports()) reports.push_back(&r.file->report());
  report::Comparison c = report::Compare(reports);
  REQUIRE(c.inputs.size() == 1);
  CHECK(c.inputs[0].path == "site.power.utility.limit");
  ComparisonModel m;
  QAbstractItemModelTester tester(&m, kFatal);
  m.Set(std::move(c), {"base", "variant"});
  REQUIRE(m.rowCount() == 3);
  CHECK(m.columnCount() == 6);
  const QModelIndex site = m.index(2, 0);
  CHECK(site.data().toString() == "site");
  int row = 0;
  while (m.MetricAt(m.index(row, 0, site)) != "site.power.peak") ++row;
  CHECK(Text(m, row, 1, site) == QString("2.00\u2009MW"));
  CHECK(Text(m, row, 3, site) == QString("+500\u2009kW"));
  CHECK(Text(m, row, 4, site).startsWith("+25"));
  CHECK(Text(m, row, 5, site) == QString("▲ worse"));
  m.SetFilter("pue");
  CHECK(m.rowCount() == 1);
  CHECK(Text(m, 0, 5, m.index(0, 0)) == "= same");
}
