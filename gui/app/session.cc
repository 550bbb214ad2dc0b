#include "gui/app/session.h"

#include <QStandardPaths>

#include "gui/app/main_window.h"
#include "gui/pages/workbench.h"
#include "gui/run/run_queue.h"
#include "gui/run/study_reports.h"
#include "gui/study/autosave.h"
#include "gui/study/checker.h"
#include "gui/study/sample_study.h"
#include "gui/study/study.h"
#include "gui/study/study_state.h"
#include "gui/study/study_views.h"

namespace headroom::gui {

Session::Session(const QString& path)
    : study_(Study::Open(path)),
      state_(std::make_unique<StudyState>()),
      views_(std::make_unique<StudyViews>(study_.get(), state_.get())),
      checker_(std::make_unique<Checker>()),
      queue_(std::make_unique<RunQueue>()),
      reports_(std::make_unique<StudyReports>(study_.get(), state_.get())),
      autosave_(std::make_unique<Autosave>(study_.get())),
      bench_(std::make_unique<Workbench>(study_.get(), state_.get(), views_.get(), reports_.get(), queue_.get(), checker_.get())),
      window_(std::make_unique<MainWindow>(bench_.get(), autosave_.get())) {}

Session::~Session() = default;

bool Session::idle() const { return !checker_->busy() && !queue_->active() && !reports_->busy(); }

QString SampleFolder() {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/sample";
  const QString error = WriteSampleStudy(folder);
  if (!error.isEmpty()) throw IoError(error.toStdString());
  return folder;
}

}  // namespace headroom::gui
