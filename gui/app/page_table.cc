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

}  // namespace

const std::vector<PageRow>& Pages() {
  static const std::vector<PageRow> rows = {
      {"Study", "▤", [](Workbench* b) -> Page* { return new StudyPage(b); }},
      {"Edit", "✎", [](Workbench* b) -> Page* { return new EditPage(b); }},
      {"Runs", "▶", [](Workbench* b) -> Page* { return new RunsPage(b); }},
      {"Site", "▦", [](Workbench* b) -> Page* { return new SitePage(b->state()); }},
      {"Plots", "∿", [](Workbench* b) -> Page* { return new PlotsPage(b->state()); }},
      {"Timeline", "≡", [](Workbench* b) -> Page* { return new TimelinePage(b->state()); }},
      {"Compare", "⇄", [](Workbench* b) -> Page* { return new ComparePage(b->state()); }},
      {"Sweep", "⁘", [](Workbench* b) -> Page* { return new SweepPage(b); }},
      {"Results", "◢", MakeResults},
  };
  return rows;
}

QWidget* MakeTimeBar(StudyState* state) { return new TimeBar(state); }

}  // namespace headroom::gui
