#include "gui/pages/reports/sweep_results_page.h"

#include <QtWidgets>

#include "analysis/compare/direction.h"
#include "gui/data/sweep_results.h"
#include "gui/study/study_state.h"
#include "gui/views/sweep_view.h"
#include "gui/views/view_frame.h"

namespace headroom::gui {
namespace {

/// The figure that most sweeps are about, of those that vary.
int Telling(const SweepResults& s, int other) {
  for (const char* ending : {".tokens_per_second", ".cost_per_token", ".step_time", ".goodput", "site.pue", "site.power.peak", "site.cost.total"})
    for (std::size_t a = 0; a < s.axes.size(); ++a)
      if (static_cast<int>(a) != other && !s.axes[a].varied && !s.axes[a].constant() && s.axes[a].name.endsWith(QLatin1String(ending))) return static_cast<int>(a);
  for (std::size_t a = 0; a < s.axes.size(); ++a)
    if (static_cast<int>(a) != other && !s.axes[a].varied && !s.axes[a].constant()) return static_cast<int>(a);
  return s.axes.empty() ? -1 : 0;
}

}  // namespace

SweepResultsPage::SweepResultsPage(StudyState* state, QWidget* parent)
    : Page(state, parent), message_(new QLabel), tabs_(new QTabWidget), table_(new QTableView) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(MakeControls());
  message_->setWordWrap(true);
  message_->setAlignment(Qt::AlignCenter);
  message_->setContentsMargins(12, 12, 12, 12);
  column->addWidget(message_);
  column->addWidget(tabs_, 1);
  tabs_->setDocumentMode(true);
  tabs_->setAccessibleName(tr("Views of the sweep"));
  const auto add = [&](SweepView* view, const QString& title) {
    views_.push_back(view);
    tabs_->addTab(new ViewFrame(view, state), title);
    connect(view, &SweepView::PointChosen, this, [this](int point) {
      for (SweepView* v : views_) v->SetPoint(point);
      table_->selectRow(point);
    });
    connect(view, &SweepView::PointOpened, this, &SweepResultsPage::OpenPoint);
  };
  add(new ScatterView(state), tr("Scatter"));
  add(new ParallelView(state), tr("Parallel coordinates"));
  add(new HeatMapView(state), tr("Heat map"));
  table_->setAccessibleName(tr("Points of the sweep"));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->verticalHeader()->hide();
  table_->setAlternatingRowColors(true);
  tabs_->addTab(table_, tr("Points"));
  connect(table_, &QTableView::activated, this, [this](const QModelIndex& i) { OpenPoint(i.row()); });
  connect(&loader_, &ReportLoader::SweepLoaded, this, [this](const QString&, std::shared_ptr<const SweepResults> s) { SetSweep(std::move(s)); });
  connect(&loader_, &ReportLoader::Failed, this, [this](const QString&, const QString& message) { SetMessage(message); });
  SetMessage(emptyState());
}

QWidget* SweepResultsPage::MakeControls() {
  auto* bar = new QWidget;
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(12, 8, 12, 8);
  const auto combo = [&](const QString& text) {
    auto* box = new QComboBox;
    box->setAccessibleName(text);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(18);
    auto* label = new QLabel(text);
    label->setBuddy(box);
    row->addWidget(label);
    row->addWidget(box, 1);
    connect(box, &QComboBox::activated, this, &SweepResultsPage::Choose);
    return box;
  };
  const auto more = [&](const QString& name) {
    auto* box = new QCheckBox(tr("more is better"));
    box->setAccessibleName(name);
    row->addWidget(box);
    connect(box, &QCheckBox::clicked, this, &SweepResultsPage::Choose);
    return box;
  };
  x_ = combo(tr("Across"));
  more_x_ = more(tr("More of the axis across is better"));
  y_ = combo(tr("Up"));
  more_y_ = more(tr("More of the axis up is better"));
  colour_ = combo(tr("Colour"));
  auto* open = new QPushButton(tr("Open …"));
  open->setAccessibleName(tr("Open a collected sweep"));
  row->addWidget(open);
  connect(open, &QPushButton::clicked, this, [this] {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a collected sweep"), {}, tr("Collected sweeps (sweep.h5 *.h5)"));
    if (!path.isEmpty()) Open(path);
  });
  return bar;
}

