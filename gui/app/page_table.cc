#include "gui/app/page_table.h"

#include "gui/pages/edit_page.h"
#include "gui/pages/reports/compare_page.h"
#include "gui/pages/reports/plots_page.h"
#include "gui/pages/reports/site_page.h"
#include "gui/pages/reports/sweep_results_page.h"
#include "gui/pages/reports/timeline_page.h"
#include "gui/pages/runs_page.h"
#include "gui/pages/study_page.h"
#include "gui/pages/sweep_page.h"
#include "gui/pages/workbench.h"
#include "gui/run/study_reports.h"
#include "gui/study/study_views.h"
#include "gui/views/time_bar.h"

namespace headroom::gui {
namespace {

Page* MakeResults(Workbench* bench) {
  auto* page = new SweepResultsPage(bench->state());
  QObject::connect(page, &SweepResultsPage::ReportWanted, bench->reports(), &StudyReports::ShowFile);
  QObject::connect(bench, &Workbench::SweepCollected, page, &SweepResultsPage::Open);
  const QString collected = bench->CollectedSweep();
  if (!collected.isEmpty()) page->Open(collected);
  return page;
}

Page* MakePlots(Workbench* bench) {
  auto* page = new PlotsPage(bench->state());
  if (!bench->views()->plots().isEmpty()) page->SetShown(bench->views()->plots());
  QObject::connect(page, &PlotsPage::ShownChanged, bench->views(), &StudyViews::SetPlots);
  return page;
}

Page* MakeCompare(Workbench* bench) {
  auto* page = new ComparePage(bench->state());
  page->SetMultiples(bench->views()->multiples());
  QObject::connect(page, &ComparePage::MultiplesChanged, bench->views(), &StudyViews::SetMultiples);
  return page;
}

}  // namespace

const std::vector<PageRow>& Pages() {
  static const std::vector<PageRow> rows = {
      {"Study", "▤", [](Workbench* b) -> Page* { return new StudyPage(b); }},
      {"Edit", "✎", [](Workbench* b) -> Page* { return new EditPage(b); }},
      {"Runs", "▶", [](Workbench* b) -> Page* { return new RunsPage(b); }},
      {"Site", "▦", [](Workbench* b) -> Page* { return new SitePage(b->state()); }},
      {"Plots", "∿", MakePlots},
      {"Timeline", "≡", [](Workbench* b) -> Page* { return new TimelinePage(b->state()); }},
      {"Compare", "⇄", MakeCompare},
      {"Sweep", "⁘", [](Workbench* b) -> Page* { return new SweepPage(b); }},
      {"Results", "◢", MakeResults},
  };
  return rows;
}

QWidget* MakeTimeBar(StudyState* state) { return new TimeBar(state); }

}  // namespace headroom::gui
