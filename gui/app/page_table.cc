#include "gui/app/page_table.h"

#include "gui/pages/edit_page.h"
#include "gui/pages/runs_page.h"
#include "gui/pages/study_page.h"
#include "gui/pages/sweep_page.h"
#include "gui/pages/workbench.h"

namespace headroom::gui {

const std::vector<PageRow>& Pages() {
  static const std::vector<PageRow> rows = {
      {"Study", "▤", [](Workbench* b) -> Page* { return new StudyPage(b); }},
      {"Edit", "✎", [](Workbench* b) -> Page* { return new EditPage(b); }},
      {"Runs", "▶", [](Workbench* b) -> Page* { return new RunsPage(b); }},
      {"Sweep", "⁘", [](Workbench* b) -> Page* { return new SweepPage(b); }},
  };
  return rows;
}

QWidget* MakeTimeBar(StudyState*) { return nullptr; }

}  // namespace headroom::gui
