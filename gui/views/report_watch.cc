#include "gui/views/report_watch.h"

#include "gui/data/report_file.h"
#include "gui/study/study_state.h"

namespace headroom::gui {

ReportWatch::ReportWatch(StudyState* state, QObject* parent) : QObject(parent), state_(state) {
  connect(state_, &StudyState::ReportsChanged, this, &ReportWatch::Connect);
  Connect();
}

void ReportWatch::Connect() {
  for (const auto& c : connections_) disconnect(c);
  connections_.clear();
  for (const OpenReport& r : state_->reports())
    connections_.push_back(connect(r.file->notices(), &ReportNotices::Arrived, this, &ReportWatch::Arrived));
}

}  // namespace headroom::gui
