#include "scenarios/cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>

#include "sim/core/diagnostics.h"

namespace headroom::cli {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

void OnSignal(int) {
  if (g_interrupted) _exit(130);
  g_interrupted = 1;
}

int Columns() {
  winsize w{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}

}  // namespace

Progress::Mode Progress::ModeFromName(const std::string& name) {
  if (name == "auto") return Mode::kAuto;
  if (name == "bar") return Mode::kBar;
  if (name == "json") return Mode::kJson;
  if (name == "none") return Mode::kNone;
  throw ConfigError("--progress is '" + name + "'; it must be auto, bar, json or none");
}

Progress::Progress(Mode mode) : mode_(mode), start_(std::chrono::steady_clock::now()) {
  if (mode_ == Mode::kAuto) mode_ = isatty(STDERR_FILENO) ? Mode::kBar : Mode::kNone;
}

Progress::~Progress() { Close(); }

void Progress::Update(double share, double simulated_s) {
  if (mode_ == Mode::kNone) return;
  const double elapsed =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  if (elapsed - last_drawn_ < 0.1 && share < 1.0) return;
  if (mode_ == Mode::kBar && elapsed < 0.5) return;  // a short run shows no bar
  last_drawn_ = elapsed;
  Draw(share, simulated_s, elapsed);
}

void Progress::Draw(double share, double simulated_s, double elapsed_s) {
  const double eta = share > 0.0 ? elapsed_s * (1.0 - share) / share : -1.0;
  if (mode_ == Mode::kJson) {
    const std::string done = share >= 0.0 ? fmt::format("{:.4f}", share) : "null";
    const std::string left = eta >= 0.0 ? fmt::format("{:.1f}", eta) : "null";
    const std::string at =
        std::isnan(simulated_s) ? "" : fmt::format("\"simulated_s\": {:.1f}, ", simulated_s);
    fmt::print(stderr, "{{\"progress\": {}, {}\"elapsed_s\": {:.1f}, \"eta_s\": {}}}\n", done, at, elapsed_s, left);
    return;
  }
  std::string line =
      std::isnan(simulated_s) ? fmt::format("{} so far", TimeText(elapsed_s)) : fmt::format("{} simulated", TimeText(simulated_s));
  if (share >= 0.0) {
    const int width = std::clamp(Columns() - 60, 8, 40);
    const int full = static_cast<int>(std::lround(share * width));
    line = fmt::format("[{}{}] {:3.0f} %  {}{}", std::string(full, '#'), std::string(width - full, '.'),
                       100.0 * share, line, eta >= 0.0 ? ", " + TimeText(eta) + " left" : "");
  }
  fmt::print(stderr, "\r\033[K{}", line.substr(0, std::max(1, Columns() - 1)));
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::Close() {
  if (drawn_) {
    fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
  }
  drawn_ = false;
}

std::string TimeText(double s) {
  if (s < 60.0) return fmt::format("{:.3g} s", s);
  const auto whole = static_cast<long long>(std::llround(s));
  const long long d = whole / 86400, h = whole / 3600 % 24, m = whole / 60 % 60, sec = whole % 60;
  if (d > 0) return h > 0 ? fmt::format("{} d {} h", d, h) : fmt::format("{} d", d);
  if (h > 0) return m > 0 ? fmt::format("{} h {} min", h, m) : fmt::format("{} h", h);
  return sec > 0 ? fmt::format("{} min {} s", m, sec) : fmt::format("{} min", m);
}

void CatchInterrupts() {
  struct sigaction action {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool Interrupted() { return g_interrupted != 0; }

}  // namespace headroom::cli
