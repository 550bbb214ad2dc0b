#include "scenarios/study/forked_runs.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

struct Child {
  pid_t pid = 0;
  int out = -1;
  std::size_t job = 0;
};

/// One metric a line: name, unit, value in hexadecimal, word; tabs between.
std::string TextOf(const MetricSet& metrics) {
  std::string out;
  for (const Metric& m : metrics.all()) out += fmt::format("{}\t{}\t{:a}\t{}\n", m.name, m.unit, m.value, m.text);
  return out;
}

MetricSet MetricsFrom(const std::string& text) {
  MetricSet out;
  std::size_t at = 0;
  while (at < text.size()) {
    std::vector<std::string> cells;
    const std::size_t end = text.find('\n', at);
    for (std::size_t from = at; from <= end;) {
      const std::size_t stop = std::min(text.find('\t', from), end);
      cells.push_back(text.substr(from, stop - from));
      from = stop + 1;
    }
    if (cells[3].empty())
      out.Set(cells[0], std::strtod(cells[2].c_str(), nullptr), cells[1]);
    else
      out.SetText(cells[0], cells[3]);
    at = end + 1;
  }
  return out;
}

[[noreturn]] void RunChild(int out, const std::function<MetricSet(std::size_t)>& run, std::size_t job) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::string text;
  try {
    text = "+" + TextOf(run(job));
  } catch (const std::exception& e) {
    text = std::string("-") + e.what();
  }
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = write(out, text.data() + done, text.size() - done);
    if (n <= 0) _exit(1);
    done += static_cast<std::size_t>(n);
  }
  _exit(0);
}

Child Start(const std::function<MetricSet(std::size_t)>& run, std::size_t job) {
  int pipes[2];
  std::fflush(nullptr);
  if (pipe(pipes) != 0) throw IoError("cannot open a pipe: " + std::generic_category().message(errno));
  const pid_t pid = fork();
  if (pid < 0) throw IoError("cannot start a process: " + std::generic_category().message(errno));
  if (pid == 0) {
    close(pipes[0]);
    RunChild(pipes[1], run, job);
  }
  close(pipes[1]);
  return {pid, pipes[0], job};
}

RunResult Finish(const Child& child) {
  std::string text;
  char buffer[65536];
  for (ssize_t n; (n = read(child.out, buffer, sizeof buffer)) != 0;) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
  }
  close(child.out);
  int status = 0;
  waitpid(child.pid, &status, 0);
  RunResult out;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || text.empty())
    out.error = "the run ended without an answer";
  else if (text[0] == '-')
    out.error = text.substr(1);
  else
    out.metrics = MetricsFrom(text.substr(1));
  return out;
}

}  // namespace

std::vector<RunResult> RunForked(std::size_t count, const std::function<MetricSet(std::size_t)>& run, int jobs) {
  const std::size_t most = jobs > 0 ? static_cast<std::size_t>(jobs) : std::max(1u, std::thread::hardware_concurrency());
  std::vector<RunResult> out(count);
  std::vector<Child> running;
  std::size_t next = 0;
  while (next < count || !running.empty()) {
    while (next < count && running.size() < most) running.push_back(Start(run, next++));
    out[running.front().job] = Finish(running.front());
    running.erase(running.begin());
  }
  return out;
}

}  // namespace headroom::study
