#pragma once

#include <QColor>
#include <QString>
#include <QStringList>
#include <utility>
#include <vector>

#include "gui/theme/theme.h"

namespace headroom::gui {

class ReportFile;

/// Words around figures of one unit: "fans", 12 kW. A difference is taken figure by figure.
struct DiagramValue {
  DiagramValue() = default;
  DiagramValue(const QString& words) : before(words) {}
  DiagramValue(double figure, const QString& unit, const QString& before = {}, const QString& after = {})
      : before(before), figures{figure}, unit(unit), after(after) {}
  QString before;
  std::vector<double> figures;  ///< joined by an arrow
  QString unit;
  QString after;
  QString Text() const;
  QString TextLess(const DiagramValue& other) const;
};
struct DiagramBox {
  QString name;      ///< first line
  DiagramValue value;       ///< live, second line
  DiagramValue note;        ///< third line, secondary
  double share = -1.0;  ///< of its limit, drawn as a bar; below 0: none
  Standing standing = Standing::kUnknown;
  QString tip = {};     ///< on hover, below name and value
  int column = 0;
  double row = 0.0;  ///< from 0, of the tallest column
  bool unit = true;  ///< can be selected
  /// Of an overlay: the value in each report that has such a box.
  std::vector<std::pair<QColor, QString>> of_reports;
};
struct DiagramLine {
  int from = 0, to = 0;  ///< boxes
  QString label;
  double weight = 1.0;   ///< of the line, 1 to 4
  QColor colour;         ///< invalid: the border's
  QString tip;           ///< on hover
};
struct Diagram {
  std::vector<DiagramBox> boxes;
  std::vector<DiagramLine> lines;
  QStringList headings;  ///< of columns
  QString missing;       ///< why there is nothing to draw
  QString scale;         ///< what the colours of lines say, 0 to 100 %; "": nothing
};

/// A diagram of the site of a report.
struct DiagramKind {
  const char* title;     ///< with %1 for the scenario
  const char* describe;  ///< one sentence
  Diagram (*make)(const ReportFile& file, double time);
};

/// From the utility over transformers, UPS and PDUs to the racks: what each carries of what it is rated for.
extern const DiagramKind kPowerTree;
/// From the racks over CDUs and the room's air to the facility loop, towers and chillers: temperatures and
/// the power that moves the heat.
extern const DiagramKind kCooling;
/// The tiers of each system's network: domains, leaves, spines, cores, stores, with what their links carry of what they could.
extern const DiagramKind kNetwork;

/// How a share of a limit stands.
Standing StandingOfShare(double share);

}  // namespace headroom::gui
