#include "gui/study/study.h"

#include <QtTest>
#include <catch2/catch.hpp>

#include "gui/commands/study_commands.h"
#include "gui/commands/text_command.h"
#include "gui/commands/text_editing.h"
#include "gui/commands/yaml_edit.h"
#include "gui/study/autosave.h"
#include "gui/study/checker.h"
#include "gui/study/sample_study.h"
#include "tests/gui/hard_times.h"

using namespace headroom;
using namespace headroom::gui;

namespace {

struct Sample {
  QTemporaryDir folder;
  std::unique_ptr<Study> study;
  Sample() {
    REQUIRE(WriteSampleStudy(folder.path()) == "");
    study = Study::Open(folder.path());
  }
  void Push(const QString& name, const std::string& path, const std::string& value) {
    const TextChange change = SetValue(study->Find(name)->text, path, value);
    study->undo()->push(new ChangeText(study.get(), name, change, "set"));
  }
  /// Everything that the study would write.
  std::map<QString, std::string> Texts() const {
    std::map<QString, std::string> texts;
    int i = 0;
    for (const StudyScenario& s : study->scenarios()) texts[QString("%1 %2").arg(i++).arg(s.name)] = s.text;
    texts["title"] = study->title().toStdString();
    for (const StudySweep& s : study->sweeps()) texts["sweep " + s.name] = s.text;
    return texts;
  }
};

}  // namespace

TEST_CASE("a study is read in its order and written as it was", "[gui][study]") {
  Sample s;
  REQUIRE(s.study->scenarios().size() == 4);
  CHECK(s.study->base() == "base");
  CHECK(s.study->scenarios()[3].name == "smoothed");
  const QByteArray before = ReadBytes(s.study->file());
  CHECK_FALSE(s.study->modified());
  CHECK(s.study->Save() == "");
  CHECK(ReadBytes(s.study->file()) == before);
}

TEST_CASE("every command undone restores the study byte for byte, and redone its change", "[gui][study][undo]") {
  Sample s;
  QUndoStack& undo = *s.study->undo();
  const std::vector<std::function<void()>> commands = {
      [&] { s.Push("base", "site.power.utility.limit", "4 MW"); },
      [&] { s.Push("capped", "seed", "7"); },
      [&] { undo.push(new AddVariant(s.study.get(), 2, "warm", EmptyVariant("base", "Warm, \"very\""))); },
      [&] { undo.push(new MoveVariant(s.study.get(), "warm", 4)); },
      [&] { PushRename(s.study.get(), "capped", "at-the-limit"); },
      [&] { PushRename(s.study.get(), "base", "hall"); },
      [&] { undo.push(new RemoveVariant(s.study.get(), "smoothed")); },
      [&] { undo.push(new SetStudyTitle(s.study.get(), "Another question")); },
      [&] { s.Push("warm", "site.systems[hall].count", "3"); },
      [&] { undo.push(new AddSweep(s.study.get(), "racks", "base: ../hall.yaml\nvary: [] # none yet\n")); },
      [&] {
        const TextChange axis = AppendElement(s.study->FindSweep("racks")->text, "vary", "{path: seed, values: [1, 2]}");
        undo.push(new ChangeText(s.study.get(), "racks", axis, "vary", ChangeText::Kind::kStep, ChangeText::Of::kSweep));
      },
  };
  std::vector<std::map<QString, std::string>> states = {s.Texts()};
  for (const auto& command : commands) {
    command();
    states.push_back(s.Texts());
    CHECK(states[states.size() - 1] != states[states.size() - 2]);
  }
  for (std::size_t i = states.size() - 1; i > 0; --i) {
    undo.undo();
    CHECK(s.Texts() == states[i - 1]);
  }
  CHECK_FALSE(undo.canUndo());
  for (std::size_t i = 1; i < states.size(); ++i) {
    undo.redo();
    CHECK(s.Texts() == states[i]);
  }
  CHECK(s.study->Save() == "");
  const auto again = Study::Open(s.folder.path());
  CHECK(again->base() == "hall");
  CHECK(again->Find("smoothed") == nullptr);
  REQUIRE(again->FindSweep("racks") != nullptr);
  CHECK(again->FindSweep("racks")->text == s.study->FindSweep("racks")->text);
  CHECK(QFileInfo::exists(s.study->StateFolder() + "/removed/smoothed.yaml"));
  undo.setIndex(0);
  CHECK(s.Texts() == states[0]);
  CHECK(s.study->Save() == "");
  CHECK(Study::Open(s.folder.path())->scenarios().size() == 4);
  CHECK(Study::Open(s.folder.path())->FindSweep("racks") == nullptr);
  CHECK(QFileInfo::exists(s.study->StateFolder() + "/removed/racks.yaml"));
}

