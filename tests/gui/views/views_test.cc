#include <qcustomplot.h>

#include <QtWidgets>
#include <cmath>

#include "gui/pages/reports/compare_page.h"
#include "gui/pages/reports/plots_page.h"
#include "gui/pages/reports/site_page.h"
#include "gui/pages/reports/sweep_results_page.h"
#include "gui/pages/reports/timeline_page.h"
#include "gui/views/breakdown_view.h"
#include "gui/views/colour_map.h"
#include "gui/views/diagram_view.h"
#include "gui/views/export.h"
#include "gui/views/floor_plan_view.h"
#include "gui/views/gantt_view.h"
#include "gui/views/series_plot.h"
#include "gui/views/sweep_view.h"
#include "analysis/hdf5/sweep_store.h"
#include "gui/views/table_plots.h"
#include "gui/views/time_bar.h"
#include "tests/gui/views/shown_reports.h"

using namespace headroom;
using namespace headroom::gui;

namespace {

/// Shows a widget and lets it read and paint.
template <class W>
W& Showing(W& widget, QSize size = {700, 420}) {
  widget.resize(size);
  widget.show();
  QTest::qWait(150);
  return widget;
}

QString At(const QAbstractItemModel* m, int row, int column) { return m->index(row, column).data().toString(); }

int RowOf(const QAbstractItemModel* m, const QString& first) {
  for (int r = 0; r < m->rowCount(); ++r)
    if (At(m, r, 0) == first) return r;
  return -1;
}

/// Every control that the keyboard reaches has a name or a text of its own.
void CheckNames(QWidget& page) {
  for (QWidget* w : page.findChildren<QWidget*>()) {
    if (w->focusPolicy() == Qt::NoFocus || !w->isEnabled() || w->objectName().startsWith("qt_") || w->window() != page.window()) continue;
    QAccessibleInterface* i = QAccessible::queryAccessibleInterface(w);
    INFO(w->metaObject()->className() << " in " << page.metaObject()->className());
    CHECK((i && !i->text(QAccessible::Name).isEmpty()));
  }
}

}  // namespace

TEST_CASE("the floor plan shows, selects by mouse and keys, and its table has every rack", "[floor_plan]") {
  ShownReports shown({{}, {.factor = 1.5}}, "floor");
  FloorPlanView view(&shown.state);
  shown.state.SetTime(1.0);
  Showing(view);
  REQUIRE(QTest::qWaitFor([&] { return At(view.table(), 0, 2) == QString("40.0\u2009kW"); }, 10000));
  CHECK(view.table()->rowCount() == 40);
  QPoint at;
  for (int x = 0; x < view.width() && at.isNull(); x += 3)
    for (int y = 0; y < view.height(); y += 3)
      if (view.RackAt(QPointF(x, y)) == 7) at = {x, y};
  REQUIRE(!at.isNull());
  QTest::mouseClick(&view, Qt::LeftButton, {}, at);
  CHECK(shown.state.selection() == Selection{EntityKind::kRack, "rack-8"});
  QTest::keyClick(&view, Qt::Key_Right);
  CHECK(shown.state.selection().name == "rack-9");
  QTest::keyClick(&view, Qt::Key_Down);
  CHECK(shown.state.selection().name == "rack-29");
  view.SetReport(1, Pane::kDifference);
  REQUIRE(QTest::qWaitFor([&] { view.SetReport(1, Pane::kDifference); return At(view.table(), 0, 2) == QString("20.0\u2009kW"); }, 10000));
  CHECK(view.title() == QString("Power – variant 1 minus base"));
  shown.state.SetMetric("state");
  view.SetReport(0);
  REQUIRE(QTest::qWaitFor([&] { return At(view.table(), 5, 2) == "idle"; }, 10000));
}

TEST_CASE("an empty floor plan says why", "[floor_plan]") {
  StudyState state;
  FloorPlanView view(&state);
  Showing(view);
  CHECK(view.table()->rowCount() == 0);
  CHECK(view.RackAt({100, 100}) == -1);
}

