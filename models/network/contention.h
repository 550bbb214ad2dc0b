#pragma once

#include <cstdint>
#include <vector>

namespace headroom::network {

/// What one job sends over one shared link in each of its cycles.
struct LinkLoad {
  std::uint32_t link = 0;
  double bytes = 0;   ///< a cycle
  double rate = 0;    ///< B/s that its own NICs or the link allow it when nobody else is there
  double weight = 1;  ///< of its share; the accelerators behind it
};

/// A job that repeats itself: it works for `free` seconds without the shared links, then moves its
/// loads side by side and goes on when the last of them is through.
struct CyclicJob {
  double free = 0;
  std::vector<LinkLoad> loads;
  double transfer() const;  ///< s, alone
};

/// Mean seconds of a cycle of every job when all run on links of the given bandwidths (B/s).
///
/// The jobs are run against one another on the flow solver (sim/flow): every load is a flow whose
/// rate is weighted max-min fair under the link and its own largest rate. Offsets of the starts are
/// spread evenly, a warm-up is left out, and the mean is over a fixed number of cycles of the
/// slowest job. Bytes opened and moved are balanced. Left out: jitter, which would mix jobs of equal
/// cycles that fall into step with one another.
std::vector<double> SharedCycles(const std::vector<double>& links, const std::vector<CyclicJob>& jobs);

}  // namespace headroom::network
