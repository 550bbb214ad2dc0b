#pragma once

#include <QString>
#include <memory>
#include <vector>

namespace headroom::gui {

class ReportFile;

/// A report of a study and what the study calls it.
struct NamedReport {
  QString name;
  std::shared_ptr<const ReportFile> file;
};

/// A study as one HTML page that needs nothing else: what its scenarios say beside the first, what differs in them, and
/// the figures of each. Slow: not for the GUI thread.
QString StudyPageHtml(const QString& title, const std::vector<NamedReport>& reports);

}  // namespace headroom::gui
