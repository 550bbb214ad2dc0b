#include "gui/data/report_worker.h"

#include <algorithm>

namespace headroom::gui {
namespace {

/// Urgent reads beyond these are of places that the user has left.
constexpr std::size_t kUrgent = 16;

}  // namespace

void ReportNotices::Post() {
  if (pending_.exchange(true)) return;
  QMetaObject::invokeMethod(
      this,
      [this] {
        pending_ = false;
        emit Arrived();
      },
      Qt::QueuedConnection);
}

ReportWorker::ReportWorker() : thread_([this] { Run(); }) {}

ReportWorker::~ReportWorker() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ReportWorker::Ask(Rank rank, const std::string& name, Task task) {
  const std::lock_guard lock(mutex_);
  auto& queue = queues_[static_cast<int>(rank)];
  if (!names_.insert(name).second) {
    if (rank != Rank::kUrgent) return;
    const auto at = std::find_if(queue.begin(), queue.end(), [&](const Item& i) { return i.name == name; });
    if (at == queue.end()) return;
    Item item = std::move(*at);
    queue.erase(at);
    queue.push_front(std::move(item));
    return;
  }
  if (rank == Rank::kUrgent) {
    queue.push_front({name, std::move(task)});
    while (queue.size() > kUrgent) {
      names_.erase(queue.back().name);
      queue.pop_back();
    }
  } else {
    queue.push_back({name, std::move(task)});
  }
  wake_.notify_one();
}

void ReportWorker::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    auto* const queue = std::find_if(std::begin(queues_), std::end(queues_), [](const auto& q) { return !q.empty(); });
    if (stop_) return;
    if (queue == std::end(queues_)) {
      wake_.wait(lock);
      continue;
    }
    const Item item = std::move(queue->front());
    queue->pop_front();
    names_.erase(item.name);
    lock.unlock();
    item.task();
    lock.lock();
  }
}

}  // namespace headroom::gui