QString SweepResultsPage::emptyState() const {
  return sweep_ ? QString() : tr("No sweep is open. Define and run one, or open the sweep.h5 of a sweep's folder.");
}

void SweepResultsPage::Open(const QString& path) {
  SetMessage(tr("Reading %1 …").arg(path));
  loader_.LoadSweep(QFileInfo(path).isDir() ? path + "/sweep.h5" : path);
}

void SweepResultsPage::SetMessage(const QString& message) {
  message_->setText(message);
  message_->setVisible(!message.isEmpty());
  tabs_->setVisible(sweep_ != nullptr);
}

void SweepResultsPage::SetSweep(std::shared_ptr<const SweepResults> sweep) {
  const QString x = x_->currentData().toString(), y = y_->currentData().toString(), c = colour_->currentData().toString();
  sweep_ = std::move(sweep);
  for (QComboBox* box : {x_, y_, colour_}) {
    box->clear();
    for (const auto& a : sweep_->axes)
      if (!a.constant()) box->addItem(a.name, a.name);
  }
  int first = -1, second = -1;
  for (std::size_t a = 0; a < sweep_->axes.size(); ++a)
    if (sweep_->axes[a].varied && !sweep_->axes[a].constant()) (first < 0 ? first : second) = static_cast<int>(a);
  const auto pick = [&](QComboBox* box, const QString& before, int otherwise) {
    int at = before.isEmpty() ? -1 : box->findData(before);
    if (at < 0 && otherwise >= 0) at = box->findData(sweep_->axes[static_cast<std::size_t>(otherwise)].name);
    box->setCurrentIndex(std::max(0, at));
  };
  pick(x_, x, first);
  pick(y_, y, Telling(*sweep_, first));
  pick(colour_, c, second);
  more_x_->setChecked(report::DirectionOf(x_->currentText().toStdString()) == report::Direction::kMore);
  more_y_->setChecked(report::DirectionOf(y_->currentText().toStdString()) == report::Direction::kMore);
  for (SweepView* v : views_) v->SetSweep(sweep_);
  SetMessage({});
  Choose();
  table_->setModel(views_.front()->table());
  table_->resizeColumnsToContents();
}

void SweepResultsPage::Choose() {
  if (!sweep_) return;
  const auto* asked = qobject_cast<QComboBox*>(sender());
  if (asked == x_) more_x_->setChecked(report::DirectionOf(x_->currentText().toStdString()) == report::Direction::kMore);
  if (asked == y_) more_y_->setChecked(report::DirectionOf(y_->currentText().toStdString()) == report::Direction::kMore);
  const int x = sweep_->FindAxis(x_->currentText()), y = sweep_->FindAxis(y_->currentText()), c = sweep_->FindAxis(colour_->currentText());
  for (SweepView* v : views_) {
    v->SetBetter(more_x_->isChecked(), more_y_->isChecked());
    v->SetAxes(x, y, c);
  }
  // A heat map is over two parameters: the chosen ones that were varied, then the others.
  std::vector<int> varied;
  for (const int a : {x, y, c})
    if (a >= 0 && sweep_->axes[static_cast<std::size_t>(a)].varied) varied.push_back(a);
  for (std::size_t a = 0; a < sweep_->axes.size(); ++a)
    if (sweep_->axes[a].varied && !sweep_->axes[a].constant() && std::find(varied.begin(), varied.end(), static_cast<int>(a)) == varied.end()) varied.push_back(static_cast<int>(a));
  int figure = -1;
  for (const int a : {y, c, x})
    if (figure < 0 && a >= 0 && !sweep_->axes[static_cast<std::size_t>(a)].varied) figure = a;
  if (varied.size() >= 2) views_[2]->SetAxes(varied[0], varied[1], figure);
}

void SweepResultsPage::OpenPoint(int point) {
  const QString path = sweep_ && point >= 0 ? sweep_->ReportPath(static_cast<std::size_t>(point)) : QString();
  if (path.isEmpty())
    SetMessage(tr("Point %1 has no report: it is %2.").arg(point).arg(sweep_ ? sweep_->status.at(static_cast<std::size_t>(point)) : QString()));
  else
    emit ReportWanted(path);
}

}  // namespace headroom::gui
