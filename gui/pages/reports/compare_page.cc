#include "gui/pages/reports/compare_page.h"

#include <QtWidgets>

#include "gui/data/report_file.h"
#include "gui/models/comparison_model.h"
#include "gui/models/rows_model.h"
#include "gui/study/study_state.h"
#include "gui/views/export.h"
#include "gui/views/series_plot.h"
#include "gui/views/view_frame.h"

namespace headroom::gui {

ComparePage::ComparePage(StudyState* state, QWidget* parent)
    : ReportPage(state, parent), figures_(new ComparisonModel(this)), inputs_(new RowsModel(this)), tree_(new QTreeView), differs_(new QTableView), plot_(new SeriesPlot(state)) {
  tree_->setModel(figures_);
  tree_->setAccessibleName(tr("Figures"));
  tree_->setAlternatingRowColors(true);
  tree_->setUniformRowHeights(true);
  differs_->setModel(inputs_);
  differs_->setAccessibleName(tr("What differs in the scenarios"));
  differs_->verticalHeader()->hide();
  differs_->setShowGrid(false);
  differs_->setAlternatingRowColors(true);
  differs_->horizontalHeader()->setStretchLastSection(true);
  auto* right = new QWidget;
  auto* column = new QVBoxLayout(right);
  column->setContentsMargins(8, 8, 8, 8);
  column->addWidget(new QLabel(tr("<b>What differs in the scenarios</b>")));
  column->addWidget(differs_, 1);
  column->addWidget(new ViewFrame(plot_, state), 1);
  auto* left = new QWidget;
  auto* rows = new QVBoxLayout(left);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  rows->addWidget(MakeControls());
  rows->addWidget(tree_, 1);
  auto* split = new QSplitter(Qt::Horizontal);
  split->setObjectName("compare_split");
  split->addWidget(left);
  split->addWidget(right);
  split->setStretchFactor(0, 3);
  split->setSizes({720, 420});
  SetContent(split);
  plot_->SetSeries("site_power");
  connect(state, &StudyState::ReportsChanged, this, &ComparePage::Follow);
  Follow();
}

QWidget* ComparePage::MakeControls() {
  auto* bar = new QWidget;
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(12, 8, 12, 8);
  mode_ = new QButtonGroup(this);
  int id = 0;
  for (const QString& text : {tr("Overlay"), tr("Side by side"), tr("Difference")}) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setAccessibleName(tr("Compare: %1").arg(text));
    button->setCheckable(true);
    button->setToolTip(tr("How every view shows several reports (Ctrl+D changes it)"));
    mode_->addButton(button, id++);
    row->addWidget(button);
  }
  mode_->button(static_cast<int>(state()->compare_mode()))->setChecked(true);
  row->addStretch();
  auto* filter = new QLineEdit;
  filter->setPlaceholderText(tr("filter figures"));
  filter->setAccessibleName(tr("Filter of figures"));
  filter->setClearButtonEnabled(true);
  filter->setMaximumWidth(220);
  row->addWidget(filter);
  auto* save = new QPushButton(tr("CSV …"));
  save->setAccessibleName(tr("Save the comparison as CSV"));
  row->addWidget(save);
  connect(mode_, &QButtonGroup::idClicked, this, [this](int mode) { state()->SetCompareMode(static_cast<CompareMode>(mode)); });
  connect(state(), &StudyState::CompareModeChanged, this, [this](CompareMode mode) { mode_->button(static_cast<int>(mode))->setChecked(true); });
  connect(filter, &QLineEdit::textChanged, this, [this](const QString& text) {
    figures_->SetFilter(text);
    tree_->expandAll();
  });
  connect(save, &QPushButton::clicked, this, [this] {
    const QString path = QFileDialog::getSaveFileName(this, tr("Save comparison"), "comparison.csv", tr("Tables (*.csv)"));
    if (path.isEmpty()) return;
    const QString error = SaveText(QString::fromStdString(report::ComparisonCsv(figures_->comparison())), path);
    if (!error.isEmpty()) QMessageBox::warning(this, tr("Not saved"), error);
  });
  return bar;
}

QString ComparePage::emptyState() const {
  if (state()->reports().size() == 1) return tr("One report is shown. Show a second one on the page Runs to compare them.");
  return ReportPage::emptyState();
}

void ComparePage::Follow() {
  std::vector<const report::Report*> reports;
  QStringList labels;
  for (const OpenReport& r : state()->reports()) reports.push_back(&r.file->report());
  report::Comparison c = reports.empty() ? report::Comparison{} : report::Compare(reports);
  // Repeats of one scenario share a column; its first report names it.
  for (const report::ComparedColumn& column : c.columns) {
    QString label;
    for (const OpenReport& r : state()->reports())
      if (label.isEmpty() && r.file->path().toStdString() == column.files.front()) label = r.label;
    labels << (column.files.size() > 1 ? tr("%1 (×%2)").arg(label).arg(column.files.size()) : label);
  }
  std::vector<RowsModel::Row> rows;
  for (const report::InputDifference& d : c.inputs) {
    RowsModel::Row row{TextCell(QString::fromStdString(d.path))};
    for (const std::string& v : d.values) row.push_back(TextCell(QString::fromStdString(v)));
    rows.push_back(std::move(row));
  }
  inputs_->Set(QStringList{tr("key")} + labels, std::move(rows));
  differs_->resizeColumnsToContents();
  figures_->Set(std::move(c), labels);
  tree_->expandAll();
  tree_->setColumnWidth(0, 240);
  for (int k = 1; k < figures_->columnCount(); ++k) tree_->resizeColumnToContents(k);
}

}  // namespace headroom::gui
