#pragma once

#include <QObject>
#include <QString>
#include <memory>

#include "gui/data/block_cache.h"

namespace headroom::gui {

class ReportFile;
struct SweepResults;

/// Opens reports and collected sweeps on threads of their own. All reports of a loader share one bound
/// of memory. A report is closed on another thread too, so that nothing waits for the disk.
class ReportLoader : public QObject {
  Q_OBJECT

 public:
  explicit ReportLoader(QObject* parent = nullptr);
  /// Loaded() or Failed() comes later.
  void Load(const QString& path);
  /// SweepLoaded() or Failed() comes later.
  void LoadSweep(const QString& path);

 signals:
  void Loaded(const QString& path, std::shared_ptr<const ReportFile> file);
  void SweepLoaded(const QString& path, std::shared_ptr<const SweepResults> sweep);
  /// With a message for the user.
  void Failed(const QString& path, const QString& message);

 private:
  std::shared_ptr<BlockCache> cache_ = std::make_shared<BlockCache>();
};

}  // namespace headroom::gui