TEST_CASE("a long text is changed in the order of what was asked for, whatever is undone meanwhile", "[gui][study][undo]") {
  Sample s;
  std::string text = "schema: 1\n";
  for (int i = 0; i < 3000; ++i) text += "# line " + std::to_string(i) + "\n";
  s.study->undo()->push(new ChangeText(s.study.get(), "base", Difference(s.study->Find("base")->text, text), "long"));
  REQUIRE(text.size() > TextEditing::kAtOnce);
  TextEditing editing(s.study.get());
  QStringList refused;
  QObject::connect(&editing, &TextEditing::Refused, [&](const QString& why) { refused << why; });
  const auto set = [](const char* path, const char* value) {
    return [path, value](const std::string& before) { return SetValue(before, path, value); };
  };
  editing.Do("base", "set seed", set("seed", "7"));
  editing.Do("base", "set name", set("name", "Hall"));
  editing.Do("base", "set under a value", set("seed.below", "1"));
  CHECK(s.study->Find("base")->text == text);
  s.study->undo()->push(new ChangeText(s.study.get(), "base", {0, "", "# first\n"}, "type"));
  REQUIRE(QTest::qWaitFor([&] { return !editing.busy(); }, 10000));
  const config::Node root = config::ParseYaml(s.study->Find("base")->text, "");
  CHECK(root.Find("seed")->scalar == "7");
  CHECK(root.Find("name")->scalar == "Hall");
  CHECK(s.study->Find("base")->text.starts_with("# first\nschema: 1\n"));
  CHECK(refused.size() == 1);
  while (s.study->undo()->index() > 1) s.study->undo()->undo();
  CHECK(s.study->Find("base")->text == text);
}

TEST_CASE("a sweep that was not saved is offered again after a crash", "[gui][study][mistake]") {
  Sample s;
  {
    Autosave first(s.study.get());
    s.study->undo()->push(new AddSweep(s.study.get(), "racks", "vary: []\n"));
    REQUIRE(first.Write() == "");
    QFile::copy(s.study->StateFolder() + "/autosave/sweeps/racks.yaml", s.folder.filePath("kept"));
  }
  QDir().mkpath(s.study->StateFolder() + "/autosave/sweeps");
  QFile::copy(s.folder.filePath("kept"), s.study->StateFolder() + "/autosave/sweeps/racks.yaml");
  s.study = Study::Open(s.folder.path());
  CHECK(s.study->FindSweep("racks") == nullptr);
  Autosave again(s.study.get());
  REQUIRE(again.recoverable());
  again.Recover();
  REQUIRE(s.study->FindSweep("racks") != nullptr);
  CHECK(s.study->FindSweep("racks")->text == "vary: []\n");
  s.study->undo()->undo();
  CHECK(s.study->FindSweep("racks") == nullptr);
}

TEST_CASE("a rename is followed by what is built on it, and by the report", "[gui][study]") {
  Sample s;
  CHECK(BuiltOn(*s.study, "capped") == QStringList{"smoothed"});
  REQUIRE(WriteBytes(s.study->ReportPath("capped"), "a report") == "");
  PushRename(s.study.get(), "capped", "held");
  CHECK_THAT(s.study->Find("smoothed")->text, Catch::Contains("\ninclude: held.yaml\n"));
  CHECK(s.study->Save() == "");
  CHECK(ReadBytes(s.study->ReportPath("held")) == "a report");
  CHECK_FALSE(QFileInfo::exists(s.folder.path() + "/capped.yaml"));
  CHECK(CheckScenario("smoothed", s.study->FilePath("smoothed").toStdString(), {})->errors.empty());
}

TEST_CASE("letters typed one after the other are one step", "[gui][study][undo]") {
  Sample s;
  const std::string before = s.study->Find("base")->text;
  for (int i = 0; i < 5; ++i) {
    const TextChange letter{static_cast<std::size_t>(2 + i), "", "x"};
    s.study->undo()->push(new ChangeText(s.study.get(), "base", letter, "type", ChangeText::Kind::kTyping));
  }
  CHECK(s.study->undo()->count() == 1);
  s.study->undo()->undo();
  CHECK(s.study->Find("base")->text == before);
}

TEST_CASE("what a crash leaves is offered again, and can be undone", "[gui][study][mistake]") {
  Sample s;
  const QString copy = s.folder.path() + "/kept";
  {
    Autosave autosave(s.study.get());
    s.Push("base", "seed", "99");
    s.study->undo()->push(new AddVariant(s.study.get(), 4, "fresh", EmptyVariant("base", "Fresh")));
    CHECK(autosave.Write() == "");
    REQUIRE(QDir().rename(s.study->StateFolder() + "/autosave", copy));  // the window dies here
  }
  REQUIRE(QDir().rename(copy, s.study->StateFolder() + "/autosave"));
  const auto again = Study::Open(s.folder.path());
  Autosave autosave(again.get());
  REQUIRE(autosave.recoverable());
  autosave.Recover();
  CHECK(again->Find("base")->text == s.study->Find("base")->text);
  REQUIRE(again->Find("fresh") != nullptr);
  again->undo()->undo();
  CHECK(again->Find("fresh") == nullptr);
}

