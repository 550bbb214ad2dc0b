#include <QUndoStack>

#include "gui/editor/floor_editor.h"
#include "gui/pages/edit_page.h"
#include "gui/pages/page.h"
#include "gui/run/run_queue.h"
#include "gui/study/study_state.h"
#include "gui/study/study_views.h"
#include "gui/views/floor_plan_view.h"
#include "gui/views/view_frame.h"
#include "tests/gui/app/window.h"

using namespace headroom::gui;

namespace {

/// The action of a view's menu.
void Trigger(ViewFrame* frame, const QString& text) {
  for (QAction* action : frame->findChildren<QAction*>())
    if (action->text().contains(text)) {
      action->trigger();
      return;
    }
  FAIL("no action " << text.toStdString());
}

/// The text files of the study, but for what the desktop writes beside the scenarios.
std::map<QString, QByteArray> Scenarios(const Window& w) {
  std::map<QString, QByteArray> out;
  for (const QString& name : QDir(w.folder.path()).entryList({"*.yaml"}, QDir::Files))
    if (name != "views.yaml") out[name] = ReadBytes(w.folder.filePath(name));
  return out;
}

}  // namespace

TEST_CASE("a planner opens the sample, edits, moves a rack, runs, compares and exports", "[gui][app][end-to-end]") {
  Window w;
  const auto before = Scenarios(w);
  w.bench().SetCurrent("eight-more-racks");
  w.ShowPage("Edit");

  // A property through the tree's own editor.
  auto* tree = w.Find<QTreeView>("properties");
  qobject_cast<EditPage*>(w.window().page(w.window().current_page()))->GoTo("site.systems[hall].count");
  tree->edit(tree->currentIndex());
  auto* line = tree->findChild<QLineEdit*>();
  REQUIRE(line != nullptr);
  line->selectAll();
  QTest::keyClicks(line, "8");
  QTest::keyClick(line, Qt::Key_Return);
  w.Wait();
  CHECK(w.study().Find("eight-more-racks")->text.find("count: 8}") != std::string::npos);
  CHECK(w.Find<QPlainTextEdit>("text")->toPlainText().contains("count: 8}"));
  CHECK(w.window().isWindowModified());

  // A rack is dragged on the floor plan.
  w.Find<QTabWidget>("edit_tabs")->setCurrentIndex(1);
  QTest::qWait(50);
  auto* floor = w.Find<FloorEditor>("floor");
  REQUIRE(floor->racks().size() == 8);
  const double x = floor->racks()[3].x, y = floor->racks()[3].y;
  const QRectF rack = floor->RectOf(3);
  const QPoint from = rack.center().toPoint();
  const double pixels = rack.width() / 0.6;
  const QPoint to = from + QPointF(1.0 * pixels, 1.6 * pixels).toPoint();
  QTest::mousePress(floor, Qt::LeftButton, {}, from);
  QTest::mouseMove(floor, from + QPoint(12, 12));
  QTest::mouseMove(floor, to);
  QTest::mouseRelease(floor, Qt::LeftButton, {}, to);
  w.Wait();
  const std::string moved = w.study().Find("eight-more-racks")->text;
  CHECK(moved.find("floor: {racks: [{name: rack-4, x: ") != std::string::npos);
  CHECK(floor->racks()[3].x == Approx(x + 1.0).margin(0.11));
  CHECK(floor->racks()[3].y == Approx(y + 1.6).margin(0.11));
  CHECK(w.Find<QLabel>("rack_units")->text().toStdString() ==
        "Fed by pdu-1, cooled by cdu-1. It stands away from its row and keeps both: they follow a rack's number, its cables follow the rack.");
  // And with the keyboard; then into its neighbour, which is refused in place.
  QTest::keyClick(floor, Qt::Key_Right);
  w.Wait();
  CHECK(floor->racks()[3].x == Approx(x + 1.1).margin(0.11));
  QSignalSpy refused(floor, &FloorEditor::Refused);
  floor->Place(3, x + 0.6, y, "down");
  CHECK(refused.size() == 1);
  CHECK(refused.front().front().toString() == "rack-4 would stand in rack-5.");
  w.Key(Qt::Key_Z, Qt::ControlModifier);
  CHECK(w.study().Find("eight-more-racks")->text == moved);
  w.Wait();

  // Everything is undone byte for byte, and done again.
  QUndoStack* undo = w.study().undo();
  const std::string after = w.study().Find("eight-more-racks")->text;
  while (undo->canUndo()) w.Key(Qt::Key_Z, Qt::ControlModifier);
  CHECK(w.study().Find("eight-more-racks")->text == before.at("eight-more-racks.yaml").toStdString());
  while (undo->canRedo() && w.study().Find("eight-more-racks")->text != after) w.Key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
  CHECK(w.study().Find("eight-more-racks")->text == after);

  // Run all with the mouse.
  w.ShowPage("Study");
  QTest::mouseClick(w.Find<QPushButton>("run-all"), Qt::LeftButton);
  w.Wait();
  CHECK(w.Said().toStdString() == "");
  CHECK_FALSE(w.window().isWindowModified());
  for (const char* name : {"base", "eight-more-racks", "capped", "smoothed"}) CHECK(w.Cell(name, 2) == "● current");
  CHECK(w.bench().state()->reports().size() == 4);

  // Compare: figures, then small multiples.
  w.Key(Qt::Key_D, Qt::ControlModifier);
  w.Wait();
  auto* figures = w.window().findChild<QTreeView*>("figures");
  REQUIRE(figures != nullptr);
  CHECK(figures->model()->columnCount() == 2 + 3 * 4);
  w.Find<QTabWidget>("compare_tabs")->setCurrentIndex(1);
  w.Wait();
  CHECK(w.window().findChildren<ViewFrame*>().size() >= 4);

  // The moved rack stands where it was put, in the report too.
  w.ShowPage("Site");
  w.bench().state()->SetCompareMode(CompareMode::kSideBySide);
  QTest::qWait(100);
  const auto floors = w.window().page(w.window().current_page())->findChildren<FloorPlanView*>();
  REQUIRE(floors.size() == 4);
  auto* frame = qobject_cast<ViewFrame*>(floors[1]->parentWidget());
  REQUIRE(frame != nullptr);

  // Any view as PNG, SVG and PDF and its table as CSV, through the dialogs.
  for (const char* kind : {"png", "svg", "pdf"}) {
    const QString path = w.folder.filePath(QString("picture.") + kind);
    AnswerFileDialog(path);
    Trigger(frame, "icture");
    CHECK(QFileInfo(path).size() > 2000);
  }
  AnswerFileDialog(w.folder.filePath("racks.csv"));
  Trigger(frame, "CSV");
  const QList<QByteArray> rows = ReadBytes(w.folder.filePath("racks.csv")).split('\n');
  REQUIRE(rows.size() == 1 + 8 + 1);
  const double in_report = rows[4].split(',')[5].toDouble();
  CHECK(in_report == Approx(floor->racks()[3].x));

  // The study as one page.
  AnswerFileDialog(w.folder.filePath("study.html"));
  w.Find<QAction>("export_study")->trigger();
  REQUIRE(QTest::qWaitFor([&] { return w.Said().startsWith("Written: "); }, 20000));
  const QByteArray page = ReadBytes(w.folder.filePath("study.html"));
  for (const char* name : {"base", "eight-more-racks", "capped", "smoothed", "Beside the first", "What differs"}) CHECK(page.contains(name));
}

