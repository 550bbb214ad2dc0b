#include <QtTest>
#include <QtWidgets>
#include <catch2/catch.hpp>

#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/app/page_table.h"
#include "gui/app/screenshots.h"
#include "gui/app/session.h"
#include "gui/pages/edit_page.h"
#include "gui/pages/page.h"
#include "gui/pages/runs_page.h"
#include "gui/pages/sweep_page.h"
#include "gui/pages/workbench.h"
#include "gui/run/run_queue.h"
#include "gui/run/study_reports.h"
#include "gui/study/sample_study.h"
#include "gui/study/study.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"

using namespace headroom::gui;

namespace {

struct Window {
  QTemporaryDir folder;
  std::unique_ptr<Session> session;
  Window() {
    REQUIRE(WriteSampleStudy(folder.path()) == "");
    Open();
  }
  void Open() {
    session.reset();
    session = std::make_unique<Session>(folder.path());
    session->window()->resize(1280, 800);
    session->window()->show();
    WaitUntilIdle(session.get());
  }
  MainWindow& window() { return *session->window(); }
  Study& study() { return *session->bench()->study(); }
  template <class T>
  T* Find(const QString& name) {
    T* found = window().findChild<T*>(name);
    INFO(name.toStdString());
    REQUIRE(found != nullptr);
    return found;
  }
  void ShowPage(const char* name) {
    window().ShowPage(QString(name));
    WaitUntilIdle(session.get());
  }
};

/// Focusable controls without a name that a screen reader can say.
QStringList Unnamed(QWidget* root) {
  QStringList out;
  for (QWidget* widget : root->findChildren<QWidget*>()) {
    if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisibleTo(root)) continue;
    if (widget->objectName().startsWith("qt_") || qobject_cast<QAbstractSpinBox*>(widget->parentWidget()) ||
        qobject_cast<QComboBox*>(widget->parentWidget()))
      continue;  // parts of a control that has its name
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
    if (face == nullptr || !face->text(QAccessible::Name).isEmpty()) continue;
    out << QString("%1 '%2'").arg(widget->metaObject()->className(), widget->objectName());
  }
  return out;
}

}  // namespace

