#include "gui/app/main_window.h"

#include <QUndoView>

#include "gui/app/message_bar.h"
#include "gui/app/page_table.h"
#include "gui/pages/page.h"
#include "gui/pages/workbench.h"
#include "gui/run/run_queue.h"
#include "gui/study/autosave.h"
#include "gui/study/study.h"
#include "gui/study/study_views.h"
#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"

namespace headroom::gui {

MainWindow::MainWindow(Workbench* bench, Autosave* autosave)
    : bench_(bench), autosave_(autosave), settings_(Settings::Load()), messages_(new MessageBar) {
  pages_.resize(Pages().size());
  stack_ = new QStackedWidget;
  auto* centre = new QWidget;
  auto* rows = new QVBoxLayout(centre);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  auto* columns = new QHBoxLayout;
  columns->setSpacing(0);
  columns->addWidget(MakeRail());
  columns->addWidget(stack_, 1);
  rows->addWidget(messages_);
  rows->addLayout(columns, 1);
  if (QWidget* bar = MakeTimeBar(bench->state())) rows->addWidget(bar);
  setCentralWidget(centre);
  setAcceptDrops(true);
  MakeMenus();
  MakeStatus();
  resize(1280, 800);
  restoreGeometry(settings_.geometry);
  restoreState(settings_.layout);
  connect(bench, &Workbench::Message, this, [this](const QString& text) { messages_->Say(text); });
  connect(bench, &Workbench::PageWanted, this, qOverload<const QString&>(&MainWindow::ShowPage));
  connect(bench->study(), &Study::ModifiedChanged, this, &MainWindow::UpdateTitle);
  connect(bench->study(), &Study::ScenariosChanged, this, &MainWindow::UpdateTitle);
  connect(autosave, &Autosave::Failed, this,
          [this](const QString& error) { messages_->Say(tr("Unsaved changes are not kept safe: %1").arg(error)); });
  UpdateTitle();
  OfferRecovery();
  if (!pages_.empty()) ShowPage(0);
}

QWidget* MainWindow::MakeRail() {
  auto* rail = new QWidget;
  rail->setFixedWidth(qRound(84 * settings_.text_scale));
  auto* column = new QVBoxLayout(rail);
  column->setContentsMargins(6, 8, 6, 8);
  column->setSpacing(2);
  rail_ = new QButtonGroup(this);
  for (std::size_t i = 0; i < Pages().size(); ++i) {
    const PageRow& row = Pages()[i];
    auto* button = new QToolButton;
    button->setText(row.glyph + "\n" + row.name);
    button->setAccessibleName(tr("Page %1").arg(row.name));
    button->setToolTip(tr("%1 (Ctrl+%2)").arg(row.name).arg(i + 1));
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setMinimumHeight(qRound(48 * settings_.text_scale));
    rail_->addButton(button, static_cast<int>(i));
    column->addWidget(button);
  }
  column->addStretch();
  connect(rail_, &QButtonGroup::idClicked, this, qOverload<int>(&MainWindow::ShowPage));
  return rail;
}

void MainWindow::MakeStatus() {
  status_ = new QLabel;
  statusBar()->addWidget(status_, 1);
  history_ = new QDockWidget(tr("History"), this);
  history_->setObjectName("history");
  auto* view = new QUndoView(bench_->study()->undo());
  view->setEmptyLabel(tr("as opened"));
  view->setAccessibleName(tr("History of changes"));
  history_->setWidget(view);
  addDockWidget(Qt::RightDockWidgetArea, history_);
  history_->hide();
  const auto update = [this] {
    int running = 0, waiting = 0;
    for (const Run& run : bench_->queue()->runs()) {
      running += run.state == RunState::kRunning;
      waiting += run.state == RunState::kQueued;
    }
    status_->setText(running + waiting > 0 ? tr("▶ %1 running, %2 waiting").arg(running).arg(waiting)
                                           : tr("%1 · F5 runs %2").arg(bench_->study()->folder(), bench_->current()));
  };
  connect(bench_->queue(), &RunQueue::Changed, this, update);
  connect(bench_->queue(), &RunQueue::Added, this, update);
  connect(bench_, &Workbench::CurrentChanged, this, update);
  connect(bench_->queue(), &RunQueue::Ended, this, [this](int id) {
    const Run* run = bench_->queue()->Find(id);
    if (run != nullptr && !run->message.isEmpty() && run->state != RunState::kCancelled)
      messages_->Say(tr("%1: %2").arg(run->subject, run->message));
  });
  update();
}

int MainWindow::current_page() const { return rail_->checkedId(); }

void MainWindow::ShowPage(int index) {
  if (index < 0 || index >= page_count()) return;
  Page*& page = pages_[static_cast<std::size_t>(index)];
  if (page == nullptr) {
    page = Pages()[static_cast<std::size_t>(index)].make(bench_);
    stack_->addWidget(page);
  }
  rail_->button(index)->setChecked(true);
  stack_->setCurrentWidget(page);
  page->Enter();
}

void MainWindow::ShowPage(const QString& name) {
  for (std::size_t i = 0; i < Pages().size(); ++i)
    if (Pages()[i].name == name) ShowPage(static_cast<int>(i));
}

void MainWindow::UpdateTitle() {
  const Study& study = *bench_->study();
  setWindowTitle(QString("%1[*] – Headroom").arg(study.title().isEmpty() ? QFileInfo(study.folder()).fileName() : study.title()));
  setWindowModified(study.modified());
}

void MainWindow::OfferRecovery() {
  if (autosave_->elsewhere()) {
    messages_->Say(tr("This study is open in another window. What both save, the later one keeps."));
  } else if (autosave_->recoverable()) {
    messages_->Say(tr("An earlier window ended before its changes were saved. They are kept."),
                   {{tr("Restore"), [this] { autosave_->Recover(); }},
                    {tr("Discard"), [this] { autosave_->Discard(); }}});
  } else {
    QStringList notes = bench_->study()->notes();
    if (const QString problem = bench_->views()->problem(); !problem.isEmpty()) notes << problem;
    if (!notes.isEmpty()) messages_->Say(notes.join('\n'));
  }
}

void MainWindow::SetDark(bool dark) {
  settings_.dark = dark;
  ApplyTheme(*qApp, dark ? Theme::Dark() : Theme::Light(), settings_.text_scale);
}

void MainWindow::SetTextScale(double scale) {
  settings_.text_scale = std::clamp(scale, 0.7, 2.5);
  ApplyTheme(*qApp, settings_.dark ? Theme::Dark() : Theme::Light(), settings_.text_scale);
}

bool MainWindow::MayClose() {
  if (!bench_->study()->modified()) return true;
  const auto answer = QMessageBox::question(this, tr("Unsaved changes"), tr("Save the changes of this study?"),
                                            QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Save);
  if (answer == QMessageBox::Discard) return true;
  return answer == QMessageBox::Save && bench_->Save();
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!MayClose()) {
    event->ignore();
    return;
  }
  settings_.geometry = saveGeometry();
  settings_.layout = saveState();
  settings_.Save();
  QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  if (!urls.isEmpty() && urls.front().isLocalFile() && MayClose()) emit OpenWanted(urls.front().toLocalFile());
}

}  // namespace headroom::gui
