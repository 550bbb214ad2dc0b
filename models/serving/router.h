#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "models/serving/replica.h"
#include "sim/core/random.h"

namespace headroom::serving {

/// Chooses the replica of a request; replicas stand at the instant of its arrival. Ties go to the
/// lowest number.
class Router {
 public:
  virtual ~Router() = default;
  /// Place in `replicas`, which are those that take requests now.
  virtual std::size_t Choose(const Request& r, std::span<Replica* const> replicas) = 0;
};

/// "round-robin", "random", "least-outstanding", "least-kv", "prefix-aware" or "session-sticky".
/// @throws ConfigError naming the known ones.
///
/// Least-kv is the replica with the smallest share of its KV blocks in use, of equals the one with
/// the fewest requests. Session-sticky keeps a session on the replica of its first request, least
/// outstanding then, as long as that takes requests; so it does with requests without a session.
///
/// Prefix-aware is the rule of SGLang's cache-aware router: the least loaded replica while loads
/// are apart (over 32 requests and over 1.5 times), else the one that holds the longest prefix if
/// that is over half the prompt, else the least loaded. It looks into the replicas' caches where
/// SGLang keeps an estimate of them.
std::unique_ptr<Router> MakeRouter(std::string_view kind, std::uint64_t seed,
                                   const std::string& path);

}  // namespace headroom::serving