TEST_CASE("the power tree carries the racks' power to the utility", "[diagram]") {
  ShownReports shown({{}}, "tree");
  DiagramView view(&shown.state, kPowerTree);
  shown.state.SetTime(1.0);
  view.SetReport(0);
  Showing(view);
  // 40 racks of 40 kW and a wave of which the sum is not zero; 20 of them below each PDU.
  double sum = 0.0, first = 0.0;
  for (int r = 0; r < 40; ++r) {
    sum += 40e3 - 20e3 * std::sin(r * 0.3);
    if (r < 20) first = sum;
  }
  REQUIRE(QTest::qWaitFor([&] { return RowOf(view.table(), "pdu-1") >= 0 && At(view.table(), RowOf(view.table(), "pdu-1"), 1) == QString("%1\u2009kW").arg(first / 1e3, 0, 'f', 0); }, 10000));
  CHECK(At(view.table(), RowOf(view.table(), "ups-1"), 1) == QString("%1\u2009MW").arg(sum / 1e6, 0, 'f', 2));
  CHECK(At(view.table(), RowOf(view.table(), "utility-1"), 2) == QString("of 3.00\u2009MW"));
  QTest::keyClick(&view, Qt::Key_Down);
  CHECK(shown.state.selection() == Selection{EntityKind::kUnit, "utility-1"});
  DiagramView cool(&shown.state, kCooling);
  Showing(cool).SetReport(0);
  CHECK(RowOf(cool.table(), "cdu-5") >= 0);
  DiagramView net(&shown.state, kNetwork);
  Showing(net).SetReport(0);
  // A quarter of what its uplinks carry, and half as much again on the last leaf.
  REQUIRE(QTest::qWaitFor([&] { return RowOf(net.table(), "leaf 8") >= 0 && At(net.table(), RowOf(net.table(), "leaf 8"), 1).contains("93.8"); }, 10000));
  CHECK(At(net.table(), RowOf(net.table(), "leaves 1 to 7"), 1) == QString("62.5\u2009GB/s each"));
  CHECK(At(net.table(), RowOf(net.table(), "leaves 1 to 7"), 3) == QString("25\u2009%"));
  CHECK(At(net.table(), RowOf(net.table(), "4 spines"), 1) == QString("500\u2009GB/s"));
  shown.state.SetTime(500.0);
  REQUIRE(QTest::qWaitFor([&] { return At(net.table(), RowOf(net.table(), "4 spines"), 1) == QString("1.00\u2009TB/s"); }, 10000));
  CHECK(At(net.table(), RowOf(net.table(), "leaf 8"), 3) == QString("75\u2009%"));
}

TEST_CASE("a plot follows the shared range, pans, and subtracts the baseline", "[series_plot]") {
  ShownReports shown({{}, {.factor = 1.5}}, "plot");
  SeriesPlot plot(&shown.state);
  plot.SetSeries("it_power");
  shown.state.SetRange({100, 200});
  Showing(plot);
  REQUIRE(QTest::qWaitFor([&] { return plot.table()->rowCount() > 90; }, 10000));
  CHECK(plot.table()->columnCount() == 3);
  const double a = plot.table()->index(50, 1).data(Qt::EditRole).toDouble(), b = plot.table()->index(50, 2).data(Qt::EditRole).toDouble();
  CHECK(b == Approx(1.5 * a));
  shown.state.SetCompareMode(CompareMode::kDifference);
  plot.Draw();
  CHECK(plot.table()->columnCount() == 2);
  CHECK(plot.table()->index(50, 1).data(Qt::EditRole).toDouble() == Approx(0.5 * a).epsilon(1e-4));
  QTest::keyClick(&plot, Qt::Key_D);
  CHECK(shown.state.range().from == Approx(110.0));
  QTest::keyClick(&plot, Qt::Key_W);
  CHECK(shown.state.range().length() == Approx(70.0));
  QTest::keyClick(&plot, Qt::Key_0);
  CHECK(shown.state.range().length() == Approx(shown.state.extent().length()));
}

TEST_CASE("latencies, spectra and windows come from the report's tables", "[table_plots]") {
  ShownReports shown({{}}, "tables");
  TablePlot latency(&shown.state, kLatencyPlot);
  latency.SetTable("/workloads/chat/requests");
  TablePlot spectrum(&shown.state, kSpectrumPlot);
  spectrum.SetTable("/windows/1/spectrum");
  TablePlot window(&shown.state, kWindowPlot);
  window.SetTable("/windows/1/power");
  Showing(latency);
  Showing(spectrum);
  Showing(window);
  REQUIRE(QTest::qWaitFor([&] { return latency.table()->rowCount() == 500 && spectrum.table()->rowCount() == 499 && window.table()->rowCount() > 500; }, 10000));
  // The median request waits 0.05 s + 0.25 s.
  CHECK(latency.table()->index(250, 0).data(Qt::EditRole).toDouble() == Approx(0.3).epsilon(0.01));
  CHECK(latency.table()->index(250, 1).data(Qt::EditRole).toDouble() == Approx(0.5).epsilon(0.01));
}

