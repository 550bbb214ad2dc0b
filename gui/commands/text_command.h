#pragma once

#include <QString>
#include <QUndoCommand>

#include "gui/commands/text_change.h"

namespace headroom::gui {

class Study;

/// A change of one scenario's text, or of a sweep's. Letters typed one after the other are one step.
class ChangeText : public QUndoCommand {
 public:
  enum class Kind { kStep, kTyping };
  enum class Of { kScenario, kSweep };
  ChangeText(Study* study, const QString& name, const TextChange& change, const QString& what, Kind kind = Kind::kStep, Of of = Of::kScenario);
  void undo() override;
  void redo() override;
  int id() const override { return kind_ == Kind::kTyping ? 1 : -1; }
  bool mergeWith(const QUndoCommand* next) override;

 private:
  void Apply(const TextChange& change);

  Study* study_;
  QString name_;
  TextChange change_;
  Kind kind_;
  Of of_;
};

}  // namespace headroom::gui
