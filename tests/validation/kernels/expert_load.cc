#include "tests/validation/kernels/expert_load.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <tuple>
#include <vector>

namespace headroom::validation {
namespace {

constexpr int kDraws = 64;
constexpr int kTokens = 20000;
constexpr int kGroups = 8;
constexpr int kMayUse = 4;

using Visits = std::vector<long>;            ///< of each expert
using Choice = std::vector<std::vector<int>>;  ///< experts of each token

/// splitmix64 of a counter.
class Uniform {
 public:
  std::vector<double> operator()(int count) {
    std::vector<double> out;
    for (int i = 0; i < count; ++i) {
      std::uint64_t z = ++at_ * 0x9E3779B97F4A7C15ULL;
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
      out.push_back(static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53);
    }
    return out;
  }

 private:
  std::uint64_t at_ = 0;
};

/// Experts by falling visits, ties by `tie` and then by number.
std::vector<int> Order(const Visits& n, const std::vector<double>& tie) {
  std::vector<int> order(n.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return n[a] != n[b] ? n[a] > n[b] : tie[a] < tie[b]; });
  return order;
}

/// Visits from a power law, the busiest rank's first.
Visits Drawn(const ExpertRun& r, double a, Uniform* uniform) {
  const long visits = static_cast<long>(r.tokens) * r.topk;
  const bool many = visits > r.experts;
  const double low = std::pow(many ? 1.0 : 0.01, 1 - a);
  const double high = std::pow(many ? 0.8 * r.tokens : 2.0, 1 - a);
  std::vector<double> x;
  for (double u : (*uniform)(r.experts)) x.push_back(std::pow((high - low) * u + low, 1 / (1 - a)));
  const double sum = std::accumulate(x.begin(), x.end(), 0.0);
  Visits n;
  for (double v : x) n.push_back(static_cast<long>(std::nearbyint(v / sum * r.tokens * r.topk)));
  std::vector<double> tie(n.size());
  if (r.early) std::iota(tie.begin(), tie.end(), 0.0);
  else tie = (*uniform)(r.experts);
  const std::vector<int> order = Order(n, tie);
  const long left = visits - std::accumulate(n.begin(), n.end(), 0L);
  for (long i = 0; i < left; ++i) ++n[order[i % r.experts]];
  for (long i = 0; i < -left; ++i) {
    long& e = n[order[r.experts - 1 - i % r.experts]];
    --(e > 0 ? e : *std::max_element(n.begin(), n.end()));
  }
  const int local = r.experts / r.ranks;
  Visits ranks;
  for (int i = 0; i < r.ranks; ++i) ranks.push_back(std::accumulate(n.begin() + i * local, n.begin() + (i + 1) * local, 0L));
  const auto busiest = std::max_element(ranks.begin(), ranks.end()) - ranks.begin();
  if (busiest > 0) std::swap_ranges(n.begin(), n.begin() + local, n.begin() + busiest * local);
  return n;
}

/// No expert sees a token twice: the first experts with room take over.
Visits Distinct(Visits n, long tokens) {
  long more = 0;
  for (long& v : n) {
    more += std::max(v - tokens, 0L);
    v = std::min(v, tokens);
  }
  for (long& v : n) {
    const long take = std::min(more, tokens - v);
    v += take;
    more -= take;
  }
  return n;
}

Choice Balanced(const ExpertRun& r) {
  const int stride = (r.experts + r.topk - 1) / r.topk;
  Choice out(r.tokens);
  for (int t = 0; t < r.tokens; ++t) {
    const int first = r.tokens >= stride ? t : static_cast<int>(static_cast<double>(t) * stride / r.tokens);
    for (int i = 0; i < r.topk; ++i) out[t].push_back((first + i * stride) % r.experts);
  }
  return out;
}

/// Most loaded experts first.
Choice Assigned(const Visits& n, const ExpertRun& r) {
  Choice out(r.tokens);
  long at = 0;
  for (int e : Order(n, std::vector<double>(n.size(), 0.0))) {
    for (long i = 0; i < n[e]; ++i) out[at++ % r.tokens].push_back(e);
  }
  return out;
}

/// Visits through a gate with groups: the best by their two best scores, of these the best experts; ties to the lower number.
Visits Grouped(const Choice& choice, const ExpertRun& r) {
  Visits out(r.experts, 0);
  const int size = r.experts / kGroups;
  std::vector<int> score(r.experts, 0);
  for (std::vector<int> hot : choice) {
    for (int e : hot) ++score[e];
    std::sort(hot.begin(), hot.end());
    hot.erase(std::unique(hot.begin(), hot.end()), hot.end());
    std::stable_sort(hot.begin(), hot.end(), [&](int x, int y) { return score[x] > score[y]; });
    std::array<int, kGroups> best{}, seen{}, groups{};
    for (int e : hot) best[e / size] += seen[e / size]++ < 2 ? score[e] : 0;
    std::iota(groups.begin(), groups.end(), 0);
    std::stable_sort(groups.begin(), groups.end(), [&](int x, int y) { return best[x] > best[y]; });
    std::sort(groups.begin(), groups.begin() + kMayUse);
    int left = r.topk;
    for (int e : hot) {
      if (left == 0 || !std::binary_search(groups.begin(), groups.begin() + kMayUse, e / size)) continue;
      ++out[e];
      --left;
    }
    for (int i = 0; left > 0; ++i) {
      const int e = groups[i / size] * size + i % size;
      if (score[e] > 0) continue;
      ++out[e];
      --left;
    }
    for (int e : hot) score[e] = 0;
  }
  return out;
}

Visits Counted(const Choice& choice, int experts) {
  Visits out(experts, 0);
  for (const std::vector<int>& token : choice) {
    for (int e : token) ++out[e];
  }
  return out;
}

ExpertLoad Evaluate(const ExpertRun& r) {
  const int local = r.experts / r.ranks;
  std::vector<Visits> loads;
  if (r.distribution == "balanced") {
    loads.push_back(r.groups_in_gate ? Grouped(Balanced(r), r) : Counted(Balanced(r), r.experts));
  } else {
    const double a = std::stod(r.distribution.substr(r.distribution.rfind('_') + 1));
    const int draws = r.groups_in_gate ? std::min(kDraws, std::max(8, kTokens / r.tokens)) : kDraws;
    Uniform uniform;
    for (int i = 0; i < draws; ++i) {
      const Visits n = Drawn(r, a, &uniform);
      loads.push_back(r.groups_in_gate ? Grouped(Assigned(n, r), r) : Distinct(n, r.tokens));
    }
  }
  double active = 0.0;
  double rows = 0.0;
  for (const Visits& n : loads) {
    active += static_cast<double>(std::count_if(n.begin(), n.begin() + local, [](long v) { return v > 0; }));
    rows += static_cast<double>(std::accumulate(n.begin(), n.begin() + local, 0L));
  }
  active = std::max(1.0, active / static_cast<double>(loads.size()));
  return {active, std::max(active, rows / static_cast<double>(loads.size())) / active};
}

}  // namespace

ExpertLoad BusiestRank(const ExpertRun& r) {
  static std::map<std::tuple<int, int, int, int, std::string, bool, bool>, ExpertLoad> known;
  const auto [at, fresh] = known.try_emplace({r.tokens, r.experts, r.topk, r.ranks, r.distribution, r.groups_in_gate, r.early});
  if (fresh) at->second = Evaluate(r);
  return at->second;
}

}  // namespace headroom::validation
