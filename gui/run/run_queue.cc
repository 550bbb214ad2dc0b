#include "gui/run/run_queue.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QThread>
#include <QTimer>
#include <algorithm>

#include "gui/run/command_line.h"

namespace headroom::gui {
namespace {

constexpr int kLongestLog = 1 << 20;

QString LastLine(const QString& log) {
  const QStringList lines = log.split('\n', Qt::SkipEmptyParts);
  return lines.isEmpty() ? QString() : lines.back();
}

}  // namespace

RunQueue::RunQueue(QObject* parent)
    : QObject(parent), at_once_(std::max(1, QThread::idealThreadCount())) {}

RunQueue::~RunQueue() {
  for (auto& child : children_) {
    child->process->disconnect(this);
    child->process->terminate();
  }
  for (auto& child : children_)
    if (!child->process->waitForFinished(2000)) child->process->kill();
}

const Run* RunQueue::Find(int id) const {
  const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const Run& r) { return r.id == id; });
  return found == runs_.end() ? nullptr : &*found;
}

Run* RunQueue::FindRun(int id) { return const_cast<Run*>(Find(id)); }

const Run* RunQueue::Latest(const QString& subject) const {
  const Run* latest = nullptr;
  for (const Run& run : runs_)
    if (run.subject == subject) latest = &run;
  return latest;
}

bool RunQueue::active() const {
  return std::any_of(runs_.begin(), runs_.end(), [](const Run& r) { return !r.ended(); });
}

void RunQueue::SetAtOnce(int count) {
  at_once_ = std::max(1, count);
  StartNext();
}

int RunQueue::Add(const QString& subject, const QStringList& arguments, const QString& output) {
  for (const Run& run : runs_)
    if (run.state == RunState::kQueued && run.subject == subject && run.arguments == arguments) return run.id;
  Run run;
  run.id = next_id_++;
  run.subject = subject;
  run.arguments = arguments;
  run.output = output;
  runs_.push_back(run);
  emit Added(run.id);
  StartNext();
  return run.id;
}

void RunQueue::StartNext() {
  for (Run& run : runs_) {
    if (static_cast<int>(children_.size()) >= at_once_) return;
    if (run.state != RunState::kQueued) continue;
    // Two runs never write one file at once.
    const bool same_output = std::any_of(runs_.begin(), runs_.end(), [&](const Run& other) {
      return other.state == RunState::kRunning && other.output == run.output;
    });
    if (!same_output) Start(&run);
  }
}

void RunQueue::Start(Run* run) {
  const QString program = HeadroomProgram();
  if (program.isEmpty()) {
    Conclude(run, RunState::kFailed, tr("the headroom command is not installed beside this program"));
    return;
  }
  auto child = std::make_unique<Child>();
  child->id = run->id;
  child->process = std::make_unique<QProcess>();
  Child* c = child.get();
  const int id = run->id;
  connect(c->process.get(), &QProcess::readyReadStandardError, this, [this, c] { ReadErrors(c); });
  connect(c->process.get(), &QProcess::readyReadStandardOutput, this, [this, c] {
    if (Run* r = FindRun(c->id)) r->log += QString::fromUtf8(c->process->readAllStandardOutput());
  });
  connect(c->process.get(), &QProcess::started, this, [this, c] {
    if (Run* r = FindRun(c->id)) r->process = c->process->processId();
  });
  connect(c->process.get(), &QProcess::finished, this,
          [this, id](int exit, QProcess::ExitStatus status) { Finish(id, exit, status); });
  connect(c->process.get(), &QProcess::errorOccurred, this, [this, id](QProcess::ProcessError error) {
    if (error == QProcess::FailedToStart) Finish(id, 127, QProcess::NormalExit);
  });
  run->state = RunState::kRunning;
  children_.push_back(std::move(child));
  emit Changed(id);
  c->process->start(program, run->arguments);
}

void RunQueue::ReadErrors(Child* child) {
  child->pending += child->process->readAllStandardError();
  Run* run = FindRun(child->id);
  for (qsizetype end = child->pending.indexOf('\n'); end >= 0; end = child->pending.indexOf('\n')) {
    if (run != nullptr) ReadLine(run, child->pending.left(end));
    child->pending.remove(0, end + 1);
  }
  if (run != nullptr) emit Changed(run->id);
}

void RunQueue::ReadLine(Run* run, const QByteArray& line) {
  if (line.startsWith("{\"progress\"")) {
    const QJsonObject o = QJsonDocument::fromJson(line).object();
    run->share = o.value("progress").toDouble(-1.0);
    run->simulated_s = o.value("simulated_s").toDouble(run->simulated_s);
    run->left_s = o.value("eta_s").toDouble(-1.0);
    return;
  }
  if (run->log.size() < kLongestLog) run->log += QString::fromUtf8(line) + "\n";
}

void RunQueue::Finish(int id, int exit, QProcess::ExitStatus status) {
  const auto found = std::find_if(children_.begin(), children_.end(), [&](const auto& c) { return c->id == id; });
  if (found == children_.end()) return;
  std::unique_ptr<Child> child = std::move(*found);
  children_.erase(found);
  ReadErrors(child.get());
  Run* run = FindRun(id);
  if (run != nullptr && !child->pending.isEmpty()) ReadLine(run, child->pending);
  const bool cancelled = child->cancelled;
  child->process->disconnect(this);
  child->process.release()->deleteLater();  // this may be in one of its signals
  if (run == nullptr) return;
  run->exit = exit;
  const QString kept = QFileInfo::exists(run->output) ? tr("; the report of before is as it was") : QString();
  if (cancelled || exit == 130) {
    Conclude(run, RunState::kCancelled, tr("cancelled") + kept);
  } else if (status == QProcess::CrashExit) {
    Conclude(run, RunState::kFailed, tr("the command was killed or crashed") + kept);
  } else if (exit == 0) {
    run->share = 1.0;
    Conclude(run, RunState::kDone, {});
  } else if (exit == 3) {
    Conclude(run, RunState::kForbidden, tr("cannot run as asked; its report says why"));
  } else if (exit == 4) {
    Conclude(run, RunState::kFailed, tr("some points failed; run again to try them again"));
  } else {
    const QString last = LastLine(run->log);
    Conclude(run, RunState::kFailed, last.isEmpty() ? tr("ended with status %1").arg(exit) : last);
  }
}

void RunQueue::Conclude(Run* run, RunState state, const QString& message) {
  const int id = run->id;
  run->state = state;
  run->process = 0;
  run->message = message;
  run->left_s = -1.0;
  emit Changed(id);
  emit Ended(id);
  QTimer::singleShot(0, this, [this] { StartNext(); });
}

void RunQueue::Cancel(int id) {
  Run* run = FindRun(id);
  if (run == nullptr || run->ended()) return;
  if (run->state == RunState::kQueued) {
    Conclude(run, RunState::kCancelled, tr("cancelled before it began"));
    return;
  }
  for (auto& child : children_) {
    if (child->id != id || child->cancelled) continue;
    child->cancelled = true;
    child->process->terminate();
    QTimer::singleShot(3000, child->process.get(), &QProcess::kill);
  }
}

void RunQueue::CancelAll() {
  std::vector<int> ids;
  for (const Run& run : runs_)
    if (!run.ended()) ids.push_back(run.id);
  for (auto i = ids.rbegin(); i != ids.rend(); ++i) Cancel(*i);
}

void RunQueue::Clear() {
  std::erase_if(runs_, [](const Run& r) { return r.ended(); });
  emit Cleared();
}

}  // namespace headroom::gui
