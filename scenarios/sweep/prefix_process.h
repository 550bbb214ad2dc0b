#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>

namespace headroom::sweep {

/// A process that has run what some points have in common and forks one child after the other from
/// there, each at the word of its starter. The children are its starter's own, like those that fork()
/// gives; the process itself ends when the starter closes it.
class PrefixProcess {
 public:
  /// What the process does: `next` is to be called once, where the points part. It returns in each
  /// child with the number of its point.
  using Body = std::function<int(const std::function<std::size_t()>& next)>;
  /// Prepares a child right after its fork: signals, its log.
  using ChildSetup = std::function<void(std::size_t number)>;

  /// Forks; ends the child with the status that `body` gives. @throws IoError
  PrefixProcess(const Body& body, const std::function<void()>& setup, const ChildSetup& child_setup);
  ~PrefixProcess();
  PrefixProcess(const PrefixProcess&) = delete;
  PrefixProcess& operator=(const PrefixProcess&) = delete;

  pid_t pid() const { return pid_; }
  /// Whether it has come to where the points part. Does not wait.
  bool Ready();
  /// Forks the child of a point; -1 where the process is gone.
  pid_t Start(std::size_t number);
  /// Lets it end.
  void Close();

 private:
  pid_t pid_ = -1;
  int socket_ = -1;
  bool ready_ = false;
};

}  // namespace headroom::sweep
