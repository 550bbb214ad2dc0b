#pragma once

#include <QObject>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace headroom::gui {

/// Tells the GUI thread that something of a report has arrived; several arrivals are told as one.
class ReportNotices : public QObject {
  Q_OBJECT

 public:
  /// From any thread.
  void Post();

 signals:
  void Arrived();

 private:
  std::atomic<bool> pending_{false};
};

/// The thread that reads one report: what is on screen first, the newest of it before the older, then
/// what was asked for in order, then what is worth knowing.
class ReportWorker {
 public:
  enum class Rank { kUrgent, kNext, kIdle };
  using Task = std::function<void()>;

  ReportWorker();
  /// Waits for the task under way.
  ~ReportWorker();
  /// Ignored where a task of that name is waiting already, but for its place: the newest urgent one goes first.
  void Ask(Rank rank, const std::string& name, Task task);

 private:
  struct Item {
    std::string name;
    Task task;
  };
  void Run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> queues_[3];
  std::set<std::string> names_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace headroom::gui
