#include "gui/commands/study_commands.h"

#include <fmt/format.h>

#include <QUndoStack>

#include "gui/commands/text_command.h"
#include "gui/commands/yaml_edit.h"
#include "gui/commands/yaml_path.h"

namespace headroom::gui {

AddVariant::AddVariant(Study* study, int at, const QString& name, const std::string& text)
    : QUndoCommand(QObject::tr("new variant %1").arg(name)),
      study_(study),
      at_(at),
      scenario_{name, text, QString(), std::string()} {}

void AddVariant::undo() {
  scenario_ = *study_->Find(scenario_.name);  // it may have been saved since
  study_->Remove(scenario_.name);
}

void AddVariant::redo() { study_->Insert(at_, scenario_); }

RemoveVariant::RemoveVariant(Study* study, const QString& name)
    : QUndoCommand(QObject::tr("remove variant %1").arg(name)),
      study_(study),
      at_(study->IndexOf(name)),
      scenario_(*study->Find(name)) {}

void RemoveVariant::undo() { study_->Insert(at_, scenario_); }

void RemoveVariant::redo() { study_->Remove(scenario_.name); }

RenameVariant::RenameVariant(Study* study, const QString& from, const QString& to)
    : QUndoCommand(QObject::tr("rename %1 to %2").arg(from, to)), study_(study), from_(from), to_(to) {}

MoveVariant::MoveVariant(Study* study, const QString& name, int to)
    : QUndoCommand(QObject::tr("move %1").arg(name)),
      study_(study),
      name_(name),
      from_(study->IndexOf(name)),
      to_(to) {}

SetStudyTitle::SetStudyTitle(Study* study, const QString& title)
    : QUndoCommand(QObject::tr("name the study")),
      study_(study),
      before_(study->title()),
      after_(title) {}

AddSweep::AddSweep(Study* study, const QString& name, const std::string& text)
    : QUndoCommand(QObject::tr("new sweep %1").arg(name)), study_(study), sweep_{name, text, {}, false} {}

void AddSweep::undo() {
  sweep_ = *study_->FindSweep(sweep_.name);  // it may have been saved since
  study_->RemoveSweep(sweep_.name);
}

QStringList BuiltOn(const Study& study, const QString& name) {
  QStringList out;
  for (const StudyScenario& s : study.scenarios()) {
    if (s.text.find(name.toStdString() + ".yaml") == std::string::npos) continue;  // long texts are not read for nothing
    try {
      const config::Node root = config::ParseYaml(s.text, "");
      const config::Node* include = root.Find("include");
      if (include != nullptr && include->scalar == name.toStdString() + ".yaml") out << s.name;
    } catch (const ConfigError&) {  // a broken text is built on nothing
    }
  }
  return out;
}

void PushRename(Study* study, const QString& from, const QString& to) {
  study->undo()->beginMacro(QObject::tr("rename %1 to %2").arg(from, to));
  const QStringList followers = BuiltOn(*study, from);
  study->undo()->push(new RenameVariant(study, from, to));
  for (const QString& follower : followers) {
    const std::string& text = study->Find(follower)->text;
    const TextChange change = SetValue(text, "include", ScalarText(to.toStdString() + ".yaml"));
    study->undo()->push(new ChangeText(study, follower, change, QObject::tr("follow the rename")));
  }
  study->undo()->endMacro();
}

std::string EmptyVariant(const QString& base, const QString& title) {
  return fmt::format("include: {}.yaml\nname: {}\n", base.toStdString(),
                     ScalarText(title.toStdString()));
}

}  // namespace headroom::gui
