#include <ctime>
#include <numeric>

#include "gui/editor/floor_editor.h"
#include "gui/models/scenario/property_model.h"
#include "gui/pages/page.h"
#include "gui/study/study_state.h"
#include "tests/gui/app/window.h"
#include "tests/gui/sample_report.h"
#include "tests/gui/stall_meter.h"

using namespace headroom::gui;

// Nothing on the GUI thread takes longer than 50 ms, in processor time of that thread.

namespace {

/// A scenario of two thousand systems, a comment at each: some 4,000 lines.
QByteArray LargeScenario() {
  QByteArray text = "schema: 1\nname: Many halls\nsite:\n  systems:\n";
  for (int i = 0; i < 2000; ++i)
    text += "    # hall " + QByteArray::number(i) + "\n    - {name: hall-" + QByteArray::number(i) + ", type: dgx-h100, count: 4, per_rack: 4}\n";
  return text + "run: {duration: 1 min}\n";
}

void CheckMeter() {
  INFO(StallMeter::worst());
  CHECK(StallMeter::worst_ms() < kLongestStall);
}

/// A window on a study with one report of a made hall.
struct Hall : Window {
  explicit Hall(const SampleSize& size) : Window(false) {
    QDir().mkpath(folder.filePath("reports"));
    WriteSampleReport(folder.filePath("reports/base.h5").toStdString(), size);
  }
  void OpenMeasured() {
    Open();
    REQUIRE(QTest::qWaitFor([&] { return bench().state()->reports().size() == 1; }, 30000));
  }
};

}  // namespace

TEST_CASE("the meter tells what held the window, and for how long", "[gui][stall]") {
  const auto busy = [] {
    timespec start{}, now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
    do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    while ((now.tv_sec - start.tv_sec) * 1000000000LL + now.tv_nsec - start.tv_nsec < 60000000);
  };
  StallMeter::Restart();
  StallMeter::Do("nothing", [] {});
  CHECK(StallMeter::worst_ms() < 1.0);
  StallMeter::Do("a loop", busy);
  CHECK(StallMeter::worst_ms() >= 60.0);
  CHECK(StallMeter::worst() == "a loop");
  StallMeter::Restart();
  QTimer::singleShot(0, busy);  // an event is measured as a call is
  QTest::qWait(100);
  CHECK(StallMeter::worst_ms() >= 60.0);
}

TEST_CASE("typing in a scenario of thousands of lines never holds the window", "[gui][app][stall]") {
  Window w(false);
  WriteBytes(w.folder.filePath("base.yaml"), LargeScenario());
  w.Open();
  w.ShowPage("Edit");
  auto* text = w.Find<QPlainTextEdit>("text");
  QTextCursor middle(text->document()->findBlockByNumber(2000));
  text->setTextCursor(middle);
  QTest::qWait(200);
  StallMeter::Restart();
  for (const char c : std::string("# typed by hand ")) {
    QTest::keyClick(text, c);
    QTest::qWait(20);
  }
  w.Wait();  // the checks and the tree of what was typed
  for (int i = 0; i < 5; ++i) QTest::keyClick(&w.window(), Qt::Key_Z, Qt::ControlModifier);
  w.Wait();
  CheckMeter();
}

TEST_CASE("setting, clearing and undoing properties in a scenario of thousands of lines never holds the window", "[gui][app][stall]") {
  Window w(false);
  WriteBytes(w.folder.filePath("base.yaml"), LargeScenario());
  w.Open();
  w.ShowPage("Edit");
  w.Wait();
  const std::string before = w.study().Find("base")->text;
  auto* tree = w.Find<QTreeView>("properties");
  auto* rows = qobject_cast<QSortFilterProxyModel*>(tree->model());
  auto* model = qobject_cast<PropertyModel*>(rows->sourceModel());
  const auto value = [&](const char* path) { return model->Find(path).siblingAtColumn(PropertyModel::kValue); };
  REQUIRE(QTest::qWaitFor([&] { return value("site.systems[hall-1000].count").isValid(); }, 30000));
  StallMeter::Restart();
  StallMeter::Do("set a property", [&] { model->setData(value("site.systems[hall-1000].count"), "8", Qt::EditRole); });
  StallMeter::Do("set another", [&] { model->setData(value("run.duration"), "2 min", Qt::EditRole); });
  w.Wait();
  const std::string& text = w.study().Find("base")->text;
  REQUIRE(QTest::qWaitFor([&] { return text.find("duration: 2 min") != std::string::npos; }, 30000));
  CHECK(text.find("name: hall-1000, type: dgx-h100, count: 8,") != std::string::npos);
  w.Wait();
  StallMeter::Do("clear", [&] { model->Clear(model->Find("site.systems[hall-1000].per_rack")); });
  REQUIRE(QTest::qWaitFor([&] { return text.find("count: 8}") != std::string::npos; }, 30000));
  for (int i = 0; i < 3; ++i) StallMeter::Do("undo", [&] { w.study().undo()->undo(); });
  w.Wait();
  CHECK(text == before);
  CheckMeter();
}

