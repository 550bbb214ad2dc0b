#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headroom::serving {

/// Service of a vector or feature store, from what is published about it:
///
///     servers = highest rate * mean, rounded; mean = servers / highest rate
///     sigma   = ln(p99 / p50) / 2.326
///
/// so that a lone query takes the published time and the highest rate is the published one. A search
/// over vectors that do not fit into memory takes kCliff times as long: Weaviate, 5.25 million vectors
/// of 1024 under 8 GB, 5 to 12 queries/s where in memory one client makes 380. Left out: how time grows
/// with the number of vectors, filters, recall, writes.
struct StageService {
  static constexpr double kCliff = 45.0;
  const char* name;
  double mean;  ///< s
  double sigma;
  std::uint32_t servers;
  const char* source;  ///< "assumed: ..." where nobody publishes it
};

const std::vector<StageService>& StageServices();
/// @throws ConfigError naming the known ones.
const StageService& FindStageService(std::string_view name);

}  // namespace headroom::serving
