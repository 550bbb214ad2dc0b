#pragma once

#include <QString>
#include <QUndoCommand>

#include "gui/commands/text_change.h"

namespace headroom::gui {

class Study;

/// A change of one scenario's text. Letters typed one after the other are one step.
class ChangeText : public QUndoCommand {
 public:
  enum class Kind { kStep, kTyping };
  ChangeText(Study* study, const QString& scenario, const TextChange& change, const QString& what,
             Kind kind = Kind::kStep);
  void undo() override;
  void redo() override;
  int id() const override { return kind_ == Kind::kTyping ? 1 : -1; }
  bool mergeWith(const QUndoCommand* next) override;

 private:
  Study* study_;
  QString scenario_;
  TextChange change_;
  Kind kind_;
};

}  // namespace headroom::gui
