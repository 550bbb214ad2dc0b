// The menus of the main window, and what they do that is more than a call.
#include <QUndoStack>

#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/app/page_table.h"
#include "gui/data/study_page.h"
#include "gui/pages/edit_page.h"
#include "gui/pages/runs_page.h"
#include "gui/pages/workbench.h"
#include "gui/run/run_queue.h"
#include "gui/run/study_reports.h"
#include "gui/study/sample_study.h"
#include "gui/study/study.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"

namespace headroom::gui {

QAction* MainWindow::AddAction(QMenu* menu, const QString& text, const QKeySequence& keys, std::function<void()> act) {
  QAction* action = menu->addAction(text);
  if (!keys.isEmpty()) action->setShortcut(keys);
  connect(action, &QAction::triggered, this, std::move(act));
  return action;
}

void MainWindow::MakeMenus() {
  QMenu* file = menuBar()->addMenu(tr("&File"));
  AddAction(file, tr("New study…"), QKeySequence::New, [this] { NewStudy(); });
  AddAction(file, tr("Open…"), QKeySequence::Open, [this] { OpenStudy(); });
  QMenu* recent = file->addMenu(tr("Open recent"));
  for (const QString& path : settings_.recent)
    AddAction(recent, path, {}, [this, path] { if (MayClose()) emit OpenWanted(path); });
  recent->setEnabled(!settings_.recent.isEmpty());
  AddAction(file, tr("Sample study"), {}, [this] { if (MayClose()) emit OpenWanted({}); });
  AddAction(file, tr("Save"), QKeySequence::Save, [this] { bench_->Save(); });
  file->addSeparator();
  AddAction(file, tr("Study as one page (HTML)…"), {}, [this] { ExportStudy(); })->setObjectName("export_study");
  AddAction(file, tr("Report as one page (HTML)…"), {}, [this] { ExportHtml(); });
  file->addSeparator();
  AddAction(file, tr("Close"), QKeySequence::Quit, [this] { close(); });

  QMenu* edit = menuBar()->addMenu(tr("&Edit"));
  QUndoStack* stack = bench_->study()->undo();
  QAction* undo = stack->createUndoAction(this, tr("Undo"));
  undo->setShortcut(QKeySequence::Undo);
  QAction* redo = stack->createRedoAction(this, tr("Redo"));
  redo->setShortcuts({QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(tr("Ctrl+Y"))});
  edit->addAction(undo);
  edit->addAction(redo);
  edit->addSeparator();
  AddAction(edit, tr("Find…"), QKeySequence::Find, [this] { FindSomething(); });

  QMenu* run = menuBar()->addMenu(tr("&Run"));
  AddAction(run, tr("Run the scenario"), Qt::Key_F5, [this] { bench_->RunScenario(bench_->current()); });
  AddAction(run, tr("Run all"), Qt::CTRL | Qt::Key_F5, [this] { bench_->RunAll(); });
  AddAction(run, tr("Stop"), Qt::SHIFT | Qt::Key_F5, [this] { bench_->queue()->CancelAll(); });
  AddAction(run, tr("Copy command line"), {}, [this] {
    ShowPage("Runs");
    if (auto* page = qobject_cast<RunsPage*>(stack_->currentWidget())) page->CopyCommand();
  });

  QMenu* view = menuBar()->addMenu(tr("&View"));
  for (std::size_t i = 0; i < Pages().size(); ++i) {
    const int index = static_cast<int>(i);
    AddAction(view, Pages()[i].name, QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + index)), [this, index] { ShowPage(index); });
  }
  view->addSeparator();
  AddAction(view, tr("Compare"), Qt::CTRL | Qt::Key_D, [this] { ShowPage("Compare"); });
  AddAction(view, tr("Back to what was shown before"), Qt::Key_Escape, [this] { bench_->state()->Pop(); });
  AddAction(view, tr("Show everything"), {}, [this] { while (bench_->state()->Pop()) {} });
  view->addSeparator();
  QAction* dark = AddAction(view, tr("Dark theme"), {}, [this] { SetDark(!settings_.dark); });
  dark->setCheckable(true);
  dark->setChecked(settings_.dark);
  AddAction(view, tr("Larger text"), QKeySequence::ZoomIn, [this] { SetTextScale(settings_.text_scale * 1.1); });
  AddAction(view, tr("Smaller text"), QKeySequence::ZoomOut, [this] { SetTextScale(settings_.text_scale / 1.1); });
  AddAction(view, tr("History of changes"), {}, [this] { history_->setVisible(history_->isHidden()); });

  QMenu* help = menuBar()->addMenu(tr("&Help"));
  AddAction(help, tr("Help on the property"), QKeySequence::HelpContents, [this] {
    ShowPage("Edit");
    if (auto* page = qobject_cast<EditPage*>(stack_->currentWidget())) page->ShowHelpOfCurrent();
  });
  AddAction(help, tr("Keys"), {}, [this] { ShowShortcuts(); });
  AddAction(help, tr("About"), {}, [this] {
    QMessageBox::about(this, tr("Headroom"), tr("Headroom, a digital twin of an AI datacenter.\n\nThis program links QCustomPlot and is under the GPL, version 3 or later; the "
                                                "command and the libraries are under the Apache License 2.0."));
  });
}

