#include <QAbstractItemModelTester>
#include <QUndoStack>
#include <QtTest>
#include <catch2/catch.hpp>

#include "gui/commands/study_commands.h"
#include "gui/commands/text_command.h"
#include "gui/models/scenario/catalog_card.h"
#include "gui/models/scenario/problem_model.h"
#include "gui/models/scenario/property_model.h"
#include "gui/models/scenario/skeleton.h"
#include "gui/models/scenario/study_model.h"
#include "gui/models/scenario/sweep_model.h"
#include "gui/run/run_model.h"
#include "gui/run/study_reports.h"
#include "gui/study/sample_study.h"
#include "gui/study/study.h"
#include "gui/study/study_state.h"

using namespace headroom;
using namespace headroom::gui;

namespace {

struct Edited {
  QTemporaryDir folder;
  std::unique_ptr<Study> study;
  std::unique_ptr<PropertyModel> model;
  QAbstractItemModelTester* tester;
  explicit Edited(const QString& name = "base") {
    WriteSampleStudy(folder.path());
    study = Study::Open(folder.path());
    model = std::make_unique<PropertyModel>(study.get());
    tester = new QAbstractItemModelTester(model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    Show(name);
  }
  ~Edited() { delete tester; }
  void Show(const QString& name) {
    model->Show(CheckScenario(name, study->FilePath(name).toStdString(), study->Texts()));
  }
  QModelIndex At(const char* path, int column = PropertyModel::kValue) {
    const QModelIndex found = model->Find(path);
    INFO(path);
    REQUIRE(found.isValid());
    return found.siblingAtColumn(column);
  }
  QString Text(const char* path, int column = PropertyModel::kValue) {
    return At(path, column).data().toString();
  }
  const std::string& Yaml(const QString& name) { return study->Find(name)->text; }
};

}  // namespace

TEST_CASE("the tree shows what is written, inherited and by default", "[gui][model]") {
  Edited e("smoothed");
  CHECK(e.Text("site.power.smoothing.floor") == "65 %");
  CHECK(e.Text("site.power.smoothing.floor", PropertyModel::kOrigin) == "here");
  CHECK(e.Text("site.power.utility.limit") == "3.5 MW");
  CHECK(e.Text("site.power.utility.limit", PropertyModel::kOrigin) == "base.yaml");
  CHECK(e.Text("site.systems[hall].count", PropertyModel::kOrigin) == "eight-more-racks.yaml");
  CHECK(e.Text("site.cooling.rack_supply") == "32 degC");
  CHECK(e.Text("site.cooling.rack_supply", PropertyModel::kOrigin) == "default");
  CHECK(e.Text("site.power.bess.energy") == "");
  CHECK(e.Text("workloads[pretrain].train.model") == "llama-3.1-405b");
}

TEST_CASE("setting a value changes the text alone that says it; undo restores every byte", "[gui][model][undo]") {
  Edited e;
  const std::string before = e.Yaml("base");
  for (const auto& [path, value] : std::vector<std::pair<const char*, const char*>>{
           {"site.power.utility.limit", "4 MW"},
           {"site.cooling.rack_supply", "40 degC"},
           {"site.power.bess.energy", "2 MWh"},
           {"workloads[pretrain].train.model", "llama-3.1-70b"},
           {"workloads[pretrain].train.parallelism.tp", "8"},
           {"name", "a: \"b\" # c"},
           {"record.windows[0].length", "30 s"}}) {
    INFO(path);
    REQUIRE(e.model->setData(e.At(path), value, Qt::EditRole));
    CHECK(e.Yaml("base") != before);
    e.Show("base");
    CHECK(e.Text(path) == value);
    e.study->undo()->undo();
    CHECK(e.Yaml("base") == before);
    e.Show("base");
  }
}

TEST_CASE("a variant says only what differs", "[gui][model]") {
  Edited e("capped");
  REQUIRE(e.model->setData(e.At("site.systems[hall].count"), "20", Qt::EditRole));
  CHECK_THAT(e.Yaml("capped"), Catch::Contains("systems: [{name: hall, count: 20}]"));
  e.Show("capped");
  CHECK(e.Text("site.systems[hall].count", PropertyModel::kOrigin) == "here");
  e.model->Clear(e.At("site.systems[hall].count"));
  e.Show("capped");
  CHECK(e.Text("site.systems[hall].count") == "24");
}

TEST_CASE("a wrong value stays in the text and is marked with the command's message", "[gui][model][mistake]") {
  Edited e;
  REQUIRE(e.model->setData(e.At("site.cooling.rack_supply"), "400 degC", Qt::EditRole));
  e.Show("base");
  CHECK(e.Text("site.cooling.rack_supply") == "400 degC");
  CHECK(e.At("site.cooling.rack_supply").data(PropertyModel::kProblemRole).toString() ==
        "400 degC is too large; it must be at most 60 degC");
  ProblemModel problems;
  QAbstractItemModelTester tester(&problems, QAbstractItemModelTester::FailureReportingMode::Fatal);
  problems.Show(e.model->checked());
  REQUIRE(problems.rowCount() == 1);
  CHECK(problems.index(0, 1).data().toString() ==
        "site.cooling.rack_supply: 400 degC is too large; it must be at most 60 degC");
}

TEST_CASE("a text that does not parse refuses edits of the tree by its place", "[gui][model][mistake]") {
  Edited e;
  e.study->ChangeText("base", {0, "", "a: [\n"});
  QSignalSpy refused(e.model.get(), &PropertyModel::Refused);
  e.model->setData(e.At("seed"), "5", Qt::EditRole);
  REQUIRE(refused.size() == 1);
  CHECK(refused[0][0].toString().contains(":"));
}

TEST_CASE("equipment and work are added with what they must say, and read without an error", "[gui][model]") {
  Edited e;
  e.model->AddTo(e.At("site.systems", 0), "");
  CHECK_THAT(e.Yaml("base"), Catch::Contains("    - {name: new-1, type: "));
  e.Show("base");
  for (const QString& kind : ElementKinds(*e.model->At(e.At("workloads", 0))->field)) {
    if (kind == "trace" || kind == "jobs") continue;  // these name a file or a distribution of the user's
    INFO(kind.toStdString());
    const int depth = e.study->undo()->index();
    e.model->AddTo(e.At("workloads", 0), kind);
    e.Show("base");
    std::string all;
    for (const Finding& f : e.model->checked()->errors) all += f.Text() + "\n";
    CHECK(all == "");
    e.study->undo()->setIndex(depth);
    e.Show("base");
  }
  e.model->AddTo(e.At("site.power.bess", 0), "");
  e.Show("base");
  CHECK(e.Text("site.power.bess.energy") != "");
  CHECK(e.model->checked()->errors.empty());
}

TEST_CASE("a data sheet's card has its figures and their sources", "[gui][model]") {
  const QString card = CatalogCard("rack", "gb300-nvl72");
  CHECK(card.contains("NVIDIA GB300 NVL72"));
  CHECK(card.contains("<b>142 kW</b>"));
  CHECK(card.contains("NVIDIA reference architecture"));
  CHECK(CatalogNames({"rack", "node"}).size() > 10);
}

TEST_CASE("the tables of a study keep the rules of item models", "[gui][model]") {
  Edited e;
  StudyState state;
  StudyReports reports(e.study.get(), &state);
  RunQueue queue;
  StudyModel studies(e.study.get(), &reports, &queue);
  QAbstractItemModelTester tester(&studies, QAbstractItemModelTester::FailureReportingMode::Fatal);
  RunModel runs(&queue);
  QAbstractItemModelTester run_tester(&runs, QAbstractItemModelTester::FailureReportingMode::Fatal);
  CHECK(studies.rowCount() == 4);
  CHECK(studies.index(0, StudyModel::kReport).data().toString() == "○ not run yet");
  e.study->undo()->push(new AddVariant(e.study.get(), 1, "more", EmptyVariant("base", "More")));
  CHECK(studies.rowCount() == 5);
  CHECK(studies.index(1, StudyModel::kName).data().toString() == "more *");
  REQUIRE(e.study->Save() == "");
  REQUIRE(QDir().mkpath(e.folder.filePath("reports")));
  queue.SetAtOnce(1);
  queue.Add("base", {"run", e.study->FilePath("base"), "-o", e.study->ReportPath("base"), "--progress", "json"},
            e.study->ReportPath("base"));
  CHECK(runs.rowCount() == 1);
  QSignalSpy ended(&queue, &RunQueue::Ended);
  REQUIRE(ended.wait(60000));
  INFO(queue.runs().front().log.toStdString());
  INFO(queue.runs().front().message.toStdString());
  REQUIRE(queue.runs().front().state == RunState::kDone);
  reports.NoteChecked(e.model->checked());
  reports.Reload("base");
  QTRY_VERIFY_WITH_TIMEOUT(!reports.busy(), 20000);
  CHECK(studies.index(0, StudyModel::kReport).data().toString() == "● current");
  CHECK(studies.index(0, StudyModel::kFirstFigure).data().toString().endsWith("MW"));
  REQUIRE(state.reports().size() == 1);
  CHECK(state.extent().to > 1000.0);
  queue.Clear();
  CHECK(runs.rowCount() == 0);
}

TEST_CASE("a variant takes an element and a group out of its base, and puts them back", "[gui][model][remove]") {
  Edited e("smoothed");
  const std::string before = e.Yaml("smoothed");
  e.model->Clear(e.At("site.power.utility"));
  CHECK(e.Yaml("smoothed") == before + "remove: [site.power.utility]\n");
  e.Show("smoothed");
  CHECK(e.Text("site.power.utility") == "taken out");
  const int workloads = e.model->rowCount(e.At("workloads", 0));
  const std::string path = e.model->index(0, 0, e.At("workloads", 0)).data(PropertyModel::kPathRole).toString().toStdString();
  // What the variant itself says of an element goes first, then the base's.
  while (e.model->ClearingOf(e.At(path.c_str())) == PropertyModel::Clearing::kClear) {
    e.model->Clear(e.At(path.c_str()));
    e.Show("smoothed");
  }
  REQUIRE(e.model->ClearingOf(e.At(path.c_str())) == PropertyModel::Clearing::kTakeOut);
  e.model->Clear(e.At(path.c_str()));
  e.Show("smoothed");
  CHECK(e.model->rowCount(e.At("workloads", 0)) == workloads);
  CHECK(e.Text(path.c_str()) == "taken out");
  CHECK(e.Yaml("smoothed").find("remove: [site.power.utility, \"" + path + "\"]") != std::string::npos);
  e.model->Clear(e.At(path.c_str()));  // puts it back
  e.Show("smoothed");
  CHECK(e.Text(path.c_str()) == "");
  while (e.study->undo()->canUndo()) e.study->undo()->undo();
  CHECK(e.Yaml("smoothed") == before);
  e.Show("base");
  CHECK(e.model->ClearingOf(e.At("site.cooling.rack_supply")) == PropertyModel::Clearing::kNone);
}

TEST_CASE("a variant in a scenario's file is edited below its name", "[gui][model][variants]") {
  Edited e;
  const std::string text = e.Yaml("base") + "variants:\n  hot: {site: {cooling: {rack_supply: 38 degC}}}\n";
  e.study->undo()->push(new ChangeText(e.study.get(), "base", Difference(e.Yaml("base"), text), "variants"));
  const auto check = [&] { return CheckScenario("base@hot", e.study->FilePath("base@hot").toStdString(), e.study->Texts(), "hot"); };
  CHECK(CheckScenario("base", e.study->FilePath("base").toStdString(), e.study->Texts())->variants == QStringList{"hot"});
  e.model->Show(check());
  CHECK(e.Text("site.cooling.rack_supply") == "38 degC");
  CHECK(e.Text("site.cooling.rack_supply", PropertyModel::kOrigin) == "here");
  CHECK(e.Text("site.power.utility.limit", PropertyModel::kOrigin) == "base.yaml");
  e.model->setData(e.At("site.cooling.rack_supply"), "41 degC", Qt::EditRole);
  e.model->setData(e.At("site.power.utility.limit"), "9 MW", Qt::EditRole);
  CHECK(e.Yaml("base").ends_with("variants:\n  hot: {site: {cooling: {rack_supply: 41 degC}, power: {utility: {limit: 9 MW}}}}\n"));
  e.study->NoteVariants("base", {"hot"});
  CHECK(e.study->names().mid(0, 2) == QStringList{"base", "base@hot"});
  CHECK(check()->errors.empty());
}

TEST_CASE("the points of a sweep keep the rules of item models as they come, run and end", "[gui][model][sweep]") {
  QTemporaryDir folder;
  const auto write = [&](const char* file, const QByteArray& bytes) { REQUIRE(WriteBytes(folder.filePath(file), bytes) == ""); };
  SweepModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.Show(folder.path());
  CHECK(model.rowCount() == 0);
  write("points.jsonl", R"({"id": "a1", "set": [["seed", "1"], ["site.power.utility.limit", "3 MW"]]}
{"id": "b2", "set": [["seed", "2"]]}
)");
  write("reports/a1.h5", "x");
  write("failed/b2.txt", "no");
  model.Show(folder.path());
  REQUIRE(model.rowCount() == 2);
  CHECK(model.columnCount() == 4);
  CHECK(model.At(0)->state == SweepModel::State::kDone);
  CHECK(model.At(1)->state == SweepModel::State::kFailed);
  CHECK(model.index(0, 3).data().toString() == "3 MW");
  CHECK(model.index(1, 3).data().toString().isEmpty());
  QTemporaryDir other;
  model.Show(other.path());
  CHECK(model.rowCount() == 0);
}