TEST_CASE("the Gantt opens down to accelerators and has a bar for every stay", "[gantt]") {
  ShownReports shown({{.racks = 4}}, "gantt");
  GanttView view(&shown.state);
  Showing(view);
  REQUIRE(QTest::qWaitFor([&] { return view.table()->rowCount() == 4; }, 10000));
  REQUIRE(view.row_count() == 6);
  view.SetOpen("rack-3", true);
  CHECK(view.row_count() == 24);
  view.SetOpen("rack-3 node 1", true);
  CHECK(view.row_count() == 28);
  CHECK(view.row(6).kind == GanttRow::Kind::kAccelerator);
  // Job 1 holds the first 72 units of research, which are those of rack 3.
  GanttRows rows;
  const ReportFile& file = *shown.state.reports().front().file;
  REQUIRE(QTest::qWaitFor([&] { rows.Read(file); return rows.bars().size() == 4; }, 10000));
  const auto bars = rows.BarsOf(view.row(4));
  REQUIRE(bars.size() == 1);
  CHECK(bars[0]->label == "job 1");
  CHECK(rows.BarsOf(view.row(view.row_count() - 1)).size() == 2);
}

TEST_CASE("every view shows several reports over each other, and their difference", "[compare]") {
  ShownReports shown({{}, {.factor = 1.5}}, "panes");
  shown.state.SetTime(1.0);
  FloorPlanView floor(&shown.state);
  floor.SetReport(0, Pane::kOverlay);
  Showing(floor);
  REQUIRE(QTest::qWaitFor([&] { return floor.table()->rowCount() == 80 && At(floor.table(), 40, 2) == QString("60.0\u2009kW"); }, 10000));
  CHECK(At(floor.table(), 0, 2) == QString("40.0\u2009kW"));
  CHECK(At(floor.table(), 40, 7) == "variant 1");
  CHECK(floor.title() == QString("Power – 2 scenarios over each other"));

  DiagramView tree(&shown.state, kPowerTree);
  tree.SetReport(0, Pane::kOverlay);
  Showing(tree);
  const auto pdu = [&](const DiagramView& view) { return At(view.table(), RowOf(view.table(), "pdu-1"), 1); };
  REQUIRE(QTest::qWaitFor([&] { tree.SetReport(0, Pane::kOverlay); return pdu(tree).count("W") == 2; }, 10000));
  const QStringList values = pdu(tree).split(" | ");
  const auto number = [](const QString& text) { return text.section(QChar(0x2009), 0, 0).toDouble(); };
  tree.SetReport(1, Pane::kDifference);
  CHECK(pdu(tree).startsWith("+"));
  CHECK(number(pdu(tree).mid(1)) == Approx(0.5 * number(values[0])).epsilon(0.02));

  GanttView work(&shown.state);
  work.SetReport(0, Pane::kOverlay);
  Showing(work);
  REQUIRE(QTest::qWaitFor([&] { return work.table()->rowCount() == 8; }, 10000));
  CHECK(work.table()->columnCount() == 10);
  work.SetReport(1, Pane::kDifference);
  Showing(work);
  CHECK(work.title() == QString("Units held – variant 1 minus base"));
  // The same work on both: white, the colour of no difference, in the lanes.
  REQUIRE(QTest::qWaitFor([&] { return work.table()->rowCount() == 4; }, 10000));
  const QImage lanes = work.grab().toImage();
  CHECK(qGray(lanes.pixel(lanes.width() / 2, 60)) > 235);

  BreakdownView parts(&shown.state);
  parts.SetStem("site.power.losses.");
  parts.SetReport(1, Pane::kDifference);
  Showing(parts);
  CHECK(At(parts.table(), 0, 0) == "ups");
  CHECK(parts.table()->index(0, 2).data(Qt::EditRole).toDouble() == Approx(0.0).margin(1e-9));

  TablePlot window(&shown.state, kWindowPlot);
  window.SetTable("/windows/1/power");
  window.SetReport(1, Pane::kDifference);
  Showing(window);
  REQUIRE(QTest::qWaitFor([&] { return window.table()->rowCount() > 500; }, 10000));
  CHECK(window.table()->index(100, 1).data(Qt::EditRole).toDouble() == Approx(0.0).margin(1e-6));
  window.SetReport(1, Pane::kOne);
  window.Draw();
  CHECK(window.table()->index(100, 1).data(Qt::EditRole).toDouble() > 1e6);
}

