#include "gui/commands/text_command.h"

#include "gui/study/study.h"

namespace headroom::gui {

ChangeText::ChangeText(Study* study, const QString& name, const TextChange& change, const QString& what, Kind kind, Of of)
    : QUndoCommand(what), study_(study), name_(name), change_(change), kind_(kind), of_(of) {}

void ChangeText::Apply(const TextChange& change) {
  if (of_ == Of::kSweep) study_->ChangeSweep(name_, change);
  else study_->ChangeText(name_, change);
}

void ChangeText::undo() { Apply(change_.Reversed()); }

void ChangeText::redo() { Apply(change_); }

bool ChangeText::mergeWith(const QUndoCommand* next) {
  const auto* other = dynamic_cast<const ChangeText*>(next);
  if (other == nullptr || other->name_ != name_ || other->of_ != of_) return false;
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
