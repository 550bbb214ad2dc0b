#include "gui/pages/reports/plots_page.h"

#include <QtWidgets>

#include "gui/data/report_file.h"
#include "gui/study/study_state.h"
#include "gui/views/breakdown_view.h"
#include "gui/views/series_plot.h"
#include "gui/views/table_plots.h"
#include "gui/views/view_frame.h"

namespace headroom::gui {
namespace {

constexpr int kHeight = 220;

}  // namespace

std::vector<PlotOffer> PlotOffers(const StudyState& state) {
  using Offer = PlotOffer;
  std::vector<Offer> out;
  const auto add = [&](const QString& key, const QString& title) {
    for (const Offer& o : out)
      if (o.key == key) return;
    out.push_back({key, title});
  };
  for (const OpenReport& r : state.reports())
    for (int s = 0; s < r.file->series_count(); ++s) {
      const QString name = QString::fromStdString(r.file->series(s).spec.name);
      add("series:" + name, SeriesTitle(name));
    }
  for (const QString& stem : BreakdownView::Stems(state)) add("parts:" + stem, BreakdownView::TitleOf(stem));
  for (const OpenReport& r : state.reports())
    for (const std::string& path : r.file->table_paths()) {
      const QString p = QString::fromStdString(path);
      if (p.endsWith("/requests")) add("latency:" + p, QObject::tr("Latency of %1").arg(p.section('/', 2, 2)));
      if (p.startsWith("/windows/") && p.endsWith("/power")) add("window:" + p, QObject::tr("Window %1").arg(p.section('/', 2, 2)));
      if (p.endsWith("/spectrum")) add("spectrum:" + p, QObject::tr("Spectrum of window %1").arg(p.section('/', 2, 2)));
    }
  return out;
}

View* MakePlot(StudyState* state, const QString& key, int report, Pane pane) {
  const QString what = key.section(':', 0, 0), name = key.section(':', 1);
  if (what == "series") {
    auto* plot = new SeriesPlot(state);
    plot->SetSeries(name);
    plot->SetReport(pane == Pane::kOverlay ? -1 : report, pane == Pane::kDifference);
    return plot;
  }
  if (what == "parts") {
    auto* view = new BreakdownView(state);
    view->SetStem(name);
    view->SetReport(std::max(0, report), pane);
    return view;
  }
  auto* plot = new TablePlot(state, what == "latency" ? kLatencyPlot : what == "window" ? kWindowPlot : kSpectrumPlot);
  plot->SetTable(name);
  plot->SetReport(std::max(0, report), pane);
  return plot;
}

PlotsPage::PlotsPage(StudyState* state, QWidget* parent)
    : ReportPage(state, parent), list_(new QListWidget), chosen_{"series:site_power", "series:utilisation", "series:die_temperature", "series:tokens_per_second"} {
  list_->setAccessibleName(tr("What is plotted"));
  list_->setMinimumWidth(180);
  auto* holder = new QWidget;
  plots_ = new QVBoxLayout(holder);
  plots_->setContentsMargins(0, 0, 0, 0);
  plots_->setSpacing(1);
  auto* area = new QScrollArea;
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setFocusPolicy(Qt::NoFocus);
  area->setWidget(holder);
  auto* split = new QSplitter(Qt::Horizontal);
  split->setObjectName("plots_split");
  split->addWidget(list_);
  split->addWidget(area);
  split->setStretchFactor(1, 1);
  split->setSizes({200, 900});
  SetContent(split);
  connect(list_, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
    const QString key = item->data(Qt::UserRole).toString();
    chosen_.removeAll(key);
    if (item->checkState() == Qt::Checked) chosen_ << key;
    Remake();
    emit ShownChanged(chosen_);
  });
  connect(state, &StudyState::ReportsChanged, this, [this] {
    List();
    Remake();
  });
  connect(state, &StudyState::CompareModeChanged, this, [this] {
    made_.clear();
    Remake();
  });
  List();
  Remake();
}

void PlotsPage::List() {
  const QSignalBlocker quiet(list_);
  list_->clear();
  for (const PlotOffer& o : PlotOffers(*state())) {
    auto* item = new QListWidgetItem(o.title, list_);
    item->setData(Qt::UserRole, o.key);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(chosen_.contains(o.key) ? Qt::Checked : Qt::Unchecked);
  }
}

QStringList PlotsPage::shown() const { return chosen_; }

void PlotsPage::SetShown(const QStringList& keys) {
  if (keys == chosen_) return;
  chosen_ = keys;
  List();
  Remake();
}

void PlotsPage::AddPlots(const QString& key) {
  const int count = static_cast<int>(state()->reports().size());
  const CompareMode mode = count > 1 ? state()->compare_mode() : CompareMode::kOverlay;
  auto* row = new QWidget;
  auto* columns = new QHBoxLayout(row);
  columns->setContentsMargins(0, 0, 0, 0);
  columns->setSpacing(1);
  const bool parts = key.startsWith("parts:");
  const auto add = [&](int report, Pane pane) {
    View* view = MakePlot(state(), key, report, pane);
    auto* frame = new ViewFrame(view, state());
    frame->setMinimumHeight(parts ? view->sizeHint().height() : kHeight);
    columns->addWidget(frame);
  };
  // Series show their differences in one plot.
  if (mode == CompareMode::kOverlay || (mode == CompareMode::kDifference && key.startsWith("series:"))) {
    add(-1, Pane::kOverlay);
  } else {
    for (int r = mode == CompareMode::kDifference ? 1 : 0; r < count; ++r) add(r, mode == CompareMode::kDifference ? Pane::kDifference : Pane::kOne);
  }
  plots_->addWidget(row, parts ? 0 : 1);
}

void PlotsPage::Remake() {
  QStringList due;
  for (const PlotOffer& o : PlotOffers(*state()))
    if (chosen_.contains(o.key)) due << o.key;
  const QString mark = QString::number(state()->reports().size());
  if (due + QStringList{mark} == made_) return;
  made_ = due + QStringList{mark};
  QLayoutItem* item;
  while ((item = plots_->takeAt(0))) {
    if (item->widget()) {
      item->widget()->hide();
      item->widget()->deleteLater();
    }
    delete item;
  }
  for (const QString& key : due) AddPlots(key);
  if (due.isEmpty()) {
    auto* hint = new QLabel(tr("Check what to plot in the list at the left."));
    hint->setAlignment(Qt::AlignCenter);
    plots_->addWidget(hint, 1);
  }
}

}  // namespace headroom::gui