TEST_CASE("labels of a plot stand outside of its axes, however many there are", "[series_plot]") {
  ShownReports shown({{}, {.factor = 1.5}, {.factor = 1.1}}, "labels");
  SeriesPlot plot(&shown.state);
  plot.SetSeries("rack_group_power");
  Showing(plot, {640, 200});
  REQUIRE(QTest::qWaitFor([&] { return plot.table()->columnCount() == 25; }, 10000));
  const QCustomPlot* inside = plot.plot();
  int labels = 0, more = 0;
  for (int i = 0; i < inside->itemCount(); ++i)
    if (const auto* text = qobject_cast<const QCPItemText*>(inside->item(i))) {
      ++labels;
      more += text->text().contains("more");
      CHECK(text->left->pixelPosition().x() >= inside->axisRect()->right());
      CHECK(text->bottom->pixelPosition().y() <= inside->height());
    }
  CHECK(labels > 5);
  CHECK(labels < 24);
  CHECK(more == 1);
  CHECK_FALSE(inside->legend->visible());
}

TEST_CASE("breakdowns add up to their whole", "[breakdown]") {
  ShownReports shown({{}}, "parts");
  CHECK(BreakdownView::Stems(shown.state) == QStringList{"workloads.pretrain.time.", "site.power.losses.", "site.cost."});
  BreakdownView view(&shown.state);
  view.SetStem("workloads.pretrain.time.");
  Showing(view);
  CHECK(At(view.table(), 0, 0) == "gemm");
  double shares = 0.0;
  for (int r = 0; r < view.table()->rowCount(); ++r) shares += view.table()->index(r, 2).data(Qt::EditRole).toDouble();
  CHECK(shares == Approx(100.0));
}

TEST_CASE("the time bar steps by intervals, plays, and stops at the end", "[time_bar]") {
  ShownReports shown({{.racks = 4, .rows = 30, .tables = false}}, "bar");
  TimeBar bar(&shown.state);
  Showing(bar, {900, 48});
  bar.Step(1);
  CHECK(shown.state.time() == 2.0);
  bar.Step(-1);
  CHECK(shown.state.time() == 1.0);
  shown.state.SetTime(29.9);
  bar.SetPlaying(true);
  CHECK(bar.playing());
  REQUIRE(QTest::qWaitFor([&] { return !bar.playing(); }, 5000));
  CHECK(shown.state.time() == 30.0);
  CheckNames(bar);
}

TEST_CASE("a view is written as PNG, SVG and PDF with where it comes from, a table as CSV", "[export]") {
  ShownReports shown({{}}, "export");
  FloorPlanView view(&shown.state);
  SeriesPlot plot(&shown.state);
  plot.SetSeries("site_power");
  Showing(view);
  Showing(plot);
  const QString folder = QStringLiteral(HEADROOM_BINARY_DIR "/tests/");
  for (const View* v : {static_cast<const View*>(&view), static_cast<const View*>(&plot)})
    for (const char* kind : {"png", "svg", "pdf"}) {
      const QString path = folder + "gui_export." + kind;
      QFile::remove(path);
      CHECK(SavePicture(*v, shown.state, path, {640, 400}).isEmpty());
      CHECK(QFileInfo(path).size() > 2000);
    }
  QFile svg(folder + "gui_export.svg");
  REQUIRE(svg.open(QIODevice::ReadOnly));
  const QString text = svg.readAll();
  CHECK(text.contains("base (scenario " ));
  CHECK(text.contains("<polyline"));
  CHECK(SaveCsv(*view.table(), folder + "gui_export.csv").isEmpty());
  CHECK(SavePicture(view, shown.state, folder + "gui_export.gif", {640, 400}).endsWith("pictures are .png, .svg or .pdf"));
  CHECK(SaveCsv(*view.table(), "/nowhere/at/all.csv").startsWith("/nowhere/at/all.csv: cannot write: "));
}

TEST_CASE("colour maps end where they should and grow lighter", "[colour_map]") {
  CHECK(ColourOf(ColourMap::kCividis, 0.0) == QColor("#00224e"));
  CHECK(ColourOf(ColourMap::kCividis, 2.0) == QColor("#fee838"));
  for (const ColourMap map : {ColourMap::kCividis, ColourMap::kViridis})
    for (double s = 0.0; s < 1.0; s += 0.125) CHECK(qGray(ColourOf(map, s).rgb()) < qGray(ColourOf(map, s + 0.125).rgb()));
}

