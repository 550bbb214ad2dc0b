#include "gui/commands/text_command.h"

#include "gui/study/study.h"

namespace headroom::gui {

ChangeText::ChangeText(Study* study, const QString& scenario, const TextChange& change,
                       const QString& what, Kind kind)
    : QUndoCommand(what), study_(study), scenario_(scenario), change_(change), kind_(kind) {}

void ChangeText::undo() { study_->ChangeText(scenario_, change_.Reversed()); }

void ChangeText::redo() { study_->ChangeText(scenario_, change_); }

bool ChangeText::mergeWith(const QUndoCommand* next) {
  const auto* other = dynamic_cast<const ChangeText*>(next);
  if (other == nullptr || other->scenario_ != scenario_) return false;
  const TextChange& more = other->change_;
  const bool letters = change_.removed.empty() && more.removed.empty() &&
                       more.at == change_.at + change_.inserted.size();
  const bool backspaces = change_.inserted.empty() && more.inserted.empty() &&
                          more.at + more.removed.size() == change_.at;
  if (letters && more.inserted.find('\n') == std::string::npos) {
    change_.inserted += more.inserted;
    return true;
  }
  if (backspaces && more.removed.find('\n') == std::string::npos) {
    change_.at = more.at;
    change_.removed = more.removed + change_.removed;
    return true;
  }
  return false;
}

}  // namespace headroom::gui