TEST_CASE("plots that were chosen are kept in the study as a plain file", "[gui][app][views]") {
  Window w;
  w.bench().state()->SetCompareMode(CompareMode::kSideBySide);
  w.bench().views()->SetPlots({"series:site_power", "parts:site.cost."});
  w.session.reset();
  CHECK(ReadBytes(w.folder.filePath("views.yaml")) == "schema: 1\nplots: [series:site_power, parts:site.cost.]\nmetric: rack_power\ncompare: side-by-side\n");
  w.Open();
  CHECK(w.bench().views()->plots() == QStringList{"series:site_power", "parts:site.cost."});
  CHECK(w.bench().state()->compare_mode() == CompareMode::kSideBySide);
  CHECK_FALSE(w.window().isWindowModified());
  w.session.reset();
  WriteBytes(w.folder.filePath("views.yaml"), "schema: 7\n");
  w.Open();
  CHECK(w.Said().contains("views.yaml:1"));
  w.bench().views()->SetPlots({"series:pue"});
  w.session.reset();
  CHECK(ReadBytes(w.folder.filePath("views.yaml")) == "schema: 7\n");
}

TEST_CASE("variants in a scenario's file are rows of the study that run by themselves", "[gui][app][variants]") {
  Window w(false);
  QFile base(w.folder.filePath("base.yaml"));
  REQUIRE(base.open(QIODevice::Append));
  base.write("variants:\n  warm: {site: {cooling: {rack_supply: 38 degC}}}\n");
  base.close();
  w.Open();
  CHECK(w.Cell("base@warm", 1) == "    @ warm");
  w.bench().SetCurrent("base@warm");
  w.Key(Qt::Key_F5);
  w.Wait();
  CHECK(w.Said().toStdString() == "");
  CHECK(w.Cell("base@warm", 2) == "● current");
  CHECK(w.Cell("base", 2) == "○ not run yet");
  CHECK(QFileInfo::exists(w.folder.filePath("reports/base@warm.h5")));
  CHECK(w.bench().RunArguments("base@warm").mid(2, 2) == QStringList{"--variant", "warm"});
  w.ShowPage("Edit");
  CHECK(w.Find<QPlainTextEdit>("text")->toPlainText().contains("warm: {site"));
}
