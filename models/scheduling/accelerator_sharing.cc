#include "models/scheduling/accelerator_sharing.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "sim/core/check.h"

namespace headroom::scheduling {
namespace {

constexpr std::int64_t kWhole = 1000;
constexpr double kMostCpu = 128000.0, kMostAccelerators = 8000.0;  ///< what scores are normalised to
constexpr std::int64_t kMostScore = 100;

std::string KindOf(const ShareRequest& r) { return r.milli < kWhole ? "share" : std::to_string(r.accelerators); }

bool HasRoom(const std::vector<std::int64_t>& left, const ShareRequest& r) {
  std::uint32_t fit = 0;
  for (const std::int64_t l : left) fit += l >= r.milli;
  return fit >= r.accelerators;
}

void TakeWhole(SharedNode& node, std::uint32_t count) {
  for (std::int64_t& l : node.left) {
    if (count == 0) return;
    if (l == kWhole) l = 0, --count;
  }
  HR_CHECK(count == 0, count);
}

std::int64_t Packing(const SharedNode& node, const ShareRequest& r) {
  const auto idle = std::count(node.left.begin(), node.left.end(), kWhole);
  if (idle == static_cast<std::int64_t>(node.left.size())) return std::max<std::int64_t>(kMostScore / 3 - idle, idle);
  std::vector<std::int64_t> sorted = node.left;
  std::sort(sorted.begin(), sorted.end());
  std::uint32_t due = r.accelerators;
  std::int64_t fresh = 0, left = 0;
  for (const std::int64_t l : sorted) {
    if (due == 0) break;
    if (l < r.milli) continue;
    --due;
    fresh += l == kWhole;
    left += l * 100 / kWhole;
  }
  if (fresh > 0) return std::max(kMostScore / 2 - fresh, kMostScore / 3);
  return std::max(kMostScore - left / 10, kMostScore / 2);
}

std::int64_t Clustering(const SharedNode& node, const ShareRequest& r) {
  const auto quarter = static_cast<std::int64_t>(kMostScore / 4 * (static_cast<std::int64_t>(kMostAccelerators) - node.total_left()) /
                                                 static_cast<std::int64_t>(kMostAccelerators));
  if (node.kinds.count(KindOf(r)) > 0) return quarter + kMostScore * (node.kinds.size() == 1 ? 3 : 2) / 4;
  return quarter + (node.kinds.empty() ? kMostScore / 4 : 0);
}

}  // namespace

std::int64_t SharedNode::total_left() const { return std::accumulate(left.begin(), left.end(), std::int64_t{0}); }

std::vector<TypicalRequest> TypicalRequests(const std::vector<ShareRequest>& all, double popularity) {
  std::map<ShareRequest, double> count;
  for (ShareRequest r : all) {
    r.memory = 0;  // not looked at
    count[r] += 1.0;
  }
  std::vector<TypicalRequest> out;
  for (const auto& [request, n] : count) out.push_back({request, n / static_cast<double>(all.size())});
  std::stable_sort(out.begin(), out.end(), [](const TypicalRequest& a, const TypicalRequest& b) { return a.share > b.share; });
  double sum = 0.0;
  std::size_t n = 0;
  while (n < out.size() && sum < popularity) sum += out[n++].share;
  out.resize(n);
  for (TypicalRequest& t : out) t.share /= sum;
  return out;
}

double Fragmentation(const SharedNode& node, const std::vector<TypicalRequest>& typical) {
  const auto all = static_cast<double>(node.total_left());
  double sum = 0.0;
  for (const TypicalRequest& t : typical) {
    double lost = all;
    if (t.request.milli > 0 && node.cpu >= t.request.cpu) {
      std::uint32_t fit = 0;
      std::int64_t small = 0;
      for (const std::int64_t l : node.left) {
        if (l >= t.request.milli) ++fit;
        else small += l;
      }
      if (fit >= t.request.accelerators) lost = static_cast<double>(small);
    }
    sum += t.share * lost;
  }
  return sum;
}

AcceleratorSharing::AcceleratorSharing(std::vector<SharedNode> nodes, std::vector<TypicalRequest> typical, SharePolicy policy,
                                       RandomStream random)
    : nodes_(std::move(nodes)), typical_(std::move(typical)), policy_(policy), random_(random) {
  for (const SharedNode& n : nodes_) fragmentation_.push_back(policy_ == SharePolicy::kFgd ? Fragmentation(n, typical_) : 0.0);
}

bool AcceleratorSharing::Fits(const SharedNode& n, const ShareRequest& r) const {
  return n.cpu >= r.cpu && n.memory >= r.memory && HasRoom(n.left, r);
}

std::uint32_t AcceleratorSharing::Fullest(const SharedNode& n, std::int64_t milli) const {
  std::uint32_t best = 0xffffffffu;
  for (std::uint32_t i = 0; i < n.left.size(); ++i)
    if (n.left[i] >= milli && (best == 0xffffffffu || n.left[i] < n.left[best])) best = i;
  return best;
}

AcceleratorSharing::Choice AcceleratorSharing::FgdScore(std::uint32_t node, const ShareRequest& r) const {
  const auto points = [&](const SharedNode& after) {
    const double growth = Fragmentation(after, typical_) - fragmentation_[node];
    return static_cast<std::int64_t>(kMostScore / (1.0 + std::exp(growth / kWhole)));
  };
  SharedNode after = nodes_[node];
  after.cpu -= r.cpu;
  if (r.accelerators == 0 || r.milli == kWhole) {
    TakeWhole(after, r.accelerators);
    return {points(after), 0};
  }
  Choice best{-1, 0};
  for (std::uint32_t i = 0; i < after.left.size(); ++i) {
    if (after.left[i] < r.milli) continue;
    if (std::find(after.left.begin(), after.left.begin() + i, after.left[i]) != after.left.begin() + i) continue;  // seen
    after.left[i] -= r.milli;
    const std::int64_t score = points(after);
    after.left[i] += r.milli;
    if (score > best.score) best = {score, i};
  }
  return best;
}

AcceleratorSharing::Choice AcceleratorSharing::Score(std::uint32_t node, const ShareRequest& r) {
  const SharedNode& n = nodes_[node];
  const auto cpu = static_cast<double>(n.cpu), left = static_cast<double>(n.total_left());
  const auto cpu_asked = static_cast<double>(r.cpu), asked = static_cast<double>(r.total());
  switch (policy_) {
    case SharePolicy::kRandom: return {0, 0};
    case SharePolicy::kDotProduct: {
      const double dot = cpu / kMostCpu * (cpu_asked / kMostCpu) + left / kMostAccelerators * (asked / kMostAccelerators);
      return {static_cast<std::int64_t>(kMostScore * (1.0 - dot / 2.0)), 0};
    }
    case SharePolicy::kClustering: return {r.accelerators == 0 ? 0 : Clustering(n, r), 0};
    case SharePolicy::kPacking: return {r.accelerators == 0 ? 0 : Packing(n, r), 0};
    case SharePolicy::kBestFit:
      return {static_cast<std::int64_t>(
                  kMostScore * (1.0 - 0.5 * (cpu - cpu_asked) / kMostCpu - 0.5 * (left - asked) / kMostAccelerators)), 0};
    case SharePolicy::kFgd: break;
  }
  ShareRequest plain = r;
  plain.memory = 0;
  auto& known = known_[plain];
  known.resize(nodes_.size());
  if (!known[node]) known[node] = FgdScore(node, r);
  return *known[node];
}

std::optional<std::uint32_t> AcceleratorSharing::Place(const ShareRequest& r) {
  std::optional<std::uint32_t> best;
  Choice choice;
  std::uint64_t ties = 0;
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    if (!Fits(nodes_[i], r)) continue;
    const Choice c = Score(i, r);
    if (best && c.score < choice.score) continue;
    ties = best && c.score == choice.score ? ties + 1 : 1;
    if (ties > 1 && (policy_ != SharePolicy::kRandom || random_.Below(ties) != 0)) continue;
    best = i;
    choice = c;
  }
  if (!best) return best;
  SharedNode& node = nodes_[*best];
  if (r.accelerators > 0 && r.milli < kWhole) {
    std::uint32_t at = choice.accelerator;
    if (policy_ == SharePolicy::kRandom) {
      std::uint64_t fit = 0;
      for (std::uint32_t i = 0; i < node.left.size(); ++i)
        if (node.left[i] >= r.milli && random_.Below(++fit) == 0) at = i;
    } else if (policy_ != SharePolicy::kFgd) {
      at = Fullest(node, r.milli);
    }
    node.left[at] -= r.milli;
  } else {
    TakeWhole(node, r.accelerators);
  }
  node.cpu -= r.cpu;
  node.memory -= r.memory;
  if (r.accelerators > 0) ++node.kinds[KindOf(r)];
  Changed(*best);
  return best;
}

void AcceleratorSharing::Changed(std::uint32_t node) {
  if (policy_ != SharePolicy::kFgd) return;
  fragmentation_[node] = Fragmentation(nodes_[node], typical_);
  for (auto& [request, known] : known_) known[node].reset();
}

void AcceleratorSharing::SetLeft(std::uint32_t node, std::vector<std::int64_t> left) {
  nodes_[node].left = std::move(left);
  nodes_[node].kinds.clear();
  Changed(node);
}

}  // namespace headroom::scheduling
