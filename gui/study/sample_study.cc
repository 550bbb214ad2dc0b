#include "gui/study/sample_study.h"

#include <QDirIterator>
#include <QFileInfo>

#include "gui/study/study_file.h"

static void LoadSample() { Q_INIT_RESOURCE(sample); }

namespace headroom::gui {

QString WriteSampleStudy(const QString& folder) {
  LoadSample();
  const QString sample = ":/headroom/sample";
  for (QDirIterator i(sample, QDir::Files, QDirIterator::Subdirectories); i.hasNext();) {
    const QString from = i.next();
    const QString path = folder + from.mid(sample.size());
    if (QFileInfo::exists(path)) continue;
    const QString error = WriteBytes(path, ReadBytes(from));
    if (!error.isEmpty()) return error;
  }
  return {};
}

QByteArray StarterScenario() {
  LoadSample();
  return ReadBytes(":/headroom/starter.yaml");
}

}  // namespace headroom::gui
