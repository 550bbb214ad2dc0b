#include "scenarios/cli/sweep_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <string>

namespace headroom::cli {

SweepProgress::SweepProgress(Progress::Mode mode, std::size_t points, std::size_t before)
    : mode_(mode), points_(points), before_(before), start_(std::chrono::steady_clock::now()) {
  if (mode_ == Progress::Mode::kAuto)
    mode_ = isatty(STDERR_FILENO) ? Progress::Mode::kBar : Progress::Mode::kNone;
}

SweepProgress::~SweepProgress() { Close(); }

void SweepProgress::Update(std::size_t finished, std::size_t failed) {
  if (mode_ == Progress::Mode::kNone || points_ == 0) return;
  const double elapsed =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  if (elapsed - last_drawn_ < 0.2 && finished < points_) return;
  last_drawn_ = elapsed;
  const double share = static_cast<double>(finished) / static_cast<double>(points_);
  const auto fresh = static_cast<double>(finished - std::min(before_, finished));
  const double eta = fresh > 0 ? elapsed * static_cast<double>(points_ - finished) / fresh : -1.0;
  if (mode_ == Progress::Mode::kJson) {
    fmt::print(stderr,
               "{{\"progress\": {:.4f}, \"points\": {}, \"finished\": {}, \"failed\": {}, "
               "\"elapsed_s\": {:.1f}, \"eta_s\": {}}}\n",
               share, points_, finished, failed, elapsed,
               eta >= 0.0 ? fmt::format("{:.1f}", eta) : "null");
    return;
  }
  constexpr int kWidth = 24;
  const int full = static_cast<int>(std::lround(share * kWidth));
  std::string line = fmt::format("[{}{}] {:3.0f} %  {} of {} points", std::string(full, '#'),
                                 std::string(kWidth - full, '.'), 100.0 * share, finished, points_);
  if (failed > 0) line += fmt::format(", {} failed", failed);
  if (eta >= 0.0 && finished < points_) line += fmt::format(", {} left", TimeText(eta));
  fmt::print(stderr, "\r\033[K{}", line.substr(0, 79));
  std::fflush(stderr);
  drawn_ = true;
}

void SweepProgress::Close() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace headroom::cli
