#include "gui/run/run_queue.h"

#include <QtTest>
#include <catch2/catch.hpp>
#include <csignal>

#include "gui/run/command_line.h"
#include "gui/run/study_reports.h"
#include "gui/study/sample_study.h"
#include "gui/study/study.h"
#include "gui/study/study_state.h"

using namespace headroom::gui;

namespace {

/// A scenario whose run takes many seconds.
const char* const kLong = R"(schema: 1
site: {systems: [{name: a, type: dgx-h100, count: 4}]}
workloads:
  - name: chat
    serve:
      model: llama-3.1-8b
      replicas: 8
      parallelism: {tp: 4}
      requests: {arrival: {poisson: 60 /s}, prompt_tokens: {uniform: {from: 10, to: 900}}, output_tokens: {uniform: {from: 10, to: 900}}}
run: {duration: 100 h}
)";

struct Queue {
  QTemporaryDir folder;
  RunQueue queue;
  QSignalSpy ended{&queue, &RunQueue::Ended};
  QString Write(const QString& name, const QByteArray& text) {
    WriteBytes(folder.filePath(name), text);
    return folder.filePath(name);
  }
  int Add(const QString& name, const QByteArray& text) {
    const QString report = folder.filePath(name + ".h5");
    return queue.Add(name, {"run", Write(name + ".yaml", text), "-o", report, "--progress", "json"}, report);
  }
  const Run& Wait(int id) {
    while (!queue.Find(id)->ended()) REQUIRE(ended.wait(60000));
    return *queue.Find(id);
  }
};

}  // namespace

TEST_CASE("several runs wait for the cores and all end", "[gui][run]") {
  Queue q;
  q.queue.SetAtOnce(2);
  std::vector<int> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(q.Add(QString("s%1").arg(i), StarterScenario()));
  CHECK(q.queue.Find(ids[3])->state == RunState::kQueued);
  for (const int id : ids) {
    const Run& run = q.Wait(id);
    INFO(run.log.toStdString());
    CHECK(run.state == RunState::kDone);
    CHECK(QFileInfo::exists(run.output));
    CHECK(run.log.contains("step time"));
  }
  CHECK_FALSE(q.queue.active());
}

TEST_CASE("a broken scenario fails with the command's message and its log", "[gui][run][mistake]") {
  Queue q;
  const Run& run = q.Wait(q.Add("broken", "schema: 1\nsite: {systems: [{name: a, type: dgx-h100, count: 0}]}\n"));
  CHECK(run.state == RunState::kFailed);
  CHECK(run.exit == 2);
  CHECK(run.log.contains("broken.yaml:2:"));
  CHECK_FALSE(FindingsIn(run.log).empty());
}

TEST_CASE("a run that is cancelled or killed leaves the report of before", "[gui][run][mistake]") {
  Queue q;
  WriteBytes(q.folder.filePath("long.h5"), "the report of before");
  const int id = q.Add("long", kLong);
  QTRY_VERIFY_WITH_TIMEOUT(q.queue.Find(id)->share >= 0.0 || q.queue.Find(id)->simulated_s > 0.0, 60000);
  SECTION("cancelled") {
    q.queue.Cancel(id);
    const Run& run = q.Wait(id);
    CHECK(run.state == RunState::kCancelled);
    CHECK(run.message == "cancelled; the report of before is as it was");
  }
  SECTION("killed") {
    QProcess find;
    find.start("pgrep", {"-f", q.folder.filePath("long.yaml")});
    find.waitForFinished();
    const int pid = find.readAllStandardOutput().trimmed().split('\n').value(0).toInt();
    REQUIRE(pid > 1);
    REQUIRE(::kill(pid, SIGKILL) == 0);
    const Run& run = q.Wait(id);
    CHECK(run.state == RunState::kFailed);
    CHECK(run.message == "the command was killed or crashed; the report of before is as it was");
  }
  CHECK(ReadBytes(q.folder.filePath("long.h5")) == "the report of before");
}

TEST_CASE("a run that cannot write its report says which file", "[gui][run][mistake]") {
  Queue q;
  const QString file = q.Write("a.yaml", StarterScenario());
  const int id = q.queue.Add("a", {"run", file, "-o", "/dev/null/x.h5"}, "/dev/null/x.h5");
  const Run& run = q.Wait(id);
  CHECK(run.state == RunState::kFailed);
  CHECK(run.exit == 5);
  CHECK(run.message.contains("/dev/null/x.h5"));
}

TEST_CASE("a report that is damaged, foreign or of another version is named, and the others open", "[gui][run][mistake]") {
  QTemporaryDir folder;
  REQUIRE(WriteSampleStudy(folder.path()) == "");
  const auto study = Study::Open(folder.path());
  WriteBytes(study->ReportPath("base"), "no report at all");
  StudyState state;
  StudyReports reports(study.get(), &state);
  QTRY_VERIFY_WITH_TIMEOUT(!reports.busy(), 20000);
  REQUIRE(reports.Find("base") != nullptr);
  CHECK(reports.Find("base")->error.contains("base.h5"));
  CHECK_FALSE(reports.Find("base")->file);
  CHECK(state.reports().empty());
}

TEST_CASE("a command line is quoted for a shell", "[gui][run]") {
  CHECK(ShellText("headroom", {"run", "my site.yaml", "--set", "a[b]=it's"}) ==
        "headroom run 'my site.yaml' --set 'a[b]=it'\\''s'");
}
