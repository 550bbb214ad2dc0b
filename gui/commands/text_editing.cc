#include "gui/commands/text_editing.h"

#include <QUndoStack>

#include "gui/commands/text_command.h"
#include "gui/study/study.h"
#include "sim/core/diagnostics.h"

namespace headroom::gui {

TextEditing::TextEditing(Study* study, QObject* parent) : QObject(parent), study_(study) { pool_.setMaxThreadCount(1); }

TextEditing::~TextEditing() { pool_.waitForDone(); }

TextEditing::Outcome TextEditing::Worked(const Make& make, const std::string& text) {
  try {
    return {make(text), {}};
  } catch (const ConfigError& e) {
    return {{}, QString::fromStdString(e.what())};
  }
}

void TextEditing::Do(const QString& scenario, const QString& what, Make make) {
  const StudyScenario* s = study_->Find(scenario);
  if (s == nullptr) return;
  if (due_.empty() && s->text.size() <= kAtOnce) return Finish({scenario, what, {}}, Worked(make, s->text));
  due_.push_back({scenario, what, std::move(make)});
  if (due_.size() == 1) Next();
}

void TextEditing::Next() {
  while (!due_.empty() && study_->Find(due_.front().scenario) == nullptr) due_.pop_front();
  if (due_.empty()) return;
  pool_.start([this, make = due_.front().make, text = study_->Find(due_.front().scenario)->text] {
    Outcome outcome = Worked(make, text);
    QMetaObject::invokeMethod(this, [this, text, outcome] {
      const StudyScenario* s = study_->Find(due_.front().scenario);
      // A text that has changed meanwhile is read again.
      if (s != nullptr && s->text == text) {
        const Due due = due_.front();
        due_.pop_front();
        Finish(due, outcome);
      }
      Next();
    }, Qt::QueuedConnection);
  });
}

void TextEditing::Finish(const Due& due, const Outcome& outcome) {
  if (!outcome.refused.isEmpty()) emit Refused(outcome.refused);
  else if (outcome.change.empty()) emit NothingToChange();
  else study_->undo()->push(new ChangeText(study_, due.scenario, outcome.change, due.what));
}

}  // namespace headroom::gui
