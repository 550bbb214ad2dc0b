#pragma once

#include <QtTest>

#include "gui/data/report_file.h"
#include "gui/data/report_loader.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"
#include "tests/gui/sample_report.h"

namespace headroom::gui {

/// Reports of made halls, opened and shown as a window would.
class ShownReports {
 public:
  explicit ShownReports(std::vector<SampleSize> sizes, const char* name = "shown") {
    std::vector<OpenReport> reports;
    double end = 0.0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const QString path = QString("%1/tests/gui_%2_%3.h5").arg(HEADROOM_BINARY_DIR, name).arg(i);
      WriteSampleReport(path.toStdString(), sizes[i]);
      std::shared_ptr<const ReportFile> file;
      const auto c = QObject::connect(&loader_, &ReportLoader::Loaded, [&](const QString&, std::shared_ptr<const ReportFile> f) { file = f; });
      loader_.Load(path);
      if (!QTest::qWaitFor([&] { return file != nullptr; }, 20000)) throw std::runtime_error("not loaded");
      QObject::disconnect(c);
      end = std::max(end, file->end());
      reports.push_back({i == 0 ? "base" : QString("variant %1").arg(i), Theme::Light().Series(static_cast<int>(i)), file});
    }
    state.SetReports(reports, {0.0, end});
  }
  ReportLoader loader_;
  StudyState state;
};

}  // namespace headroom::gui