TEST_CASE("a second window on a study is told so and does not touch the kept texts", "[gui][study]") {
  Sample s;
  Autosave first(s.study.get());
  CHECK_FALSE(first.elsewhere());
  CHECK(Autosave(s.study.get()).elsewhere());
}

TEST_CASE("a full disk is said with the file's name, and nothing is lost", "[gui][study][mistake]") {
  Sample s;
  const QByteArray on_disk = ReadBytes(s.study->FilePath("base"));
  s.Push("base", "seed", "99");
  {
    FullDisk full(64);
    const QString error = s.study->Save();
    INFO(error.toStdString());
    CHECK(error.startsWith("cannot write " + s.study->FilePath("base") + ": "));
    CHECK(s.study->modified());
    CHECK(ReadBytes(s.study->FilePath("base")) == on_disk);
  }
  CHECK(s.study->Save() == "");
  CHECK(ReadBytes(s.study->FilePath("base")).toStdString() == s.study->Find("base")->text);
}

TEST_CASE("a study on a read-only folder opens, is edited, and says why it cannot be saved", "[gui][study][mistake]") {
  Sample s;
  QTemporaryDir home;
  const ReadOnly locked(s.folder.path());
  const OpenHome elsewhere(home.path());
  {
    Unprivileged user;
    const auto study = Study::Open(s.folder.path());
    CHECK_FALSE(study->StateFolder().startsWith(s.folder.path()));
    Autosave autosave(study.get());
    study->undo()->push(new ChangeText(study.get(), "base", {0, "", "# mine\n"}, "type"));
    CHECK(study->Save() == "cannot write " + study->FilePath("base") + ": Permission denied");
    CHECK(study->modified());
    CHECK(autosave.Write() == "");
    CHECK(QFileInfo::exists(study->StateFolder() + "/autosave/base.yaml"));
  }
}

TEST_CASE("a file that another program changed is kept before it is written over", "[gui][study][mistake]") {
  Sample s;
  REQUIRE(WriteBytes(s.study->FilePath("base"), "schema: 1  # theirs\n") == "");
  s.Push("base", "seed", "99");
  CHECK(s.study->Save() == "");
  REQUIRE(s.study->notes().size() == 1);
  CHECK(ReadBytes(s.study->StateFolder() + "/removed/base.yaml") == "schema: 1  # theirs\n");
}

TEST_CASE("a study file that is broken says where", "[gui][study][mistake]") {
  Sample s;
  WriteBytes(s.study->file(), "schema: 2\nvariant: [a.yaml]\n");
  CHECK_THROWS_WITH(Study::Open(s.folder.path()),
                    Catch::Contains("study.yaml:1:9: schema: this study was written by another version") &&
                        Catch::Contains("study.yaml:2:1: variant: unknown key"));
  WriteBytes(s.study->file(), "schema: 1\nvariants: [gone.yaml]\n");
  const auto study = Study::Open(s.folder.path());
  CHECK(study->scenarios().size() == 1);
  CHECK(study->notes().value(0).contains("gone.yaml"));
}

TEST_CASE("a scenario file becomes the base of a study in its folder", "[gui][study]") {
  QTemporaryDir folder;
  WriteBytes(folder.filePath("mine.yaml"), StarterScenario());
  const auto study = Study::Open(folder.filePath("mine.yaml"));
  CHECK(study->base() == "mine");
  CHECK_FALSE(QFileInfo::exists(study->file()));
  study->undo()->push(new AddVariant(study.get(), 1, study->FreeName("8 more racks!"), EmptyVariant("mine", "x")));
  CHECK(study->Save() == "");
  const auto again = Study::Open(folder.path());
  CHECK(again->scenarios()[1].name == "8-more-racks");
}

TEST_CASE("checks read what is not saved, with the command's own messages", "[gui][study]") {
  Sample s;
  s.Push("base", "site.power.utility.limit", "3.5");
  const auto checked =
      CheckScenario("smoothed", s.study->FilePath("smoothed").toStdString(), s.study->Texts());
  REQUIRE(checked->errors.size() == 1);
  CHECK_THAT(checked->errors[0].Text(),
             Catch::EndsWith("base.yaml:8:22: site.power.utility.limit: 3.5 is a bare number; write a unit, "
                             "for example 3.5 MW"));
  Checker checker;
  QSignalSpy answers(&checker, &Checker::Checked);
  for (int i = 0; i < 5; ++i) checker.Request("base", s.study->FilePath("base"), s.study->Texts());
  REQUIRE(answers.wait(5000));
  CHECK(answers.size() == 1);
}