TEST_CASE("small multiples show one view of each report in a grid with one time", "[pages][compare]") {
  ShownReports shown({{.racks = 4}, {.racks = 4, .factor = 1.2}, {.racks = 4, .factor = 1.3}, {.racks = 4, .factor = 1.4}}, "multiples");
  ComparePage page(&shown.state);
  Showing(page, {1200, 800});
  page.findChild<QTabWidget*>("compare_tabs")->setCurrentIndex(1);
  QTest::qWait(50);
  CHECK(page.findChildren<FloorPlanView*>().size() == 4);
  auto* which = page.findChild<QComboBox*>("multiples");
  QSignalSpy changed(&page, &ComparePage::MultiplesChanged);
  which->setCurrentIndex(which->findData("work"));
  emit which->activated(which->currentIndex());
  CHECK(changed.front().front().toString() == "work");
  QTest::qWait(100);
  const auto gantts = page.findChildren<GanttView*>();
  REQUIRE(gantts.size() == 4);
  CHECK(gantts[0]->mapTo(&page, QPoint()).y() < gantts[2]->mapTo(&page, QPoint()).y());
  which->setCurrentIndex(which->findData("series:site_power"));
  emit which->activated(which->currentIndex());
  shown.state.SetCompareMode(CompareMode::kDifference);
  QTest::qWait(100);
  CHECK(page.findChildren<SeriesPlot*>().size() == 3 + 1);  // one stands on the first tab
}

TEST_CASE("pages show reports, say the next step without them, and name every control", "[pages]") {
  for (const bool any : {false, true}) {
    ShownReports shown(any ? std::vector<SampleSize>{{}, {.factor = 1.2}} : std::vector<SampleSize>{}, "pages");
    SitePage site(&shown.state);
    PlotsPage plots(&shown.state);
    TimelinePage timeline(&shown.state);
    ComparePage compare(&shown.state);
    for (Page* page : {static_cast<Page*>(&site), static_cast<Page*>(&plots), static_cast<Page*>(&timeline), static_cast<Page*>(&compare)}) {
      Showing(*page, {1100, 700});
      CHECK(page->emptyState().isEmpty() == any);
      CheckNames(*page);
      for (const CompareMode mode : {CompareMode::kSideBySide, CompareMode::kDifference, CompareMode::kOverlay}) {
        shown.state.SetCompareMode(mode);
        QTest::qWait(60);
      }
    }
  }
}

TEST_CASE("a sweep is opened, drawn and searched for a point; what is none is refused in place", "[sweep_page]") {
  report::SweepTable t;
  t.title = "Two plans";
  t.points = 4;
  t.coordinates = {{"limit", "kW", "", std::vector<double>{1, 1, 2, 2}, {}}, {"plan", "", "", std::vector<std::string>{"a", "b", "a", "b"}, {}}, {"report", "", "", std::vector<std::string>{"r0", "r1", "r2", "r3"}, {}}};
  t.metrics = {"site.pue", "site.power.peak"};
  t.units = {"1", "W"};
  t.values = {1.4, 10, 1.3, 20, 1.2, 30, 1.1, 40};
  t.words = {{"status", "", "", std::vector<std::string>{"done", "done", "done", "failed"}, {}}};
  const QString path = QStringLiteral(HEADROOM_BINARY_DIR "/tests/gui_page_sweep.h5");
  report::WriteSweep(path.toStdString(), t);
  StudyState state;
  SweepResultsPage page(&state);
  Showing(page, {1000, 600});
  CHECK(!page.emptyState().isEmpty());
  page.Open(HEADROOM_BINARY_DIR "/tests/nothing.h5");
  const auto said = [&](const QString& words) {
    for (const QLabel* label : page.findChildren<QLabel*>())
      if (label->isVisible() && label->text().contains(words)) return true;
    return false;
  };
  REQUIRE(QTest::qWaitFor([&] { return said("No such file or directory"); }, 5000));
  page.Open(path);
  REQUIRE(QTest::qWaitFor([&] { return page.emptyState().isEmpty(); }, 5000));
  auto* scatter = page.findChild<ScatterView*>();
  CHECK(scatter->table()->rowCount() == 4);
  QSignalSpy chosen(scatter, &SweepView::PointChosen);
  QTest::keyClick(scatter, Qt::Key_Right);
  CHECK(chosen.front().front().toInt() == 0);
  QTest::keyClick(scatter, Qt::Key_Return);
  CHECK(said("Point 0 has no report"));
  for (int tab = 0; tab < 4; ++tab) {
    page.findChild<QTabWidget*>()->setCurrentIndex(tab);
    QTest::qWait(50);
  }
  CheckNames(page);
}
