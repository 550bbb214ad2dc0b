#include "models/serving/router.h"

#include <fmt/format.h>

#include <unordered_map>

#include "sim/core/diagnostics.h"

namespace headroom::serving {
namespace {

using Replicas = std::span<Replica* const>;

std::size_t LeastOutstanding(Replicas replicas) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < replicas.size(); ++i)
    if (replicas[i]->outstanding() < replicas[best]->outstanding()) best = i;
  return best;
}

class RoundRobin final : public Router {
 public:
  std::size_t Choose(const Request&, Replicas replicas) override {
    return next_++ % replicas.size();
  }

 private:
  std::size_t next_ = 0;
};

class Random final : public Router {
 public:
  Random(std::uint64_t seed, const std::string& path) : random_(seed, path + ".router") {}
  std::size_t Choose(const Request&, Replicas replicas) override {
    return random_.Below(replicas.size());
  }

 private:
  RandomStream random_;
};

class Least final : public Router {
 public:
  std::size_t Choose(const Request&, Replicas replicas) override {
    return LeastOutstanding(replicas);
  }
};

class LeastKv final : public Router {
 public:
  std::size_t Choose(const Request&, Replicas replicas) override {
    const auto share = [&](std::size_t i) {
      return static_cast<double>(replicas[i]->kv().in_use()) / replicas[i]->kv().blocks();
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i < replicas.size(); ++i)
      if (share(i) < share(best) || (share(i) == share(best) &&
                                     replicas[i]->outstanding() < replicas[best]->outstanding()))
        best = i;
    return best;
  }
};

class SessionSticky final : public Router {
 public:
  std::size_t Choose(const Request& r, Replicas replicas) override {
    const std::size_t least = LeastOutstanding(replicas);
    if (r.session == 0) return least;
    const auto [home, fresh] = home_.try_emplace(r.session, replicas[least]->id());
    if (fresh) return least;
    for (std::size_t i = 0; i < replicas.size(); ++i)
      if (replicas[i]->id() == home->second) return i;
    home->second = replicas[least]->id();
    return least;
  }

 private:
  std::unordered_map<std::uint32_t, std::uint16_t> home_;  ///< looked up only
};

class PrefixAware final : public Router {
 public:
  std::size_t Choose(const Request& r, Replicas replicas) override {
    const std::size_t least = LeastOutstanding(replicas);
    if (r.prefix.empty()) return least;
    const UnitNames names{r.prefix, r.index, static_cast<std::uint32_t>(r.prefix.size())};
    std::uint32_t most = 0, longest = 0;
    std::size_t holder = least;
    for (std::size_t i = 0; i < replicas.size(); ++i) {
      most = std::max(most, replicas[i]->outstanding());
      const std::uint32_t match = replicas[i]->CachedUnits(names);
      const bool less_loaded = replicas[i]->outstanding() < replicas[holder]->outstanding();
      if (match > longest || (match == longest && match > 0 && less_loaded)) {
        longest = match;
        holder = i;
      }
    }
    const std::uint32_t fewest = replicas[least]->outstanding();
    if (most > fewest + kApart && most > kRatio * fewest) return least;
    return longest > kShare * r.prefix.size() ? holder : least;
  }

 private:
  static constexpr std::uint32_t kApart = 32;
  static constexpr double kRatio = 1.5, kShare = 0.5;
};

}  // namespace

std::unique_ptr<Router> MakeRouter(std::string_view kind, std::uint64_t seed,
                                   const std::string& path) {
  if (kind == "round-robin") return std::make_unique<RoundRobin>();
  if (kind == "random") return std::make_unique<Random>(seed, path);
  if (kind == "least-outstanding") return std::make_unique<Least>();
  if (kind == "least-kv") return std::make_unique<LeastKv>();
  if (kind == "prefix-aware") return std::make_unique<PrefixAware>();
  if (kind == "session-sticky") return std::make_unique<SessionSticky>();
  throw ConfigError(fmt::format("router is '{}'; known are round-robin, random, least-outstanding, "
                                "least-kv, prefix-aware, session-sticky",
                                kind));
}

}  // namespace headroom::serving
