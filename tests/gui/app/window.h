#pragma once

#include <QtTest>
#include <QtWidgets>
#include <catch2/catch.hpp>

#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/app/screenshots.h"
#include "gui/app/session.h"
#include "gui/pages/workbench.h"
#include "gui/study/study.h"

namespace headroom::gui {

/// The main window on a copy of the sample study, used as a person would.
struct Window {
  QTemporaryDir folder;
  std::unique_ptr<Session> session;
  /// `open`: at once.
  explicit Window(bool open = true);
  /// Closes it, and opens the folder anew.
  void Open();
  MainWindow& window() { return *session->window(); }
  Workbench& bench() { return *session->bench(); }
  Study& study() { return *session->bench()->study(); }
  template <class T>
  T* Find(const QString& name) {
    T* found = window().findChild<T*>(name);
    INFO(name.toStdString());
    REQUIRE(found != nullptr);
    return found;
  }
  void ShowPage(const char* name);
  /// Waits until nothing is read or run; the runs of all scenarios take seconds.
  void Wait();
  /// A key of the window's menu.
  void Key(Qt::Key key, Qt::KeyboardModifiers modifiers = {});
  QString Said() { return window().messages()->text(); }
  /// Column of the row of a scenario in the table of the study.
  QString Cell(const QString& scenario, int column, int role = Qt::DisplayRole);
};

/// Answers the next file dialog with a name.
void AnswerFileDialog(const QString& path);

}  // namespace headroom::gui
