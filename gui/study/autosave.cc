#include "gui/study/autosave.h"

#include <QDir>
#include <QUndoStack>

#include "gui/commands/study_commands.h"
#include "gui/commands/text_command.h"
#include "gui/study/study.h"

namespace headroom::gui {

Autosave::Autosave(Study* study) : study_(study) {
  timer_.setSingleShot(true);
  timer_.setInterval(1000);
  QDir().mkpath(study->StateFolder());
  lock_ = std::make_unique<QLockFile>(study->StateFolder() + "/lock");
  lock_->setStaleLockTime(0);
  elsewhere_ = !lock_->tryLock() && lock_->error() == QLockFile::LockFailedError;
  if (elsewhere_) return;
  const QDir kept(folder());
  for (const QString& file : kept.entryList({"*.yaml"}, QDir::Files)) {
    const StudyScenario* s = study->Find(file.chopped(5));
    recoverable_ |= s == nullptr || ReadBytes(kept.filePath(file)).toStdString() != s->text;
  }
  const QDir sweeps(folder() + "/sweeps");
  for (const QString& file : sweeps.entryList({"*.yaml"}, QDir::Files)) {
    const StudySweep* s = study->FindSweep(file.chopped(5));
    recoverable_ |= s == nullptr || ReadBytes(sweeps.filePath(file)).toStdString() != s->text;
  }
  connect(&timer_, &QTimer::timeout, this, [this] {
    const QString error = Write();
    if (!error.isEmpty()) emit Failed(error);
  });
  connect(study, &Study::TextChanged, this, [this] { timer_.start(); });
  connect(study, &Study::ScenariosChanged, this, [this] { timer_.start(); });
  connect(study, &Study::SweepChanged, this, [this] { timer_.start(); });
  connect(study, &Study::SweepsChanged, this, [this] { timer_.start(); });
  connect(study, &Study::Saved, this, [this] {
    timer_.stop();
    if (!recoverable_) Discard();
  });
}

Autosave::~Autosave() {
  if (!elsewhere_ && !recoverable_) Discard();
}

QString Autosave::folder() const { return study_->StateFolder() + "/autosave"; }

QString Autosave::Write() {
  if (recoverable_) return {};  // what an earlier window left is not overwritten
  QDir(folder()).removeRecursively();
  for (const StudyScenario& s : study_->scenarios()) {
    if (!s.modified()) continue;
    const QString error =
        WriteBytes(folder() + "/" + s.name + ".yaml", QByteArray::fromStdString(s.text));
    if (!error.isEmpty()) return error;
  }
  for (const StudySweep& s : study_->sweeps()) {
    if (!s.modified()) continue;
    const QString error = WriteBytes(folder() + "/sweeps/" + s.name + ".yaml", QByteArray::fromStdString(s.text));
    if (!error.isEmpty()) return error;
  }
  return {};
}

void Autosave::Recover() {
  if (!recoverable_) return;
  const QDir kept(folder());
  study_->undo()->beginMacro(tr("restore unsaved changes"));
  for (const QString& file : kept.entryList({"*.yaml"}, QDir::Files)) {
    const QString name = file.chopped(5);
    const std::string text = ReadBytes(kept.filePath(file)).toStdString();
    if (const StudyScenario* s = study_->Find(name)) {
      study_->undo()->push(
          new ChangeText(study_, name, Difference(s->text, text), tr("restore %1").arg(name)));
    } else {
      study_->undo()->push(
          new AddVariant(study_, static_cast<int>(study_->scenarios().size()), name, text));
    }
  }
  const QDir sweeps(folder() + "/sweeps");
  for (const QString& file : sweeps.entryList({"*.yaml"}, QDir::Files)) {
    const QString name = file.chopped(5);
    const std::string text = ReadBytes(sweeps.filePath(file)).toStdString();
    if (const StudySweep* s = study_->FindSweep(name))
      study_->undo()->push(new ChangeText(study_, name, Difference(s->text, text), tr("restore %1").arg(name), ChangeText::Kind::kStep, ChangeText::Of::kSweep));
    else
      study_->undo()->push(new AddSweep(study_, name, text));
  }
  study_->undo()->endMacro();
  recoverable_ = false;
  Write();
}

void Autosave::Discard() {
  recoverable_ = false;
  QDir(folder()).removeRecursively();
}

}  // namespace headroom::gui
