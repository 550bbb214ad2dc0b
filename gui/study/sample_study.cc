#include "gui/study/sample_study.h"

#include <QDir>
#include <QFileInfo>

#include "gui/study/study_file.h"

static void LoadSample() { Q_INIT_RESOURCE(sample); }

namespace headroom::gui {

QString WriteSampleStudy(const QString& folder) {
  LoadSample();
  const QDir sample(":/headroom/sample");
  for (const QString& name : sample.entryList(QDir::Files)) {
    const QString path = folder + "/" + name;
    if (QFileInfo::exists(path)) continue;
    const QString error = WriteBytes(path, ReadBytes(sample.filePath(name)));
    if (!error.isEmpty()) return error;
  }
  return {};
}

QByteArray StarterScenario() {
  LoadSample();
  return ReadBytes(":/headroom/starter.yaml");
}

}  // namespace headroom::gui
