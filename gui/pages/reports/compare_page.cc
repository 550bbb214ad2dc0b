#include "gui/pages/reports/compare_page.h"

#include <QtWidgets>

#include "gui/data/report_file.h"
#include "gui/models/comparison_model.h"
#include "gui/models/rows_model.h"
#include "gui/study/study_state.h"
#include "gui/pages/reports/plots_page.h"
#include "gui/pages/reports/view_panes.h"
#include "gui/views/diagram_view.h"
#include "gui/views/export.h"
#include "gui/views/floor_plan_view.h"
#include "gui/views/gantt_view.h"
#include "gui/views/series_plot.h"
#include "gui/views/view_frame.h"

namespace headroom::gui {

ComparePage::ComparePage(StudyState* state, QWidget* parent)
    : ReportPage(state, parent), figures_(new ComparisonModel(this)), inputs_(new RowsModel(this)), tree_(new QTreeView), differs_(new QTableView), plot_(new SeriesPlot(state)) {
  tree_->setModel(figures_);
  tree_->setAccessibleName(tr("Figures"));
  tree_->setObjectName("figures");
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
  split->setSizes({790, 380});
  tabs_ = new QTabWidget;
  tabs_->setObjectName("compare_tabs");
  tabs_->setDocumentMode(true);
  tabs_->setAccessibleName(tr("Figures or small multiples"));
  tabs_->addTab(split, tr("Figures"));
  tabs_->addTab(MakeMultiples(), tr("Small multiples"));
  SetContent(tabs_);
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

QWidget* ComparePage::MakeMultiples() {
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* bar = new QWidget;
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(12, 8, 12, 8);
  which_ = new QComboBox;
  which_->setObjectName("multiples");
  which_->setAccessibleName(tr("View of the grid"));
  which_->setMinimumWidth(220);
  auto* label = new QLabel(tr("&View"));
  label->setBuddy(which_);
  row->addWidget(label);
  row->addWidget(which_);
  row->addWidget(new QLabel(tr("of each scenario that is shown, at the time and range of the bar below")));
  row->addStretch();
  grid_ = new ViewPanes(state(), [this](int report, Pane pane) -> View* {
    const auto made = [&](auto* view) {
      view->SetReport(report, pane);
      return view;
    };
    if (multiples_ == "power") return made(new DiagramView(state(), kPowerTree));
    if (multiples_ == "cooling") return made(new DiagramView(state(), kCooling));
    if (multiples_ == "network") return made(new DiagramView(state(), kNetwork));
    if (multiples_ == "work") return made(new GanttView(state()));
    if (multiples_.contains(':')) return MakePlot(state(), multiples_, report, pane);
    return made(new FloorPlanView(state()));
  }, ViewPanes::Room::kScrolled);
  grid_->SetApart(true);
  column->addWidget(bar);
  column->addWidget(grid_, 1);
  connect(which_, &QComboBox::activated, this, [this] {
    SetMultiples(which_->currentData().toString());
    emit MultiplesChanged(multiples_);
  });
  return page;
}

void ComparePage::ListMultiples() {
  which_->clear();
  for (const auto& [key, title] : {std::pair{"floor", tr("Floor plan")}, {"power", tr("Power tree")}, {"cooling", tr("Cooling")}, {"network", tr("Network")}, {"work", tr("Work over time")}})
    which_->addItem(title, QString(key));
  for (const PlotOffer& offer : PlotOffers(*state())) which_->addItem(offer.title, offer.key);
  which_->setCurrentIndex(std::max(0, which_->findData(multiples_)));
}

void ComparePage::SetMultiples(const QString& key) {
  if (key.isEmpty() || key == multiples_) return;
  multiples_ = key;
  which_->setCurrentIndex(std::max(0, which_->findData(key)));
  grid_->Renew();
}

QString ComparePage::emptyState() const {
  if (state()->reports().size() == 1) return tr("One report is shown. Show a second one on the page Runs to compare them.");
  return ReportPage::emptyState();
}

void ComparePage::Follow() {
  ListMultiples();
  // Scenarios are read again for what differs in them: not here.
  QThreadPool::globalInstance()->start([page = QPointer<ComparePage>(this), number = ++asked_, shown = state()->reports()] {
    std::vector<const report::Report*> reports;
    for (const OpenReport& r : shown) reports.push_back(&r.file->report());
    auto comparison = std::make_shared<report::Comparison>(reports.empty() ? report::Comparison{} : report::Compare(reports));
    QMetaObject::invokeMethod(qApp, [page, number, comparison] {
      if (page && page->asked_ == number) page->Show(std::move(*comparison));
    });
  });
}

void ComparePage::Show(report::Comparison c) {
  QStringList labels;
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
  // Words that may be longer than those in sight.
  for (int k = 5; k < figures_->columnCount(); k += 4) tree_->setColumnWidth(k, fontMetrics().horizontalAdvance("▲ different") + 24);
}

}  // namespace headroom::gui
