#pragma once

#include <QObject>
#include <QProcess>
#include <QStringList>
#include <deque>
#include <memory>

namespace headroom::gui {

enum class RunState { kQueued, kRunning, kDone, kForbidden, kFailed, kCancelled };

/// One child process, waiting, at work or ended.
struct Run {
  int id = 0;
  QString subject;        ///< the scenario or sweep
  QStringList arguments;  ///< of the command
  QString output;         ///< the report or folder that it writes
  RunState state = RunState::kQueued;
  double share = -1.0;    ///< done; negative: not known
  double simulated_s = 0.0;
  double left_s = -1.0;   ///< negative: not known
  QString message;        ///< one line on how it ended, where it did not end well
  QString log;            ///< what the command printed, but for progress
  int exit = 0;
  qint64 process = 0;     ///< of the child while it runs
  bool ended() const { return state != RunState::kQueued && state != RunState::kRunning; }
};

/// Runs `headroom` as child processes, as many at once as the machine has cores. A child that
/// crashes or is cancelled leaves the earlier report as it was.
class RunQueue : public QObject {
  Q_OBJECT

 public:
  explicit RunQueue(QObject* parent = nullptr);
  ~RunQueue() override;

  const std::deque<Run>& runs() const { return runs_; }
  const Run* Find(int id) const;
  /// The latest run of a subject, or null.
  const Run* Latest(const QString& subject) const;
  bool active() const;
  int at_once() const { return at_once_; }
  void SetAtOnce(int count);

  /// A run of a subject that waits already is not queued again. Returns its id.
  int Add(const QString& subject, const QStringList& arguments, const QString& output);
  /// Asks a run to stop; it is killed where it does not within three seconds.
  void Cancel(int id);
  void CancelAll();
  /// Takes ended runs off the list.
  void Clear();

 signals:
  void Added(int id);
  void Changed(int id);
  void Ended(int id);
  void Cleared();

 private:
  struct Child {
    int id;
    std::unique_ptr<QProcess> process;
    QByteArray pending;
    bool cancelled = false;
  };
  Run* FindRun(int id);
  void StartNext();
  void Start(Run* run);
  void ReadErrors(Child* child);
  void ReadLine(Run* run, const QByteArray& line);
  void Finish(int id, int exit, QProcess::ExitStatus status);
  void Conclude(Run* run, RunState state, const QString& message);

  std::deque<Run> runs_;
  std::deque<std::unique_ptr<Child>> children_;
  int at_once_;
  int next_id_ = 1;
};

}  // namespace headroom::gui
