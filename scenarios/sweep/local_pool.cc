#include "scenarios/sweep/local_pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <deque>
#include <system_error>

#include "scenarios/sweep/point.h"
#include "sim/core/diagnostics.h"

namespace headroom::sweep {
namespace {

constexpr int kAttempts = 3;
constexpr int kForbidden = 3;

struct Task {
  std::size_t point = 0;
  int attempts = 0;
};

struct Running {
  pid_t pid = 0;
  Task task;
  std::string log;
};

/// Holds SIGCHLD back while a pool waits for it.
class HeldSignal {
 public:
  HeldSignal() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  ~HeldSignal() { Release(); }
  void Release() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  /// Until a child ends, a signal is handled, or a tenth of a second has passed.
  void Wait() const {
    const timespec tenth{0, 100'000'000};
    sigtimedwait(&set_, nullptr, &tenth);
  }

 private:
  sigset_t set_, before_;
};

class Pool {
 public:
  Pool(const Folder& folder, const Plan& plan, const config::Node& base, int jobs)
      : folder_(folder), plan_(plan), base_(base), jobs_(static_cast<std::size_t>(jobs)) {}
  ~Pool() {
    for (const Running& r : running_) kill(r.pid, SIGKILL);
    for (const Running& r : running_) waitpid(r.pid, nullptr, 0);
  }

  Tally Run(const std::vector<std::size_t>& points, const PoolWatch& watch) {
    for (const std::size_t p : points) due_.push_back({p, 0});
    while (!due_.empty() || !running_.empty()) {
      while (!due_.empty() && running_.size() < jobs_) {
        Start(due_.front());
        due_.pop_front();
      }
      Reap();
      if (!watch(tally_)) {
        tally_.interrupted = true;
        return tally_;
      }
      if (!running_.empty() && (running_.size() == jobs_ || due_.empty())) {
        held_.Wait();
        Reap();
      }
    }
    watch(tally_);
    return tally_;
  }

 private:
  void Start(const Task& task) {
    const Point& point = plan_.points[task.point];
    std::fflush(nullptr);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0)
      throw IoError(
          fmt::format("cannot start a process: {}", std::generic_category().message(errno)));
    if (pid == 0) Child(parent, point);
    running_.push_back({pid, task, LogOf(point, pid)});
  }

  std::string LogOf(const Point& point, pid_t pid) const {
    return fmt::format("{}/{}.{}.log", folder_.work(), point.id, pid);
  }

  [[noreturn]] void Child(pid_t parent, const Point& point) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(130);
    signal(SIGINT, SIG_IGN);  // the pool ends its children
    signal(SIGTERM, SIG_DFL);
    held_.Release();
    const int log =
        open(LogOf(point, getpid()).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (log >= 0) {
      dup2(log, STDERR_FILENO);
      close(log);
    }
    const int exit = RunPoint(folder_, plan_, base_, point);
    std::fflush(nullptr);
    _exit(exit);
  }

  void Reap() {
    for (std::size_t i = 0; i < running_.size();) {
      int status = 0;
      if (waitpid(running_[i].pid, &status, WNOHANG) != running_[i].pid) {
        ++i;
        continue;
      }
      const Running ended = std::move(running_[i]);
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      Settle(ended, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
  }

  void Settle(const Running& ended, int exit) {
    const std::string& id = plan_.points[ended.task.point].id;
    if (exit == 0 || exit == kForbidden) {
      unlink(ended.log.c_str());
      folder_.ForgetFailure(id, exit);
      ++(exit == 0 ? tally_.done : tally_.forbidden);
    } else if (exit > 128 && access(folder_.report(id).c_str(), F_OK) == 0) {
      unlink(ended.log.c_str());  // killed after its report was whole
      ++(folder_.FailedExit(id) == kForbidden ? tally_.forbidden : tally_.done);
    } else if (exit > 128 && ended.task.attempts + 1 < kAttempts) {
      unlink(ended.log.c_str());
      due_.push_back({ended.task.point, ended.task.attempts + 1});
    } else {
      Fail(ended, id, exit);
    }
  }

  void Fail(const Running& ended, const std::string& id, int exit) {
    folder_.ForgetFailure(id);
    if (exit > 128)
      if (std::FILE* log = std::fopen(ended.log.c_str(), "ab")) {
        fmt::print(log, "ended by signal {} ({} attempts)\n", exit - 128, kAttempts);
        std::fclose(log);
      }
    std::rename(ended.log.c_str(), folder_.log(id, exit).c_str());
    ++tally_.failed;
  }

  const Folder& folder_;
  const Plan& plan_;
  const config::Node& base_;
  std::size_t jobs_;
  HeldSignal held_;
  std::deque<Task> due_;
  std::vector<Running> running_;
  Tally tally_;
};

}  // namespace

Tally RunPool(const Folder& folder, const Plan& plan, const config::Node& base,
              const std::vector<std::size_t>& points, int jobs, const PoolWatch& watch) {
  return Pool(folder, plan, base, jobs).Run(points, watch);
}

FolderLock::FolderLock(const Folder& folder) {
  const std::string path = folder.path() + "/lock";
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0)
    throw IoError(fmt::format("cannot open {}: {}", path, std::generic_category().message(errno)));
  // Children of a pool that was killed hold it for a moment longer.
  for (int tries = 0; tries < 40; ++tries) {
    if (flock(file_, LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK) return;  // no locks on this file system
    const timespec pause{0, 50'000'000};
    nanosleep(&pause, nullptr);
  }
  close(file_);
  throw ConfigError(fmt::format("{}: another process runs this sweep", folder.path()));
}

FolderLock::~FolderLock() { close(file_); }

}  // namespace headroom::sweep