TEST_CASE("a report of two thousand racks opens, is scrubbed and panned without holding the window", "[gui][app][stall]") {
  Hall w({.racks = 2000, .rows = 1200, .requests = 1000});
  StallMeter::Restart();
  w.OpenMeasured();
  for (const char* page : {"Site", "Plots", "Timeline", "Compare"}) {
    StallMeter::Do(std::string("show page ") + page, [&] { w.window().ShowPage(QString(page)); });
    w.Wait();
  }
  StudyState* state = w.bench().state();
  StallMeter::Do("show page", [&] { w.window().ShowPage(QString("Site")); });
  for (int i = 0; i < 60; ++i) {
    StallMeter::Do("time", [&] { state->SetTime(20.0 * i); });
    QTest::qWait(5);
  }
  for (const char* metric : {"die_temperature", "state", "workload", "rack_power"}) {
    StallMeter::Do(metric, [&] { state->SetMetric(metric); });
    QTest::qWait(40);
  }
  StallMeter::Do("show page", [&] { w.window().ShowPage(QString("Plots")); });
  for (int i = 0; i < 40; ++i) {
    StallMeter::Do("range", [&] { state->SetRange({5.0 * i, 5.0 * i + 400.0}); });
    QTest::qWait(10);
  }
  w.Wait();
  CheckMeter();
}

TEST_CASE("a table of two million rows is sorted, filtered and written without holding the window", "[gui][app][stall]") {
  constexpr int kRows = 2000000;
  Hall w({.racks = 4, .rows = 60, .requests = kRows});
  w.OpenMeasured();
  w.ShowPage("Timeline");
  auto* page = w.window().page(w.window().current_page());
  auto* which = page->findChild<QComboBox*>();
  auto* rows = page->findChild<QTableView*>();
  auto* said = w.Find<QLabel>("table_said");
  StallMeter::Restart();
  which->setCurrentIndex(which->findText("requests – chat"));
  StallMeter::Do("choose the table", [&] { emit which->activated(which->currentIndex()); });
  REQUIRE(QTest::qWaitFor([&] { return rows->model()->rowCount() == kRows; }, 60000));
  CHECK(rows->model()->index(5, 0).data(Qt::EditRole).toDouble() == 5.0);
  const auto settled = [&] { return QTest::qWaitFor([&] { return said->text().isEmpty(); }, 120000); };

  StallMeter::Do("sort", [&] { rows->sortByColumn(0, Qt::DescendingOrder); });
  CHECK(said->text() == "arranging rows …");
  REQUIRE(settled());
  CHECK(rows->model()->index(0, 0).data(Qt::EditRole).toDouble() == kRows - 1);
  auto* filter = page->findChild<QLineEdit*>();
  QTest::keyClicks(filter, "123456");
  REQUIRE(settled());
  REQUIRE(QTest::qWaitFor([&] { return rows->model()->rowCount() == 1; }, 60000));
  CHECK(rows->model()->index(0, 0).data(Qt::EditRole).toDouble() == 123456.0);
  filter->clear();
  REQUIRE(settled());
  REQUIRE(QTest::qWaitFor([&] { return rows->model()->rowCount() == kRows; }, 60000));

  const QString csv = w.folder.filePath("rows.csv");
  AnswerFileDialog(csv);
  for (QPushButton* button : page->findChildren<QPushButton*>())
    if (button->accessibleName().contains("CSV")) button->click();
  REQUIRE(QTest::qWaitFor([&] { return said->text() == "saved " + csv; }, 120000));
  CheckMeter();
  QFile file(csv);
  REQUIRE(file.open(QIODevice::ReadOnly));
  CHECK(file.readLine().startsWith("id,arrival,first token,"));
  CHECK(file.readLine().startsWith("1999999,"));
  CHECK(file.size() > 50000000);
}

TEST_CASE("racks of a large hall are dragged without holding the window", "[gui][app][stall]") {
  Window w(false);
  WriteBytes(w.folder.filePath("base.yaml"), ReadBytes(w.folder.filePath("base.yaml")).replace("count: 16", "count: 2000").replace("limit: 3.5 MW", "limit: 400 MW"));
  w.Open();
  w.ShowPage("Edit");
  w.Find<QTabWidget>("edit_tabs")->setCurrentIndex(1);
  auto* floor = w.Find<FloorEditor>("floor");
  for (int i = 0; i < 200 && floor->racks().size() != 2000; ++i) QTest::qWait(50);
  REQUIRE(floor->racks().size() == 2000);
  const QRectF rack = floor->RectOf(0);
  const QPoint from = rack.center().toPoint(), to = from - QPoint(qRound(1.2 * rack.width() / 0.6), 0);
  StallMeter::Restart();
  QTest::mousePress(floor, Qt::LeftButton, {}, from);
  for (int i = 0; i < 30; ++i) {
    QTest::mouseMove(floor, from - QPoint(12 + i, i % 3));
    QTest::qWait(5);
  }
  QTest::mouseMove(floor, to);
  QTest::mouseRelease(floor, Qt::LeftButton, {}, to);
  w.Wait();
  CHECK(w.study().Find("base")->text.find("floor: {racks: [{name: rack-1, x: ") != std::string::npos);
  std::vector<int> hundred(100);
  std::iota(hundred.begin(), hundred.end(), 0);
  floor->Select(hundred);
  QTest::keyClick(floor, Qt::Key_Up);
  w.Wait();
  REQUIRE(QTest::qWaitFor([&] { return w.study().Find("base")->text.find("rack-100, x: ") != std::string::npos; }, 30000));
  CheckMeter();
}
