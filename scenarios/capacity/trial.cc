#include "scenarios/capacity/trial.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "scenarios/build/simulation.h"
#include "sim/core/diagnostics.h"

namespace headroom::capacity {
namespace {

class NoRecorder final : public Recorder {
 public:
  SeriesId AddSeries(const SeriesSpec&) override { return SeriesId(next_++); }
  void Put(SeriesId, std::size_t, double) override {}
  void EndInterval(double) override {}
  void WriteTable(const Table&) override {}

 private:
  std::uint32_t next_ = 0;
};

/// "name value unit" per line, or "! message".
std::string Run(const config::Node& root, const std::string& path, const TrialSetting& setting) {
  try {
    scenario::LoadOptions options;
    options.overrides = setting.overrides;
    const scenario::Prepared prepared = scenario::Prepare(root, path, std::move(options));
    scenario::Simulation simulation(prepared.loaded, prepared.library);
    NoRecorder recorder;
    const scenario::Outcome outcome = simulation.Run(recorder, [](double, double) { return true; });
    if (outcome.status != "done") return "!" + outcome.explanation;
    std::string text;
    for (const Metric& m : outcome.metrics.all())
      if (m.text.empty()) text += fmt::format("{} {:.17g} {}\n", m.name, m.value, m.unit);
    return text;
  } catch (const std::exception& e) {
    return std::string("!") + e.what();
  }
}

void WriteAll(int file, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = write(file, text.data() + at, text.size() - at);
    if (n <= 0) _exit(1);
    at += static_cast<std::size_t>(n);
  }
}

Trial Parse(const std::string& text, bool whole) {
  Trial trial;
  if (!whole) {
    trial.error = "the run ended before its time";
    return trial;
  }
  if (!text.empty() && text[0] == '!') {
    trial.error = text.substr(1);
    return trial;
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at), a = text.find(' ', at), b = text.find(' ', a + 1);
    trial.metrics.Set(text.substr(at, a - at), std::strtod(text.c_str() + a + 1, nullptr),
                      text.substr(b + 1, end - b - 1));
    at = end + 1;
  }
  return trial;
}

struct Child {
  std::size_t trial;
  pid_t pid;
  int pipe;
  std::string text;
};

Child Start(const config::Node& root, const std::string& path, const TrialSetting& setting, std::size_t trial) {
  int ends[2];
  std::fflush(nullptr);
  if (pipe(ends) != 0) throw IoError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  const pid_t pid = fork();
  if (pid < 0) throw IoError(fmt::format("cannot start a process: {}", std::strerror(errno)));
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN);  // the parent hears it and ends us
    close(ends[0]);
    WriteAll(ends[1], Run(root, path, setting));
    _exit(0);
  }
  close(ends[1]);
  return {trial, pid, ends[0], {}};
}

/// False at the end of what the child says.
bool Read(Child& child) {
  char buffer[65536];
  const ssize_t n = read(child.pipe, buffer, sizeof buffer);
  if (n > 0) child.text.append(buffer, static_cast<std::size_t>(n));
  return n > 0 || (n < 0 && errno == EINTR);
}

}  // namespace

std::vector<Trial> RunTrials(const config::Node& root, const std::string& path,
                             const std::vector<TrialSetting>& settings, int jobs, const Going& going) {
  std::vector<Trial> trials(settings.size());
  std::vector<Child> running;
  std::size_t next = 0;
  while (next < settings.size() || !running.empty()) {
    while (next < settings.size() && running.size() < static_cast<std::size_t>(jobs)) {
      running.push_back(Start(root, path, settings[next], next));
      ++next;
    }
    std::vector<pollfd> wait;
    for (const Child& c : running) wait.push_back({c.pipe, POLLIN, 0});
    poll(wait.data(), wait.size(), 100);
    for (std::size_t i = running.size(); i-- > 0;) {
      if (wait[i].revents == 0 || Read(running[i])) continue;
      int status = 0;
      waitpid(running[i].pid, &status, 0);
      close(running[i].pipe);
      trials[running[i].trial] = Parse(running[i].text, WIFEXITED(status) && WEXITSTATUS(status) == 0);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (going()) continue;
    for (const Child& c : running) {
      kill(c.pid, SIGKILL);
      waitpid(c.pid, nullptr, 0);
      close(c.pipe);
      trials[c.trial].interrupted = true;
    }
    for (; next < settings.size(); ++next) trials[next].interrupted = true;
    return trials;
  }
  return trials;
}

}  // namespace headroom::capacity
