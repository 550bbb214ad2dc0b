#pragma once

#include "gui/pages/reports/report_page.h"

class QListWidget;
class QListWidgetItem;
class QVBoxLayout;

namespace headroom::gui {

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