void MainWindow::NewStudy() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("An empty folder for the new study"));
  if (folder.isEmpty() || !MayClose()) return;
  if (QFileInfo::exists(folder + "/base.yaml")) {
    messages_->Say(tr("%1 holds a study already; it is opened as it is.").arg(folder));
  } else if (const QString error = WriteBytes(folder + "/base.yaml", StarterScenario()); !error.isEmpty()) {
    messages_->Say(error);
    return;
  }
  emit OpenWanted(folder);
}

void MainWindow::OpenStudy() {
  const QString path = QFileDialog::getOpenFileName(this, tr("A study or a scenario"), bench_->study()->folder(),
                                                    tr("Studies and scenarios (*.yaml *.yml)"));
  if (!path.isEmpty() && MayClose()) emit OpenWanted(path);
}

void MainWindow::ExportHtml() {
  const QString report = bench_->study()->ReportPath(bench_->current());
  if (!QFileInfo::exists(report)) {
    messages_->Say(tr("%1 has no report yet. Press F5 to run it.").arg(bench_->current()));
    return;
  }
  const QString to = QFileDialog::getSaveFileName(this, tr("Report as one page"), bench_->study()->folder() + "/" + bench_->current() + ".html",
                                                  tr("HTML (*.html)"));
  if (!to.isEmpty()) bench_->queue()->Add(tr("page of %1").arg(bench_->current()), {"export", report, "--html", "-o", to}, to);
}

void MainWindow::ExportStudy() {
  const Study& study = *bench_->study();
  std::vector<NamedReport> reports;
  for (const QString& name : study.names())
    if (const StudyReports::Entry* entry = bench_->reports()->Find(name); entry != nullptr && entry->file) reports.push_back({name, entry->file});
  if (reports.empty()) {
    messages_->Say(tr("No scenario has a report yet. Press Ctrl+F5 to run all."));
    return;
  }
  const QString to = QFileDialog::getSaveFileName(this, tr("Study as one page"), study.folder() + "/study.html", tr("HTML (*.html)"));
  if (to.isEmpty()) return;
  const QString title = study.title().isEmpty() ? QFileInfo(study.folder()).fileName() : study.title();
  QThreadPool::globalInstance()->start([window = QPointer<MainWindow>(this), title, reports, to] {
    const QString error = WriteBytes(to, StudyPageHtml(title, reports).toUtf8());
    QMetaObject::invokeMethod(qApp, [window, error, to] {
      if (window) window->messages()->Say(error.isEmpty() ? tr("Written: %1").arg(to) : error);
    });
  });
}

void MainWindow::FindSomething() {
  if (auto* page = qobject_cast<EditPage*>(stack_->currentWidget())) {
    page->FocusSearch();
    return;
  }
  bool given = false;
  const QString words = QInputDialog::getText(this, tr("Find"), tr("A rack, a job, a request"), QLineEdit::Normal, bench_->state()->filter(), &given);
  if (given) bench_->state()->SetFilter(words, true);
}

void MainWindow::ShowShortcuts() {
  QString rows;
  for (const QMenu* menu : menuBar()->findChildren<QMenu*>())
    for (const QAction* action : menu->actions())
      if (!action->shortcut().isEmpty())
        rows += QString("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>")
                    .arg(action->shortcut().toString(QKeySequence::NativeText).toHtmlEscaped(), action->text().toHtmlEscaped());
  rows += tr("<tr><td>Space</td><td>Play</td></tr><tr><td>← →</td><td>Step in time</td></tr><tr><td>F2, Delete</td><td>Edit, clear a property</td></tr>");
  QMessageBox::information(this, tr("Keys"), "<table>" + rows + "</table>");
}

}  // namespace headroom::gui
