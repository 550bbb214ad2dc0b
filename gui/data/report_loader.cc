#include "gui/data/report_loader.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include "gui/data/report_file.h"
#include "gui/data/sweep_results.h"

namespace headroom::gui {
namespace {

/// Runs `open` on a thread and gives its result, or the reason why there is none, to the loader where it still is.
template <class Result>
void Open(ReportLoader* loader, const QString& path, std::function<std::shared_ptr<Result>()> open,
          void (ReportLoader::*done)(const QString&, std::shared_ptr<const Result>)) {
  QThreadPool::globalInstance()->start([loader = QPointer<ReportLoader>(loader), path, open, done] {
    std::shared_ptr<const Result> result;
    QString message;
    try {
      result = open();
    } catch (const std::exception& e) {
      message = QString::fromStdString(e.what());
    }
    QMetaObject::invokeMethod(QCoreApplication::instance(), [loader, path, result, message, done] {
      if (!loader) return;
      if (result)
        emit (loader->*done)(path, result);
      else
        emit loader->Failed(path, message);
    });
  });
}

}  // namespace

ReportLoader::ReportLoader(QObject* parent) : QObject(parent) {}

void ReportLoader::Load(const QString& path) {
  const auto cache = cache_;
  Open<ReportFile>(
      this, path,
      [path, cache] {
        return std::shared_ptr<ReportFile>(new ReportFile(path, cache), [](ReportFile* file) {
          QThreadPool::globalInstance()->start([file] { delete file; });
        });
      },
      &ReportLoader::Loaded);
}

void ReportLoader::LoadSweep(const QString& path) {
  Open<SweepResults>(
      this, path, [path] { return std::make_shared<SweepResults>(SweepResults::Read(path)); }, &ReportLoader::SweepLoaded);
}

}  // namespace headroom::gui
