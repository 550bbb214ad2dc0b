#include "models/network/algorithm_table.h"

namespace headroom::network {

/// All-reduce in the switch of the scale-up domain (NVLink SHARP): every rank reads the sum of its
/// share from the switch and multicasts it back, S * (1 + 1/n) per direction:
///
///     t = base + step + S / rate + F / rate * S / (S + S_h)
///
/// The last term is the filling of the pipeline, whose chunks grow with the buffer up to F. F = 24
/// MB and S_h = 28 MiB are fitted (least squares of the logarithm, 1 MiB on) on every second row of
/// 8 x H100; errors in docs/models/network.md.
std::optional<double> NvlsCost(const Path& path, Operation op, double bytes,
                               const ProtocolParams& p) {
  if (op != Operation::kAllReduce || path.d > 1 || !path.up_reduces) return std::nullopt;
  constexpr double kFill = 24e6;
  constexpr double kHalf = 28.0 * 1024 * 1024;
  return p.base_ring + path.UpStep(kNvlsStep) +
         (bytes + kFill * bytes / (bytes + kHalf)) / path.up_reduce_rate;
}

}  // namespace headroom::network
