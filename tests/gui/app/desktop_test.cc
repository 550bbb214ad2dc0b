#include <QUndoStack>
#include <cmath>

#include "gui/app/page_table.h"
#include "gui/pages/page.h"
#include "gui/pages/runs_page.h"
#include "gui/pages/sweep_page.h"
#include "gui/run/run_queue.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"
#include "tests/gui/app/window.h"

using namespace headroom::gui;

namespace {

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

TEST_CASE("every page is written as a picture in both themes", "[gui][app][screenshots]") {
  Window w;
  const QString shots = w.folder.filePath("shots");
  CHECK(WriteScreenshots(w.session.get(), shots) == "");
  for (const PageRow& page : Pages()) CHECK(QFileInfo::exists(shots + "/" + page.name.toLower() + "-light.png"));
  CHECK(QFileInfo::exists(shots + "/edit-floor-dark.png"));
  CHECK(QDir(shots).entryList({"*-light.png"}).size() == QDir(shots).entryList({"*-dark.png"}).size());
  for (const QString& name : QDir(shots).entryList({"*-light.png"})) {
    const QImage light(shots + "/" + name), dark(shots + "/" + QString(name).replace("light", "dark"));
    INFO(name.toStdString());
    CHECK(light.size() == w.window().size());
    CHECK(qGray(light.pixel(30, 700)) > 200);
    CHECK(qGray(dark.pixel(30, 700)) < 80);
  }
}

TEST_CASE("every focusable control of every page has a name", "[gui][app][accessibility]") {
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

TEST_CASE("the command line of a run is copied as a shell takes it", "[gui][app]") {
  Window w;
  w.ShowPage("Runs");
  qobject_cast<RunsPage*>(w.window().page(w.window().current_page()))->CopyCommand();
  CHECK(QGuiApplication::clipboard()->text().contains("headroom run " + w.study().FilePath("base") + " -o "));
}

TEST_CASE("themes and text sizes change while every page is open", "[gui][app]") {
  Window w;
  for (int i = 0; i < w.window().page_count(); ++i) w.window().ShowPage(i);
  WaitUntilIdle(w.session.get());
  const int small = QFontInfo(qApp->font()).pixelSize();
  w.window().SetDark(true);
  w.window().SetTextScale(1.5);
  CHECK(QFontInfo(qApp->font()).pixelSize() == qRound(1.5 * 13));
  w.window().SetTextScale(1.0);
  CHECK(QFontInfo(qApp->font()).pixelSize() == small);
  CHECK(ThemeOf(w.window()).dark);
  w.window().SetDark(false);
  CHECK_FALSE(ThemeOf(w.window()).dark);
}
