// The sweeps of a study.
#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "gui/study/study.h"
#include "sim/core/check.h"

namespace headroom::gui {

const StudySweep* Study::FindSweep(const QString& name) const {
  const auto found = std::find_if(sweeps_.begin(), sweeps_.end(), [&](const StudySweep& s) { return s.name == name; });
  return found == sweeps_.end() ? nullptr : &*found;
}

void Study::FindSweeps() {
  bool more = false;
  for (const QString& file : QDir(folder_ + "/sweeps").entryList({"*.yaml"}, QDir::Files)) {
    const QString name = file.chopped(5);
    if (FindSweep(name) != nullptr || removed_sweeps_.contains(name)) continue;
    try {
      const std::string text = ReadBytes(SweepPath(name)).toStdString();
      sweeps_.push_back({name, text, text, true});
      more = true;
    } catch (const IoError& e) {
      notes_ << QString::fromUtf8(e.what());
    }
  }
  std::sort(sweeps_.begin(), sweeps_.end(), [](const StudySweep& a, const StudySweep& b) { return a.name < b.name; });
  if (more) emit SweepsChanged();
}

void Study::ChangeSweep(const QString& name, const TextChange& change) {
  const auto at = std::find_if(sweeps_.begin(), sweeps_.end(), [&](const StudySweep& s) { return s.name == name; });
  HR_CHECK(at != sweeps_.end(), name.toStdString());
  at->text = Applied(at->text, change);
  emit SweepChanged(name);
  NoteModified();
}

void Study::InsertSweep(const StudySweep& sweep) {
  HR_CHECK(FindSweep(sweep.name) == nullptr, sweep.name.toStdString());
  StudySweep inserted = sweep;
  // A file that is not waiting to go has gone already with a save.
  if (removed_sweeps_.removeAll(sweep.name) == 0) inserted.saved = false;
  sweeps_.push_back(inserted);
  std::sort(sweeps_.begin(), sweeps_.end(), [](const StudySweep& a, const StudySweep& b) { return a.name < b.name; });
  emit SweepsChanged();
  NoteModified();
}

void Study::RemoveSweep(const QString& name) {
  const StudySweep* gone = FindSweep(name);
  HR_CHECK(gone != nullptr, name.toStdString());
  if (gone->saved) removed_sweeps_ << name;
  std::erase_if(sweeps_, [&](const StudySweep& s) { return s.name == name; });
  emit SweepsChanged();
  NoteModified();
}

QString Study::SaveSweeps() {
  for (StudySweep& s : sweeps_) {
    if (!s.modified()) continue;
    const QString path = SweepPath(s.name);
    if (QFileInfo::exists(path)) {
      const std::string there = ReadBytes(path).toStdString();
      if ((!s.saved || there != s.saved_text) && there != s.text && KeepCopy(s.name, path).isEmpty())
        return QString("%1 was changed by another program").arg(path);
    }
    const QString error = WriteBytes(path, QByteArray::fromStdString(s.text));
    if (!error.isEmpty()) return error;
    s.saved_text = s.text;
    s.saved = true;
  }
  for (const QString& name : removed_sweeps_)
    if (QFileInfo::exists(SweepPath(name))) KeepCopy(name, SweepPath(name));
  removed_sweeps_.clear();
  return {};
}

}  // namespace headroom::gui
