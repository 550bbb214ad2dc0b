// Bringing a study's folder up to date.
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "gui/study/study.h"

namespace headroom::gui {

/// Moves a file of the study to .headroom/removed, under a name that is free there.
QString Study::KeepCopy(const QString& name, const QString& from) const {
  const QString folder = StateFolder() + "/removed";
  QDir().mkpath(folder);
  const QFileInfo info(from);
  QString to = folder + "/" + name + "." + info.suffix();
  for (int i = 2; QFileInfo::exists(to); ++i)
    to = QString("%1/%2-%3.%4").arg(folder, name).arg(i).arg(info.suffix());
  QFile file(from);
  return file.rename(to) ? to : QString();
}

QString Study::SaveScenario(StudyScenario& s) {
  const QString path = FilePath(s.name);
  if (QFileInfo::exists(path)) {
    const std::string there = ReadBytes(path).toStdString();
    const bool foreign = s.saved_name != s.name || there != s.saved_text;
    if (foreign && there != s.text) {
      const QString kept = KeepCopy(s.name, path);
      if (kept.isEmpty()) return QString("%1 was changed by another program").arg(path);
      if (!removed_.contains(s.name))
        notes_ << QString("%1.yaml was changed by another program; that text is kept in %2")
                      .arg(s.name, kept);
    }
  }
  const QString error = WriteBytes(path, QByteArray::fromStdString(s.text));
  if (!error.isEmpty()) return error;
  if (!s.saved_name.isEmpty() && s.saved_name != s.name) {
    QFile::remove(FilePath(s.saved_name));
    QFile::rename(ReportPath(s.saved_name), ReportPath(s.name));
  }
  s.saved_name = s.name;
  s.saved_text = s.text;
  return {};
}

QString Study::SaveStudyFile() {
  StudyFile file;
  file.title = title_;
  file.base = base() + ".yaml";
  for (std::size_t i = 1; i < scenarios_.size(); ++i)
    file.variants << scenarios_[i].name + ".yaml";
  const std::string text = WriteStudyFile(file_text_, file);
  if (text == file_text_) return {};
  const QString error = WriteBytes(this->file(), QByteArray::fromStdString(text));
  if (error.isEmpty()) file_text_ = text;
  return error;
}

QString Study::Save() {
  notes_.clear();
  try {
    for (StudyScenario& s : scenarios_) {
      if (!s.modified()) continue;
      const QString error = SaveScenario(s);
      if (!error.isEmpty()) return error;
    }
    if (was_modified_) {
      const QString error = SaveStudyFile();
      if (!error.isEmpty()) return error;
    }
    if (const QString error = SaveSweeps(); !error.isEmpty()) return error;
  } catch (const std::exception& e) {
    return QString::fromStdString(e.what());
  }
  for (const QString& name : removed_) {
    if (Find(name) != nullptr) continue;
    if (QFileInfo::exists(FilePath(name))) KeepCopy(name, FilePath(name));
    if (QFileInfo::exists(ReportPath(name))) KeepCopy(name, ReportPath(name));
  }
  removed_.clear();
  was_modified_ = false;
  undo_->setClean();
  emit Saved();
  NoteModified();
  return {};
}

}  // namespace headroom::gui
