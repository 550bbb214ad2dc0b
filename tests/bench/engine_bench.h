#pragma once

#include <time.h>

#include <cstddef>

/// What bench_engine measures; each function is one repeat.
namespace headroom::bench {

/// CPU time of this process, which other processes on the machine disturb less than wall time.
class Stopwatch {
 public:
  double seconds() const { return Now() - start_; }

 private:
  static double Now() {
    timespec t = {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  }
  double start_ = Now();
};

/// Events per second when `pending` empty callbacks at random instants are scheduled and then run.
double ScheduleAndRun(std::size_t pending, std::size_t rounds);
/// Events per second of the hold model: each event schedules its successor after an exponential
/// gap, `pending` at all times.
double Hold(std::size_t pending, std::size_t events);
/// Pairs of schedule and cancel per second.
double ScheduleAndCancel(std::size_t pending, std::size_t rounds);

/// Seconds of re-solving a two-level fabric on which `flows` flows share links, after one link
/// changed. `distinct` spreads them over host pairs and planes, so that hardly two fold into a
/// class; otherwise they fold by rack pair.
double Resolve(std::size_t flows, bool distinct);
/// Seconds per flow over opening, sharing and completing `flows` flows, `open` at a time.
double FlowLife(std::size_t flows, std::size_t open);

}  // namespace headroom::bench
