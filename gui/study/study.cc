#include "gui/study/study.h"

#include <fcntl.h>
#include <unistd.h>

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QUndoStack>
#include <algorithm>

#include "sim/core/check.h"

namespace headroom::gui {
namespace {

/// Whether this process may write a file or folder.
bool Writable(const QString& path) {
  return faccessat(AT_FDCWD, QFile::encodeName(path).constData(), W_OK, AT_EACCESS) == 0;
}

QString Stem(const QString& file) { return file.endsWith(".yaml") ? file.chopped(5) : file; }

}  // namespace

Study::Study(const QString& folder) : folder_(folder), undo_(new QUndoStack(this)) {
  undo_->setUndoLimit(0);
}

Study::~Study() = default;

std::unique_ptr<Study> Study::Open(const QString& path) {
  const QFileInfo info(path);
  const QString folder =
      QDir::cleanPath(info.isDir() ? info.absoluteFilePath() : info.absolutePath());
  std::unique_ptr<Study> study(new Study(folder));
  StudyFile file;
  const bool scenario = !info.isDir() && info.fileName() != kStudyFile;
  if (QFileInfo::exists(study->file())) {
    study->file_text_ = ReadBytes(study->file()).toStdString();
    file = ReadStudyFile(study->file_text_, study->file().toStdString());
  }
  if (scenario && info.fileName() != file.base && !file.variants.contains(info.fileName())) {
    study->file_text_.clear();  // another study of the folder, or none
    file = StudyFile();
    file.base = info.fileName();
  } else if (info.isDir() && study->file_text_.empty() && !QFileInfo::exists(folder + "/base.yaml")) {
    throw ConfigError(path.toStdString() +
                      ": not a study; study.yaml or base.yaml is due in the folder");
  }
  study->Read(file);
  return study;
}

void Study::Read(const StudyFile& file) {
  title_ = file.title;
  QStringList names = {file.base};
  names += file.variants;
  names.removeDuplicates();
  for (const QString& name : names) {
    try {
      const std::string text = ReadBytes(folder_ + "/" + name).toStdString();
      scenarios_.push_back({Stem(name), text, Stem(name), text});
    } catch (const IoError& e) {
      if (name == file.base) throw;
      notes_ << QString("study.yaml names a variant that is not there: %1").arg(e.what());
    }
  }
  FindSweeps();
}

int Study::IndexOf(const QString& name) const {
  for (std::size_t i = 0; i < scenarios_.size(); ++i)
    if (scenarios_[i].name == name) return static_cast<int>(i);
  return -1;
}

const StudyScenario* Study::Find(const QString& name) const {
  const int at = IndexOf(name);
  return at < 0 ? nullptr : &scenarios_[static_cast<std::size_t>(at)];
}

QStringList Study::names() const {
  QStringList out;
  for (const StudyScenario& s : scenarios_) {
    out << s.name;
    const auto inside = variants_.find(s.name);
    if (inside == variants_.end()) continue;
    for (const QString& variant : inside->second) out << s.name + "@" + variant;
  }
  return out;
}

void Study::NoteVariants(const QString& scenario, const QStringList& variants) {
  QStringList& known = variants_[scenario];
  if (known == variants) return;
  known = variants;
  emit VariantsChanged();
}

QString Study::StateFolder() const {
  const QString here = folder_ + "/.headroom";
  if (Writable(QFileInfo::exists(here) ? here : folder_)) return here;
  const QByteArray hash =
      QCryptographicHash::hash(folder_.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
  return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/read-only/" + hash;
}

scenario::OpenTexts Study::Texts() const {
  scenario::OpenTexts texts;
  for (const StudyScenario& s : scenarios_) texts[FilePath(s.name).toStdString()] = s.text;
  return texts;
}

bool Study::modified() const {
  return !removed_.isEmpty() || !removed_sweeps_.isEmpty() || was_modified_ ||
         std::any_of(sweeps_.begin(), sweeps_.end(), [](const StudySweep& s) { return s.modified(); }) ||
         std::any_of(scenarios_.begin(), scenarios_.end(),
                     [](const StudyScenario& s) { return s.modified(); });
}

void Study::NoteModified() { emit ModifiedChanged(modified()); }

void Study::ChangeText(const QString& name, const TextChange& change) {
  const int at = IndexOf(name);
  HR_CHECK(at >= 0, name.toStdString());
  std::string& text = scenarios_[static_cast<std::size_t>(at)].text;
  text = Applied(text, change);
  emit TextChanged(name);
  NoteModified();
}

void Study::Insert(int at, const StudyScenario& scenario) {
  HR_CHECK(IndexOf(scenario.name) < 0, scenario.name.toStdString());
  StudyScenario inserted = scenario;
  // A file that is not waiting to go has gone already with a save.
  if (removed_.removeAll(scenario.saved_name) == 0) inserted.saved_name.clear();
  scenarios_.insert(scenarios_.begin() + at, inserted);
  was_modified_ = true;
  emit ScenariosChanged();
  NoteModified();
}

void Study::Remove(const QString& name) {
  const int at = IndexOf(name);
  HR_CHECK(at > 0, name.toStdString());
  const StudyScenario& gone = scenarios_[static_cast<std::size_t>(at)];
  if (!gone.saved_name.isEmpty()) removed_ << gone.saved_name;
  variants_.erase(name);
  scenarios_.erase(scenarios_.begin() + at);
  was_modified_ = true;
  emit ScenariosChanged();
  NoteModified();
}

void Study::Rename(const QString& from, const QString& to) {
  const int at = IndexOf(from);
  HR_CHECK(at >= 0 && IndexOf(to) < 0, from.toStdString(), to.toStdString());
  scenarios_[static_cast<std::size_t>(at)].name = to;
  variants_[to] = variants_[from];
  variants_.erase(from);
  was_modified_ = true;
  emit ScenariosChanged();
  NoteModified();
}

void Study::Move(const QString& name, int to) {
  const int from = IndexOf(name);
  HR_CHECK(from > 0 && to > 0 && to < static_cast<int>(scenarios_.size()), from, to);
  const StudyScenario moved = scenarios_[static_cast<std::size_t>(from)];
  scenarios_.erase(scenarios_.begin() + from);
  scenarios_.insert(scenarios_.begin() + to, moved);
  was_modified_ = true;
  emit ScenariosChanged();
  NoteModified();
}

void Study::SetTitle(const QString& title) {
  title_ = title;
  was_modified_ = true;
  emit ScenariosChanged();
  NoteModified();
}

QString Study::FreeName(const QString& text) const {
  QString name = text.trimmed();
  name.replace(QRegularExpression("[^A-Za-z0-9._-]+"), "-");
  name.remove(QRegularExpression("^[-.]+|[-.]+$"));
  if (name.isEmpty()) name = "variant";
  const auto taken = [&](const QString& n) {
    return IndexOf(n) >= 0 || n == "study" ||
           (QFileInfo::exists(FilePath(n)) && !removed_.contains(n));
  };
  QString free = name;
  for (int i = 2; taken(free); ++i) free = QString("%1-%2").arg(name).arg(i);
  return free;
}

}  // namespace headroom::gui
