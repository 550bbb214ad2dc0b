#include "gui/app/main_window.h"

#include "gui/app/page_table.h"
#include "gui/pages/page.h"
#include "gui/study/study_state.h"

namespace headroom::gui {

MainWindow::MainWindow(Study* study, StudyState* state) : study_(study), state_(state) {
  setWindowTitle(tr("Headroom"));
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
  rows->addLayout(columns, 1);
  if (QWidget* bar = MakeTimeBar(state_)) rows->addWidget(bar);
  setCentralWidget(centre);
  statusBar();
  resize(1280, 800);
  if (!pages_.empty()) ShowPage(0);
}

QWidget* MainWindow::MakeRail() {
  auto* rail = new QWidget;
  rail->setFixedWidth(88);
  auto* column = new QVBoxLayout(rail);
  column->setContentsMargins(4, 8, 4, 8);
  column->setSpacing(4);
  rail_ = new QButtonGroup(this);
  for (std::size_t i = 0; i < Pages().size(); ++i) {
    const PageRow& row = Pages()[i];
    auto* button = new QToolButton;
    button->setText(row.glyph + "\n" + row.name);
    button->setAccessibleName(tr("Page %1").arg(row.name));
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    rail_->addButton(button, static_cast<int>(i));
    column->addWidget(button);
  }
  column->addStretch();
  connect(rail_, &QButtonGroup::idClicked, this, &MainWindow::ShowPage);
  return rail;
}

void MainWindow::ShowPage(int index) {
  Page*& page = pages_[static_cast<std::size_t>(index)];
  if (page == nullptr) {
    page = Pages()[static_cast<std::size_t>(index)].make(study_, state_);
    stack_->addWidget(page);
  }
  rail_->button(index)->setChecked(true);
  page->Enter();
  stack_->setCurrentWidget(page);
}

}  // namespace headroom::gui
