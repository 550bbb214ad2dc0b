#pragma once

#include <vector>

#include "gui/pages/reports/report_page.h"
#include "gui/views/view.h"

class QListWidget;
class QListWidgetItem;
class QVBoxLayout;

namespace headroom::gui {

/// What the shown reports can be plotted as: a key to keep ("series:site_power") and its title.
struct PlotOffer {
  QString key, title;
};
std::vector<PlotOffer> PlotOffers(const StudyState& state);
/// The view behind a key, of one report, of all, or of one less the first.
View* MakePlot(StudyState* state, const QString& key, int report, Pane pane);

/// Plots over each other with one time axis: any series, breakdowns, distributions of latency, power windows
/// and their spectra, as chosen in the list.
class PlotsPage : public ReportPage {
  Q_OBJECT

 public:
  explicit PlotsPage(StudyState* state, QWidget* parent = nullptr);
  QString name() const override { return tr("Plots"); }
  /// Keys of what is shown, to keep in the study: "series:site_power".
  QStringList shown() const;
  void SetShown(const QStringList& keys);

 signals:
  /// The user checked or unchecked a plot.
  void ShownChanged(const QStringList& keys);

 private:
  void List();
  void Remake();
  void AddPlots(const QString& key);

  QListWidget* list_;
  QVBoxLayout* plots_;
  QStringList chosen_;
  QStringList made_;
};

}  // namespace headroom::gui
