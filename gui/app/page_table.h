#pragma once

#include <QString>
#include <vector>

class QWidget;

namespace headroom::gui {

class Page;
class StudyState;
class Workbench;

/// A page of the main window. It is made when it is first shown.
struct PageRow {
  QString name;   ///< as Page::name() gives it
  QString glyph;
  Page* (*make)(Workbench*);
};

/// Every page, in the order of the rail.
const std::vector<PageRow>& Pages();

/// The bar at the bottom that moves the time of all views; null where there is none.
QWidget* MakeTimeBar(StudyState* state);

}  // namespace headroom::gui
