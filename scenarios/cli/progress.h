#pragma once

#include <chrono>
#include <string>

namespace headroom::cli {

/// How a long run tells where it is, on stderr: a bar on a terminal, JSON lines for programs, or nothing.
///
/// JSON lines: {"progress": 0.42, "simulated_s": 1512.0, "elapsed_s": 1.3, "eta_s": 1.8}; `progress` and `eta_s` are null
/// where the end of the run is not known.
class Progress {
 public:
  enum class Mode { kAuto, kBar, kJson, kNone };
  /// @throws ConfigError for a word other than auto, bar, json and none.
  static Mode ModeFromName(const std::string& name);

  explicit Progress(Mode mode);
  ~Progress();
  /// `share` of the run that is done, negative where unknown; NaN simulated seconds where nothing is
  /// simulated over time. Draws at most ten times a second.
  void Update(double share, double simulated_s);
  /// Clears the bar.
  void Close();

 private:
  void Draw(double share, double simulated_s, double elapsed_s);

  Mode mode_;
  std::chrono::steady_clock::time_point start_;
  double last_drawn_ = -1.0;
  bool drawn_ = false;
};

/// "1 h 20 min", "41.8 s", "3 d 2 h".
std::string TimeText(double seconds);

/// Installs handlers for SIGINT and SIGTERM that only set a flag; a second signal ends the process at once.
void CatchInterrupts();
bool Interrupted();

}  // namespace headroom::cli
