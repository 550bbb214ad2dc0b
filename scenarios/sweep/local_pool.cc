#include "scenarios/sweep/local_pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <system_error>

#include "scenarios/sweep/point.h"
#include "scenarios/sweep/prefix_process.h"
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

/// Points that branch from one run, and the process that makes it.
struct Branching {
  std::deque<Task> due;
  std::optional<PrefixProcess> process;
};

class Pool {
 public:
  Pool(const Folder& folder, const Plan& plan, const config::Node& base, int jobs)
      : folder_(folder), plan_(plan), base_(base), jobs_(static_cast<std::size_t>(jobs)), logged_(folder.Logged()) {}
  ~Pool() {
    for (Branching& b : branching_)
      if (b.process) running_.push_back({b.process->pid(), {}, {}});
    for (const Running& r : running_) kill(r.pid, SIGKILL);
    for (const Running& r : running_) waitpid(r.pid, nullptr, 0);
  }

  Tally Run(const std::vector<std::size_t>& points, const PoolWatch& watch) {
    Sort(points);
    while (!Over()) {
      while (Busy() < jobs_ && StartOne()) {
      }
      Reap();
      if (!watch(tally_)) {
        tally_.interrupted = true;
        return tally_;
      }
      if (!Over() && (Busy() == jobs_ || !CanStart())) {
        held_.Wait();
        Reap();
      }
    }
    watch(tally_);
    return tally_;
  }

 private:
  /// Points with a prefix in common go to one process; a point without company runs by itself.
  void Sort(const std::vector<std::size_t>& points) {
    if (plan_.from <= 0.0) {
      for (const std::size_t p : points) due_.push_back({p, 0});
      return;
    }
    std::map<std::vector<std::string>, std::size_t> known;
    std::vector<std::deque<Task>> groups;
    for (const std::size_t p : points) {
      const auto [at, is_new] = known.emplace(PrefixOverrides(plan_, plan_.points[p]), groups.size());
      if (is_new) groups.emplace_back();
      groups[at->second].push_back({p, 0});
    }
    for (std::deque<Task>& group : groups) {
      if (group.size() == 1)
        due_.push_back(group.front());
      else
        branching_.emplace_back().due = std::move(group);
    }
  }

  bool Over() const { return due_.empty() && running_.empty() && branching_.empty(); }
  /// Processes that compute: points, and prefixes on their way.
  std::size_t Busy() {
    return running_.size() + static_cast<std::size_t>(std::count_if(
                                 branching_.begin(), branching_.end(),
                                 [](Branching& b) { return b.process && !b.process->Ready(); }));
  }
  bool CanStart() {
    return !due_.empty() || std::any_of(branching_.begin(), branching_.end(), [](Branching& b) {
      return !b.due.empty() && (!b.process || b.process->Ready());
    });
  }

  /// Starts what comes next; false where there is nothing to start now. Prefixes that are ready come
  /// first, so that few of them are kept.
  bool StartOne() {
    for (Branching& b : branching_) {
      if (!b.process || !b.process->Ready() || b.due.empty()) continue;
      const Task task = b.due.front();
      const pid_t pid = b.process->Start(task.point);
      if (pid < 0) return false;  // Reap() finds it gone
      b.due.pop_front();
      if (b.due.empty()) b.process->Close();
      running_.push_back({pid, task, LogOf(plan_.points[task.point], pid)});
      return true;
    }
    if (!due_.empty()) {
      Start(due_.front());
      due_.pop_front();
      return true;
    }
    for (Branching& b : branching_)
      if (!b.process) {
        StartPrefix(&b);
        return true;
      }
    return false;
  }

  void Start(const Task& task) {
    const Point& point = plan_.points[task.point];
    std::fflush(nullptr);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0)
      throw IoError(
          fmt::format("cannot start a process: {}", std::generic_category().message(errno)));
    if (pid == 0) {
      SetUp(parent, LogOf(point, getpid()));
      const int exit = RunPoint(folder_, plan_, base_, point);
      std::fflush(nullptr);
      _exit(exit);
    }
    running_.push_back({pid, task, LogOf(point, pid)});
  }

  void StartPrefix(Branching* b) {
    const pid_t parent = getpid();
    const Point& any = plan_.points[b->due.front().point];
    b->process.emplace(
        [&](const std::function<std::size_t()>& next) {
          return RunFromPrefix(folder_, plan_, base_, any,
                               [&]() -> const Point& { return plan_.points[next()]; });
        },
        [&] { SetUp(parent, PrefixLog(getpid())); },
        [&](std::size_t p) { SetUp(parent, LogOf(plan_.points[p], getpid())); });
  }

  std::string LogOf(const Point& point, pid_t pid) const {
    return fmt::format("{}/{}.{}.log", folder_.work(), point.id, pid);
  }
  std::string PrefixLog(pid_t pid) const { return fmt::format("{}/prefix.{}.log", folder_.work(), pid); }

  /// In a new child of the pool.
  void SetUp(pid_t pool, const std::string& log_path) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != pool) _exit(130);
    signal(SIGINT, SIG_IGN);  // the pool ends its children
    signal(SIGTERM, SIG_DFL);
    held_.Release();
    for (Branching& b : branching_)
      if (b.process) b.process->Close();
    const int log = open(log_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (log >= 0) {
      dup2(log, STDERR_FILENO);
      close(log);
    }
  }

  void Reap() {
    for (std::size_t i = 0; i < running_.size();) {
      int status = 0;
      rusage usage{};
      if (wait4(running_[i].pid, &status, WNOHANG, &usage) != running_[i].pid) {
        ++i;
        continue;
      }
      const Running ended = std::move(running_[i]);
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      AddTime(usage);
      Settle(ended, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
    for (auto at = branching_.begin(); at != branching_.end();) {
      Branching& b = *at;
      int status = 0;
      rusage usage{};
      if (!b.process || wait4(b.process->pid(), &status, WNOHANG, &usage) != b.process->pid()) {
        ++at;
        continue;
      }
      // Closed after its last point; or it died, or found a mistake: its points then run by themselves.
      AddTime(usage);
      unlink(PrefixLog(b.process->pid()).c_str());
      due_.insert(due_.end(), b.due.begin(), b.due.end());
      at = branching_.erase(at);
    }
  }

  void AddTime(const rusage& u) {
    for (const timeval& t : {u.ru_utime, u.ru_stime})
      tally_.cpu_s += static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  }

  void Settle(const Running& ended, int exit) {
    const std::string& id = plan_.points[ended.task.point].id;
    if (exit == 0 || exit == kForbidden) {
      unlink(ended.log.c_str());
      if (std::binary_search(logged_.begin(), logged_.end(), id)) folder_.ForgetFailure(id, exit);
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
  std::vector<std::string> logged_;  ///< points that failed before
  HeldSignal held_;
  std::deque<Task> due_;
  std::vector<Running> running_;
  std::list<Branching> branching_;
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
