#include "gui/pages/reports/report_page.h"

#include <QtWidgets>

#include "gui/study/study_state.h"

namespace headroom::gui {

ReportPage::ReportPage(StudyState* state, QWidget* parent) : Page(state, parent), stack_(new QStackedWidget) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(stack_);
  auto* empty = new QLabel(tr("No report is shown. Run a variant (F5) on the page Runs, or open a report (Ctrl+O)."));
  empty->setAlignment(Qt::AlignCenter);
  empty->setWordWrap(true);
  empty->setForegroundRole(QPalette::PlaceholderText);
  stack_->addWidget(empty);
  connect(state, &StudyState::ReportsChanged, this, &ReportPage::Follow);
}

void ReportPage::SetContent(QWidget* content) {
  stack_->addWidget(content);
  Follow();
}

QString ReportPage::emptyState() const {
  return state()->reports().empty() ? qobject_cast<QLabel*>(stack_->widget(0))->text() : QString();
}

void ReportPage::Follow() {
  if (stack_->count() > 1) stack_->setCurrentIndex(state()->reports().empty() ? 0 : 1);
}

}  // namespace headroom::gui
