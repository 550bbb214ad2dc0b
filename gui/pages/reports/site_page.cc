#include "gui/pages/reports/site_page.h"

#include <QtWidgets>
#include <cmath>

#include "gui/data/rack_metric.h"
#include "gui/pages/reports/view_panes.h"
#include "gui/study/study_state.h"
#include "gui/theme/figure_text.h"
#include "gui/views/diagram_view.h"
#include "gui/views/floor_plan_view.h"
#include "gui/views/report_watch.h"
#include "gui/views/series_plot.h"
#include "gui/views/view_frame.h"

namespace headroom::gui {
namespace {

QString Row(const QString& what, const QString& value) {
  return QString("<tr><td style='padding-right:12px'>%1</td><td align='right'>%2</td></tr>").arg(what, value);
}

}  // namespace

SitePage::SitePage(StudyState* state, QWidget* parent) : ReportPage(state, parent) {
  tabs_ = new QTabWidget;
  tabs_->setDocumentMode(true);
  tabs_->setAccessibleName(tr("Views of the site"));
  floors_ = new ViewPanes(state, [this](int report, Pane pane) {
    auto* view = new FloorPlanView(this->state());
    view->SetReport(report, pane);
    view->SetShade(static_cast<FloorPlanView::Shade>(shade_ ? shade_->currentIndex() : 0));
    return view;
  }, ViewPanes::Room::kFilled);
  tabs_->addTab(floors_, tr("Floor plan"));
  for (const auto& [kind, name] : {std::pair{&kPowerTree, tr("Power")}, {&kCooling, tr("Cooling")}, {&kNetwork, tr("Network")}})
    tabs_->addTab(new ViewPanes(state, [this, kind](int report, Pane pane) {
      auto* view = new DiagramView(this->state(), *kind);
      view->SetReport(report, pane);
      return view;
    }, ViewPanes::Room::kScrolled), name);

  auto* left = new QWidget;
  auto* column = new QVBoxLayout(left);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(MakeControls());
  column->addWidget(tabs_, 1);
  auto* split = new QSplitter(Qt::Horizontal);
  split->setObjectName("site_split");
  split->addWidget(left);
  split->addWidget(MakeSide());
  split->setStretchFactor(0, 3);
  split->setStretchFactor(1, 1);
  split->setSizes({860, 320});
  SetContent(split);
  connect(state, &StudyState::MetricChanged, this, &SitePage::FollowMetric);
  connect(state, &StudyState::SelectionChanged, this, &SitePage::FollowSelection);
  connect(state, &StudyState::TimeChanged, this, &SitePage::FollowSelection);
  connect(state, &StudyState::ReportsChanged, this, &SitePage::FollowReports);
  auto* watch = new ReportWatch(state, this);
  connect(watch, &ReportWatch::Arrived, this, &SitePage::FollowSelection);
  FollowReports();
}

QWidget* SitePage::MakeControls() {
  auto* bar = new QWidget;
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(12, 8, 12, 8);
  metric_ = new QComboBox;
  metric_->setAccessibleName(tr("Metric"));
  for (const RackMetric& m : AllRackMetrics()) {
    metric_->addItem(m.title, m.key);
    metric_->setItemData(metric_->count() - 1, m.help, Qt::ToolTipRole);
  }
  shade_ = new QComboBox;
  shade_->setAccessibleName(tr("What is coloured"));
  shade_->addItems({tr("value"), tr("used of limit"), tr("remaining to limit")});
  auto* metric_label = new QLabel(tr("&Metric"));
  metric_label->setBuddy(metric_);
  row->addWidget(metric_label);
  row->addWidget(metric_);
  row->addWidget(shade_);
  row->addStretch();
  connect(metric_, &QComboBox::activated, this, [this] { state()->SetMetric(metric_->currentData().toString()); });
  connect(shade_, &QComboBox::activated, this, [this](int index) {
    for (View* v : floors_->views()) static_cast<FloorPlanView*>(v)->SetShade(static_cast<FloorPlanView::Shade>(index));
  });
  connect(tabs_, &QTabWidget::currentChanged, bar, [bar](int tab) { bar->setEnabled(tab == 0); });
  return bar;
}

QWidget* SitePage::MakeSide() {
  auto* side = new QWidget;
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(12, 12, 12, 8);
  selected_ = new QLabel;
  selected_->setTextFormat(Qt::RichText);
  selected_->setWordWrap(true);
  selected_->setAccessibleName(tr("What is selected"));
  selected_->setAlignment(Qt::AlignTop);
  selected_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  plot_ = new SeriesPlot(state());
  column->addWidget(selected_, 1);
  column->addWidget(new ViewFrame(plot_, state()), 1);
  side->setMinimumWidth(240);
  return side;
}

void SitePage::FollowReports() {
  if (!state()->reports().empty())
    for (int i = 0; i < metric_->count(); ++i) {
      const bool there = HasMetric(*state()->reports().front().file, AllRackMetrics()[static_cast<std::size_t>(i)]);
      auto* item = qobject_cast<QStandardItemModel*>(metric_->model())->item(i);
      item->setEnabled(there);
    }
  FollowMetric();
}

void SitePage::FollowMetric() {
  const int at = metric_->findData(FindRackMetric(state()->metric()).key);
  metric_->setCurrentIndex(std::max(0, at));
  shade_->setEnabled(FindRackMetric(state()->metric()).has_limit);
  FollowSelection();
}

void SitePage::FollowSelection() {
  if (state()->reports().empty()) return;
  const ReportFile& file = *state()->reports().front().file;
  const SiteMap& site = file.site();
  const RackMetric& metric = FindRackMetric(state()->metric());
  const Selection& s = state()->selection();
  const int rack = s.kind == EntityKind::kRack ? site.FindRack(s.name) : -1;
  QString text;
  if (rack < 0) {
    text = tr("<b>%1</b><br>%2 in %3.<br>Click a rack, or walk with the arrow keys, to see it here.")
               .arg(state()->reports().front().label.toHtmlEscaped(), site.racks.size() == 1 ? tr("1 rack") : tr("%1 racks").arg(site.racks.size()),
                    site.systems.size() == 1 ? tr("1 system") : tr("%1 systems").arg(site.systems.size()));
    text += "<table>";
    for (const SiteMap::System& system : site.systems) text += Row(system.name.toHtmlEscaped() + " (" + system.type.toHtmlEscaped() + ")", tr("%1 racks").arg(system.racks));
    text += "</table>";
    if (plot_->property("rack").toString() != "site") plot_->SetSeries("site_power");
    plot_->setProperty("rack", "site");
  } else {
    const SiteMap::Rack& r = site.racks[static_cast<std::size_t>(rack)];
    text = QString("<b>%1</b> · %2<table>").arg(r.name, site.systems[static_cast<std::size_t>(r.system)].type.toHtmlEscaped());
    for (const RackMetric& m : AllRackMetrics()) {
      if (m.is_word || !HasMetric(file, m)) continue;
      const RackSource source = SourceOf(file, m, rack);
      if (source.series < 0) continue;
      const RowValues row = file.Row(source.series, file.RowAt(state()->time()));
      text += Row(m.title, row.empty() ? QStringLiteral("…") : FigureText(row.At(source.entity) * source.scale, m.unit));
    }
    text += Row(tr("Nameplate"), FigureText(r.nameplate, "W"));
    text += Row(tr("Workload"), site.WorkloadOf(rack).toHtmlEscaped());
    text += Row(tr("Nodes, accelerators"), QString("%1, %2").arg(r.nodes).arg(r.accelerators));
    if (r.pdu >= 0) text += Row(tr("PDU"), site.power[static_cast<std::size_t>(r.pdu)].name);
    text += Row(tr("Cooled by"), r.cdu >= 0 ? site.cdus[static_cast<std::size_t>(r.cdu)].name : tr("air"));
    text += Row(tr("Place"), QString("%1, %2").arg(FigureText(r.x, "m"), FigureText(r.y, "m")));
    text += Row(tr("Mass"), QString::number(r.mass, 'f', 0) + QChar(0x2009) + "kg");
    text += "</table>";
    const QString key = r.name + metric.key;
    const RackSource source = SourceOf(file, metric, rack);
    if (plot_->property("rack").toString() != key && source.series >= 0) {
      const SeriesSpec& spec = file.series(source.series).spec;
      const QString entity = source.entity < spec.entities.size() ? QString::fromStdString(spec.entities[source.entity]) : QString();
      plot_->SetLines(tr("%1 of %2").arg(metric.title, r.name), metric.unit, metric.help,
                      {{QString::fromStdString(spec.name), source.entity, {}, source.scale, entity}});
    }
    plot_->setProperty("rack", key);
  }
  if (selected_->text() != text) selected_->setText(text);
}

}  // namespace headroom::gui
