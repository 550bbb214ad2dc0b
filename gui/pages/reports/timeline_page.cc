#include "gui/pages/reports/timeline_page.h"

#include <QtWidgets>
#include <cmath>

#include "gui/data/report_file.h"
#include "gui/models/table_model.h"
#include "gui/pages/reports/view_panes.h"
#include "gui/study/study_state.h"
#include "gui/views/gantt_view.h"
#include "gui/views/report_watch.h"

namespace headroom::gui {

TimelinePage::TimelinePage(StudyState* state, QWidget* parent)
    : ReportPage(state, parent), which_(new QComboBox), filter_(new QLineEdit), rows_(new QTableView), model_(new TableModel(this)) {
  auto* gantt = new ViewPanes(state, [this](int report, Pane pane) {
    auto* view = new GanttView(this->state());
    view->SetReport(report, pane);
    return view;
  }, ViewPanes::Room::kFilled);
  which_->setAccessibleName(tr("Table"));
  filter_->setAccessibleName(tr("Filter of the table"));
  filter_->setPlaceholderText(tr("filter: a word, or a number"));
  filter_->setClearButtonEnabled(true);
  filter_->setMinimumWidth(220);
  filter_->setMaximumWidth(280);
  rows_->setModel(model_);
  rows_->setAccessibleName(tr("Rows"));
  rows_->setSortingEnabled(true);
  rows_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
  rows_->verticalHeader()->hide();
  rows_->setAlternatingRowColors(true);
  rows_->setSelectionBehavior(QAbstractItemView::SelectRows);
  rows_->setSelectionMode(QAbstractItemView::SingleSelection);
  rows_->setShowGrid(false);
  auto* save = new QPushButton(tr("CSV …"));
  save->setAccessibleName(tr("Save the table as CSV"));
  auto* below = new QWidget;
  auto* column = new QVBoxLayout(below);
  column->setContentsMargins(12, 8, 12, 8);
  auto* row = new QHBoxLayout;
  row->addWidget(which_);
  row->addWidget(filter_);
  said_ = new QLabel;
  said_->setObjectName("table_said");
  row->addWidget(said_, 1);
  row->addWidget(save);
  column->addLayout(row);
  column->addWidget(rows_);
  auto* split = new QSplitter(Qt::Vertical);
  split->setObjectName("timeline_split");
  split->addWidget(gantt);
  split->addWidget(below);
  split->setSizes({420, 260});
  SetContent(split);
  connect(state, &StudyState::ReportsChanged, this, &TimelinePage::List);
  connect(which_, &QComboBox::activated, this, &TimelinePage::Follow);
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) { this->state()->SetFilter(text); });
  connect(state, &StudyState::FilterChanged, this, [this](const QString& text) {
    if (filter_->text() != text) filter_->setText(text);
    model_->SetFilter(text);
  });
  connect(rows_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TimelinePage::Chosen);
  connect(save, &QPushButton::clicked, this, [this] {
    const QString path = QFileDialog::getSaveFileName(this, tr("Save table"), which_->currentText() + ".csv", tr("Tables (*.csv)"));
    if (path.isEmpty()) return;
    said_->setText(tr("saving %1 …").arg(path));
    model_->SaveCsv(path, [page = QPointer<TimelinePage>(this), path](const QString& error) {
      if (page) page->said_->setText(error.isEmpty() ? tr("saved %1").arg(path) : "■ " + error);
    });
  });
  connect(model_, &TableModel::BusyChanged, this, [this](bool busy) { said_->setText(busy ? tr("arranging rows …") : QString()); });
  auto* watch = new ReportWatch(state, this);
  connect(watch, &ReportWatch::Arrived, this, &TimelinePage::Follow);
  List();
}

void TimelinePage::List() {
  const QString before = which_->currentText();
  which_->clear();
  const auto& reports = state()->reports();
  for (int r = 0; r < static_cast<int>(reports.size()); ++r)
    for (const std::string& path : reports[static_cast<std::size_t>(r)].file->table_paths()) {
      const QString p = QString::fromStdString(path);
      if (p.startsWith("/site/") || p.startsWith("/windows/") || p.endsWith("/placements")) continue;
      QString title = p.section('/', -1) + (p.count('/') > 2 ? " – " + p.section('/', 2, 2) : QString());
      if (reports.size() > 1) title += " – " + reports[static_cast<std::size_t>(r)].label;
      which_->addItem(title, QVariantList{r, p});
    }
  int at = which_->findText(before);
  // Jobs, where there are any, are what a timeline is for.
  for (int i = 0; at < 0 && i < which_->count(); ++i)
    if (which_->itemText(i).startsWith("jobs")) at = i;
  which_->setCurrentIndex(std::max(0, at));
  Follow();
}

void TimelinePage::Follow() {
  const QVariantList data = which_->currentData().toList();
  if (data.size() != 2 || data[0].toInt() >= static_cast<int>(state()->reports().size())) return model_->Set(nullptr);
  const bool fresh = model_->rowCount() == 0;
  model_->Set(state()->reports()[static_cast<std::size_t>(data[0].toInt())].file->FindTable(data[1].toString().toStdString()));
  if (fresh && model_->rowCount() > 0 && model_->rowCount() < 100000) rows_->resizeColumnsToContents();
}

void TimelinePage::Chosen(const QModelIndex& index) {
  if (!index.isValid()) return;
  const QVariantList data = which_->currentData().toList();
  const QString path = data.value(1).toString();
  double at = std::nan("");
  QString id;
  for (int c = 0; c < model_->columnCount(); ++c) {
    const QString head = model_->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString();
    const QVariant value = model_->data(model_->index(index.row(), c), Qt::EditRole);
    if (std::isnan(at) && (head == "start" || head == "time" || head == "arrival" || head == "submit")) at = value.toDouble();
    if (head == "id") id = QString::number(value.toDouble(), 'f', 0);
  }
  if (std::isfinite(at)) state()->SetTime(at);
  if (path.endsWith("/jobs")) state()->SetSelection({EntityKind::kJob, path.section('/', 2, 2) + "/" + id});
  if (path.endsWith("/requests")) state()->SetSelection({EntityKind::kRequest, path.section('/', 2, 2) + "/" + id});
}

}  // namespace headroom::gui