TEST_CASE("open, edit in the tree, undo, run, compare, export", "[gui][app]") {
  Window w;
  w.session->bench()->SetCurrent("eight-more-racks");
  w.ShowPage("Edit");
  auto* page = qobject_cast<EditPage*>(w.window().page(w.window().current_page()));
  REQUIRE(page != nullptr);
  const std::string before = w.study().Find("eight-more-racks")->text;

  auto* tree = w.Find<QTreeView>("properties");
  page->GoTo("site.systems[hall].count");
  tree->edit(tree->currentIndex());
  auto* line = tree->findChild<QLineEdit*>();
  REQUIRE(line != nullptr);
  line->selectAll();
  QTest::keyClicks(line, "8");
  QTest::keyClick(line, Qt::Key_Return);
  WaitUntilIdle(w.session.get());
  CHECK(w.study().Find("eight-more-racks")->text.find("count: 8}") != std::string::npos);
  CHECK(w.Find<QPlainTextEdit>("text")->toPlainText().contains("count: 8}"));
  CHECK(w.window().isWindowModified());

  QTest::keyClick(&w.window(), Qt::Key_Z, Qt::ControlModifier);
  CHECK(w.study().Find("eight-more-racks")->text == before);
  QTest::keyClick(&w.window(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
  CHECK(w.study().Find("eight-more-racks")->text != before);

  w.ShowPage("Study");
  QTest::mouseClick(w.Find<QPushButton>("run-all"), Qt::LeftButton);
  QTRY_VERIFY_WITH_TIMEOUT(w.session->idle(), 120000);
  WaitUntilIdle(w.session.get());
  CHECK(w.window().messages()->text().toStdString() == "");
  CHECK(w.session->bench()->state()->reports().size() == 4);
  CHECK_FALSE(w.window().isWindowModified());
  auto* table = w.Find<QTableView>("scenarios");
  for (int row = 0; row < 4; ++row) CHECK(table->model()->index(row, 2).data().toString() == "● current");

  const QString shots = w.folder.filePath("shots");
  CHECK(WriteScreenshots(w.session.get(), shots) == "");
  CHECK(QDir(shots).entryList({"*.png"}).size() == 2 * w.window().page_count());
}

TEST_CASE("every focusable control of every page has a name, in both themes", "[gui][app][accessibility]") {
  Window w;
  for (int i = 0; i < w.window().page_count(); ++i) {
    w.window().ShowPage(i);
    WaitUntilIdle(w.session.get());
    INFO(Pages()[static_cast<std::size_t>(i)].name.toStdString());
    CHECK(Unnamed(&w.window()).join(", ").toStdString() == "");
    CHECK(w.window().page(i)->name() == Pages()[static_cast<std::size_t>(i)].name);
  }
}

TEST_CASE("texts keep a contrast of 4.5 to 1 in both themes", "[gui][app][accessibility]") {
  const auto luminance = [](const QColor& c) {
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
  };
  const auto contrast = [&](const QColor& a, const QColor& b) {
    const double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
    return std::max(x, y) / std::min(x, y);
  };
  for (const Theme* t : {&Theme::Light(), &Theme::Dark()})
    for (const QColor& text : {t->text, t->secondary, t->accent, t->better, t->worse, t->Of(Standing::kOver)})
      for (const QColor& ground : {t->page, t->panel}) {
        if (ground == t->panel && (text == t->accent || text == t->Of(Standing::kOver))) continue;  // on pages alone
        INFO(text.name().toStdString() << " on " << ground.name().toStdString());
        CHECK(contrast(text, ground) >= 4.5);
      }
}

TEST_CASE("typing marks a mistake at its line with the command's message", "[gui][app][mistake]") {
  Window w;
  w.ShowPage("Edit");
  auto* text = w.Find<QPlainTextEdit>("text");
  const std::string before = w.study().Find("base")->text;
  QTextCursor cursor = text->document()->find("limit: 3.5 MW");
  cursor.insertText("limit: 3.5 furlongs");
  WaitUntilIdle(w.session.get());
  REQUIRE(text->extraSelections().size() == 1);
  CHECK(text->extraSelections()[0].cursor.selectedText().contains("furlongs"));
  w.study().undo()->undo();
  CHECK(w.study().Find("base")->text == before);
  WaitUntilIdle(w.session.get());
  CHECK(text->extraSelections().isEmpty());
}

TEST_CASE("a sweep is defined, run, and shows its points", "[gui][app]") {
  Window w;
  w.ShowPage("Sweep");
  auto* page = qobject_cast<SweepPage*>(w.window().page(w.window().current_page()));
  REQUIRE(page != nullptr);
  CHECK(w.session->bench()->Sweeps() == QStringList{"feed-and-floor"});
  page->NewSweep("racks");
  CHECK(page->AddAxis("site.systems[hall].count", "8, 16").toStdString() == "");
  CHECK(page->AddAxis("site.cooling.rack_supply", "30 degC .. 40 degC x 2").toStdString() == "");
  CHECK(page->AddAxis("", "1").contains("needs a property"));
  REQUIRE(page->RunSweep());
  QTRY_VERIFY_WITH_TIMEOUT(w.session->idle(), 120000);
  WaitUntilIdle(w.session.get());
  const Run* run = w.session->bench()->queue()->Latest("racks");
  INFO(run->log.toStdString());
  CHECK(run->state == RunState::kDone);
  CHECK(QFileInfo::exists(w.folder.filePath("sweeps/racks/sweep.h5")));
}

TEST_CASE("a damaged report is said in place, and the rest of the study stays usable", "[gui][app][mistake]") {
  Window w;
  WriteBytes(w.study().ReportPath("capped"), "no report at all");
  w.Open();
  auto* table = w.Find<QTableView>("scenarios");
  CHECK(table->model()->index(2, 2).data().toString() == "■ cannot be read");
  CHECK(table->model()->index(2, 2).data(Qt::ToolTipRole).toString().contains("capped.h5"));
  CHECK(table->model()->index(0, 2).data().toString() == "○ not run yet");
}

TEST_CASE("the command line of a run is copied as a shell takes it", "[gui][app]") {
  Window w;
  w.ShowPage("Runs");
  qobject_cast<RunsPage*>(w.window().page(w.window().current_page()))->CopyCommand();
  CHECK(QGuiApplication::clipboard()->text().contains("headroom run " + w.study().FilePath("base") + " -o "));
}

TEST_CASE("no page blocks the event loop when it is shown again", "[gui][app]") {
  Window w;
  for (int i = 0; i < w.window().page_count(); ++i) w.window().ShowPage(i);
  WaitUntilIdle(w.session.get());
  w.window().SetDark(true);
  w.window().SetTextScale(1.5);
  w.window().SetTextScale(1.0);
  CHECK(ThemeOf(w.window()).dark);
  w.window().SetDark(false);
}
