#include "scenarios/runs/child_runs.h"

#include <fmt/format.h>
#include <poll.h>
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

namespace headroom::runs {
namespace {

struct Child {
  std::size_t job = 0;
  pid_t pid = 0;
  int out = -1;
  std::string text;
};

[[noreturn]] void BeChild(int out, const std::function<std::string(std::size_t)>& tell, std::size_t job, bool watched) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (watched) signal(SIGINT, SIG_IGN);  // the parent hears it and ends us
  std::string text;
  try {
    text = "+" + tell(job);
  } catch (const std::exception& e) {
    text = std::string("-") + e.what();
  }
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = write(out, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(1);
    done += static_cast<std::size_t>(n);
  }
  _exit(0);
}

Child Start(const std::function<std::string(std::size_t)>& tell, std::size_t job, bool watched) {
  int ends[2];
  std::fflush(nullptr);
  if (pipe(ends) != 0) throw IoError("cannot open a pipe: " + std::generic_category().message(errno));
  const pid_t pid = fork();
  if (pid < 0) throw IoError("cannot start a process: " + std::generic_category().message(errno));
  if (pid == 0) {
    close(ends[0]);
    BeChild(ends[1], tell, job, watched);
  }
  close(ends[1]);
  return {job, pid, ends[0], {}};
}

/// False at the end of what the child says.
bool Read(Child& child) {
  char buffer[65536];
  const ssize_t n = read(child.out, buffer, sizeof buffer);
  if (n > 0) child.text.append(buffer, static_cast<std::size_t>(n));
  return n > 0 || (n < 0 && errno == EINTR);
}

Told Finish(Child& child) {
  close(child.out);
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  Told out;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || child.text.empty())
    out.error = "the run ended without an answer";
  else
    (child.text[0] == '-' ? out.error : out.text) = child.text.substr(1);
  return out;
}

/// One metric a line: name, unit, value in hexadecimal, word; tabs between.
std::string TextOf(const MetricSet& metrics) {
  std::string out;
  for (const Metric& m : metrics.all()) out += fmt::format("{}\t{}\t{:a}\t{}\n", m.name, m.unit, m.value, m.text);
  return out;
}

MetricSet MetricsFrom(const std::string& text) {
  MetricSet out;
  for (std::size_t at = 0; at < text.size();) {
    std::string cells[4];
    const std::size_t end = text.find('\n', at);
    for (std::string& cell : cells) {
      const std::size_t stop = std::min(text.find('\t', at), end);
      cell = text.substr(at, stop - at);
      at = stop + 1;
    }
    if (cells[3].empty())
      out.Set(cells[0], std::strtod(cells[2].c_str(), nullptr), cells[1]);
    else
      out.SetText(cells[0], cells[3]);
  }
  return out;
}

}  // namespace

std::vector<Told> AskChildren(std::size_t count, const std::function<std::string(std::size_t)>& tell, int jobs,
                              const Going& going) {
  const std::size_t most = jobs > 0 ? static_cast<std::size_t>(jobs) : std::max(1u, std::thread::hardware_concurrency());
  std::vector<Told> out(count);
  std::vector<Child> running;
  std::size_t next = 0;
  while (next < count || !running.empty()) {
    for (; next < count && running.size() < most; ++next) running.push_back(Start(tell, next, static_cast<bool>(going)));
    std::vector<pollfd> wait;
    for (const Child& c : running) wait.push_back({c.out, POLLIN, 0});
    poll(wait.data(), wait.size(), going ? 100 : -1);
    for (std::size_t i = running.size(); i-- > 0;) {
      if (wait[i].revents == 0 || Read(running[i])) continue;
      out[running[i].job] = Finish(running[i]);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (!going || going()) continue;
    for (Child& c : running) {
      kill(c.pid, SIGKILL);
      Finish(c);
      out[c.job].interrupted = true;
    }
    for (; next < count; ++next) out[next].interrupted = true;
    break;
  }
  return out;
}

std::vector<RunResult> RunChildren(std::size_t count, const std::function<MetricSet(std::size_t)>& run, int jobs,
                                   const Going& going) {
  std::vector<RunResult> out;
  for (const Told& told : AskChildren(count, [&](std::size_t job) { return TextOf(run(job)); }, jobs, going)) {
    RunResult& r = out.emplace_back();
    r.error = told.error;
    r.interrupted = told.interrupted;
    if (told.ok()) r.metrics = MetricsFrom(told.text);
  }
  return out;
}

std::string AskChild(const std::function<std::string()>& tell) {
  Told told = AskChildren(1, [&](std::size_t) { return tell(); }, 1).front();
  if (!told.ok()) throw ConfigError(told.error);
  return std::move(told.text);
}

}  // namespace headroom::runs
