#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>

namespace headroom::gui {

class Study;
class StudyState;

/// What the pages of a study show, kept in the study as a plain file:
///
///     schema: 1
///     plots: [series:site_power, parts:site.cost.]
///     multiples: floor
///     metric: rack_power
///     compare: side-by-side
///
/// It is written a moment after a change, and is no change of the study: it needs no save. Where the folder cannot be
/// written it is kept in the user's own. A file that cannot be read is said and left as it is.
class StudyViews : public QObject {
  Q_OBJECT

 public:
  StudyViews(Study* study, StudyState* state);
  ~StudyViews() override;

  /// Keys of the plots on the page of plots; empty: the usual ones.
  const QStringList& plots() const { return plots_; }
  void SetPlots(const QStringList& keys);
  /// What the small multiples show.
  const QString& multiples() const { return multiples_; }
  void SetMultiples(const QString& key);
  /// Why the file could not be read, or "".
  const QString& problem() const { return problem_; }
  QString file() const;

 private:
  void Read();
  void Write();
  Study* study_;
  StudyState* state_;
  QStringList plots_;
  QString multiples_;
  QString problem_;
  QTimer timer_;
};

}  // namespace headroom::gui
