#include <QUndoStack>
#include <csignal>

#include "gui/pages/page.h"
#include "gui/run/run_queue.h"
#include "gui/study/study_state.h"
#include "tests/gui/app/window.h"
#include "tests/gui/hard_times.h"
#include "tests/gui/sample_report.h"

using namespace headroom::gui;

namespace {

/// Types at the start of the text, as a user would.
void TypeComment(Window& w, const QString& words) {
  w.ShowPage("Edit");
  auto* text = w.Find<QPlainTextEdit>("text");
  text->moveCursor(QTextCursor::Start);
  QTest::keyClicks(text, "# " + words);
  QTest::keyClick(text, Qt::Key_Return);
  w.Wait();
}

}  // namespace

TEST_CASE("a report of another version and a damaged one are said in their rows, and the others stay usable", "[gui][app][mistake]") {
  Window w(false);
  QDir().mkpath(w.folder.filePath("reports"));
  WriteSampleReport(w.folder.filePath("reports/smoothed.h5").toStdString(), {.racks = 4, .rows = 20, .version = 99});
  WriteSampleReport(w.folder.filePath("reports/eight-more-racks.h5").toStdString(), {.racks = 4, .rows = 20});
  WriteBytes(w.folder.filePath("reports/capped.h5"), "no report at all");
  w.Open();
  CHECK(w.Cell("capped", 2) == "■ cannot be read");
  CHECK(w.Cell("capped", 2, Qt::ToolTipRole).contains("capped.h5"));
  CHECK(w.Cell("smoothed", 2) == "■ cannot be read");
  CHECK(w.Cell("smoothed", 2, Qt::ToolTipRole).contains("version"));
  CHECK(w.Cell("base", 2) == "○ not run yet");
  CHECK(w.Cell("eight-more-racks", 2).contains("of an older text"));
  CHECK(w.bench().state()->reports().size() == 1);
  // The page of the scenario says it in words, with the next step.
  w.bench().SetCurrent("smoothed");
  bool said = false;
  for (const QLabel* label : w.window().page(0)->findChildren<QLabel*>())
    said |= label->text().contains("version") && label->text().contains("Run the scenario again");
  CHECK(said);
  // Running it again replaces it.
  w.Key(Qt::Key_F5);
  w.Wait();
  CHECK(w.Cell("smoothed", 2) == "● current");
}

TEST_CASE("a scenario that was broken by hand is marked at its line, refuses to run, and loses nothing", "[gui][app][mistake]") {
  Window w(false);
  const QByteArray broken = "include: base.yaml\nsite:\n  power: {utility: {limit: 3.5 MW]}}\n";
  WriteBytes(w.folder.filePath("capped.yaml"), broken);
  w.Open();
  w.bench().SetCurrent("capped");
  w.ShowPage("Edit");
  auto* text = w.Find<QPlainTextEdit>("text");
  CHECK(text->toPlainText().toUtf8() == broken);
  REQUIRE(text->extraSelections().size() == 1);
  CHECK(text->extraSelections()[0].cursor.blockNumber() == 2);
  auto* problems = w.Find<QTableView>("problems");
  REQUIRE(problems->model()->rowCount() == 1);
  CHECK(problems->model()->index(0, 0).data().toString().contains("3"));
  w.Key(Qt::Key_F5);
  w.Wait();
  CHECK(w.Said().contains("capped"));
  w.ShowPage("Study");
  CHECK(w.Cell("capped", 2) == "■ failed");
  CHECK(ReadBytes(w.folder.filePath("capped.yaml")) == broken);
  // The others run.
  w.bench().SetCurrent("base");
  w.Key(Qt::Key_F5);
  w.Wait();
  CHECK(w.Cell("base", 2) == "● current");
}

TEST_CASE("a run whose process is killed is said at once with its log, and the report of before stays", "[gui][app][mistake]") {
  Window w(false);
  // Long enough to be caught.
  QByteArray base = ReadBytes(w.folder.filePath("base.yaml"));
  base.replace("steps: 200", "steps: 20000000");
  WriteBytes(w.folder.filePath("base.yaml"), base);
  QDir().mkpath(w.folder.filePath("reports"));
  WriteSampleReport(w.folder.filePath("reports/base.h5").toStdString(), {.racks = 4, .rows = 20});
  const QByteArray before = ReadBytes(w.folder.filePath("reports/base.h5"));
  w.Open();
  w.bench().SetCurrent("base");
  w.Key(Qt::Key_F5);
  REQUIRE(QTest::qWaitFor([&] { return w.bench().queue()->Latest("base") && w.bench().queue()->Latest("base")->process > 0; }, 20000));
  REQUIRE(::kill(static_cast<pid_t>(w.bench().queue()->Latest("base")->process), SIGKILL) == 0);
  w.Wait();
  CHECK(w.Said() == "base: the command was killed or crashed; the report of before is as it was");
  CHECK(ReadBytes(w.folder.filePath("reports/base.h5")) == before);
  w.ShowPage("Runs");
  CHECK(w.Find<QPlainTextEdit>("log")->toPlainText().contains("headroom run"));
  CHECK(w.Find<QPlainTextEdit>("log")->toPlainText().contains("killed or crashed"));
}

TEST_CASE("a full disk is said in the window with the file's name; the change stays and can be saved later", "[gui][app][mistake]") {
  Window w;
  TypeComment(w, "mine");
  const QByteArray before = ReadBytes(w.folder.filePath("base.yaml"));
  {
    FullDisk full(16);
    w.Key(Qt::Key_S, Qt::ControlModifier);
    CHECK(w.Said().startsWith("Not saved: cannot write " + w.folder.filePath("base.yaml")));
    CHECK(w.Said().endsWith("Nothing is lost: the changes are still here."));
  }
  CHECK(w.window().isWindowModified());
  CHECK(ReadBytes(w.folder.filePath("base.yaml")) == before);
  w.Key(Qt::Key_S, Qt::ControlModifier);
  CHECK(w.Said().toStdString() == "");
  CHECK_FALSE(w.window().isWindowModified());
  CHECK(ReadBytes(w.folder.filePath("base.yaml")) == "# mine\n" + before);
}

TEST_CASE("a study in a read-only folder opens, says why it cannot be saved or run, and keeps the changes", "[gui][app][mistake]") {
  Window w(false);
  QTemporaryDir home;
  const ReadOnly locked(w.folder.path());
  const OpenHome elsewhere(home.path());
  const QByteArray before = ReadBytes(w.folder.filePath("base.yaml"));
  {
    Unprivileged user;
    w.Open();
    TypeComment(w, "kept");
    w.Key(Qt::Key_S, Qt::ControlModifier);
    CHECK(w.Said().startsWith("Not saved: cannot write " + w.folder.filePath("base.yaml") + ": Permission denied"));
    CHECK(w.window().isWindowModified());
    w.Key(Qt::Key_Z, Qt::ControlModifier);
    while (w.study().undo()->canUndo()) w.study().undo()->undo();
    w.Key(Qt::Key_F5);
    CHECK(w.Said().contains("reports cannot be made"));
    while (w.study().undo()->canRedo()) w.study().undo()->redo();
    // A crash: what was kept outlives the window.
    REQUIRE(QTest::qWaitFor([&] { return QFileInfo::exists(w.study().StateFolder() + "/autosave/base.yaml"); }, 5000));
    CHECK(ReadBytes(w.study().StateFolder() + "/autosave/base.yaml") == "# kept\n" + before);
    w.session.reset();
  }
  CHECK(ReadBytes(w.folder.filePath("base.yaml")) == before);
}
