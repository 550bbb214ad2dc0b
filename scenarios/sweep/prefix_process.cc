#include "scenarios/sweep/prefix_process.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <system_error>
#include <utility>

#include "sim/core/diagnostics.h"

namespace headroom::sweep {
namespace {

/// Sends or receives a whole number; false where the other side is gone.
template <class T>
bool Send(int socket, T value) {
  return send(socket, &value, sizeof value, MSG_NOSIGNAL) == sizeof value;
}
template <class T>
bool Receive(int socket, T* value) {
  ssize_t got;
  while ((got = recv(socket, value, sizeof *value, MSG_WAITALL)) < 0 && errno == EINTR) {
  }
  return got == sizeof *value;
}

/// fork() of a process with one thread whose child belongs to this process's parent.
pid_t ForkSibling() {
  std::fflush(nullptr);
  return static_cast<pid_t>(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

/// In the prefix process: one child for each number that comes; returns in the children alone.
std::size_t Serve(int socket, const PrefixProcess::ChildSetup& child_setup) {
  Send(socket, std::uint8_t{1});
  kill(getppid(), SIGCHLD);  // wakes a pool that waits for children
  for (std::uint64_t number = 0; Receive(socket, &number);) {
    const pid_t pid = ForkSibling();
    if (pid == 0) {
      close(socket);
      child_setup(number);
      return number;
    }
    Send(socket, std::int64_t{pid});
  }
  _exit(0);
}

}  // namespace

PrefixProcess::PrefixProcess(const Body& body, const std::function<void()>& setup,
                             const ChildSetup& child_setup) {
  int ends[2];
  std::fflush(nullptr);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw IoError("cannot open a socket: " + std::generic_category().message(errno));
  pid_ = fork();
  if (pid_ < 0) {
    const int error = errno;
    close(ends[0]);
    close(ends[1]);
    throw IoError(fmt::format("cannot start a process: {}", std::generic_category().message(error)));
  }
  if (pid_ == 0) {
    close(ends[0]);
    setup();
    const int exit = body([&] { return Serve(ends[1], child_setup); });
    std::fflush(nullptr);
    _exit(exit);
  }
  close(ends[1]);
  socket_ = ends[0];
}

PrefixProcess::~PrefixProcess() { Close(); }

bool PrefixProcess::Ready() {
  std::uint8_t word = 0;
  if (!ready_ && socket_ >= 0) ready_ = recv(socket_, &word, 1, MSG_DONTWAIT) == 1;
  return ready_;
}

pid_t PrefixProcess::Start(std::size_t number) {
  std::int64_t pid = -1;
  if (!Send(socket_, std::uint64_t{number}) || !Receive(socket_, &pid)) return -1;
  return static_cast<pid_t>(pid);
}

void PrefixProcess::Close() {
  if (socket_ >= 0) close(std::exchange(socket_, -1));
}

}  // namespace headroom::sweep
