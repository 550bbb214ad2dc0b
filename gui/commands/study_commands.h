#pragma once

#include <QString>
#include <QUndoCommand>

#include "gui/study/study.h"

namespace headroom::gui {

/// A new variant, made of a text.
class AddVariant : public QUndoCommand {
 public:
  AddVariant(Study* study, int at, const QString& name, const std::string& text);
  void undo() override;
  void redo() override;

 private:
  Study* study_;
  int at_;
  StudyScenario scenario_;
};

class RemoveVariant : public QUndoCommand {
 public:
  RemoveVariant(Study* study, const QString& name);
  void undo() override;
  void redo() override;

 private:
  Study* study_;
  int at_;
  StudyScenario scenario_;
};

class RenameVariant : public QUndoCommand {
 public:
  RenameVariant(Study* study, const QString& from, const QString& to);
  void undo() override { study_->Rename(to_, from_); }
  void redo() override { study_->Rename(from_, to_); }

 private:
  Study* study_;
  QString from_, to_;
};

class MoveVariant : public QUndoCommand {
 public:
  MoveVariant(Study* study, const QString& name, int to);
  void undo() override { study_->Move(name_, from_); }
  void redo() override { study_->Move(name_, to_); }

 private:
  Study* study_;
  QString name_;
  int from_, to_;
};

class SetStudyTitle : public QUndoCommand {
 public:
  SetStudyTitle(Study* study, const QString& title);
  void undo() override { study_->SetTitle(before_); }
  void redo() override { study_->SetTitle(after_); }

 private:
  Study* study_;
  QString before_, after_;
};

/// A new sweep, made of a text.
class AddSweep : public QUndoCommand {
 public:
  AddSweep(Study* study, const QString& name, const std::string& text);
  void undo() override;
  void redo() override { study_->InsertSweep(sweep_); }

 private:
  Study* study_;
  StudySweep sweep_;
};

/// The scenarios whose text includes that one.
QStringList BuiltOn(const Study& study, const QString& name);

/// Renames a scenario, and its name in the texts that include it, as one step.
void PushRename(Study* study, const QString& from, const QString& to);

/// The text of a variant of `base` that changes nothing yet.
std::string EmptyVariant(const QString& base, const QString& title);

}  // namespace headroom::gui
