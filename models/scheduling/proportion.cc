#include "models/scheduling/proportion.h"

#include <algorithm>

namespace headroom::scheduling {

std::vector<double> Deserved(double total, const std::vector<ProportionQueue>& queues) {
  constexpr double kTiny = 1e-9;
  double guaranteed = 0.0;
  for (const ProportionQueue& q : queues) guaranteed += q.guarantee;
  std::vector<double> deserved(queues.size(), 0.0), most(queues.size());
  std::vector<bool> met(queues.size(), false);
  for (std::size_t i = 0; i < queues.size(); ++i)
    most[i] = std::max(queues[i].guarantee,
                       std::min({queues[i].request, queues[i].capability, total - guaranteed + queues[i].guarantee}));
  double remaining = total;
  while (remaining > kTiny) {
    double weights = 0.0;
    for (std::size_t i = 0; i < queues.size(); ++i)
      if (!met[i]) weights += queues[i].weight;
    if (weights <= 0.0) break;
    double dealt = 0.0;
    for (std::size_t i = 0; i < queues.size(); ++i) {
      if (met[i]) continue;
      const double before = deserved[i];
      deserved[i] = std::max(queues[i].guarantee, before + remaining * queues[i].weight / weights);
      if (deserved[i] >= most[i] - kTiny) {
        deserved[i] = most[i];
        met[i] = true;
      }
      dealt += deserved[i] - before;
    }
    remaining -= dealt;
    if (dealt <= kTiny) break;
  }
  return deserved;
}

namespace {

class Hierarchy {
 public:
  Hierarchy(const std::vector<double>& total, std::vector<HdrfNode>& nodes) : total_(total), free_(total), nodes_(nodes), children_(nodes.size()) {
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      nodes[i].allocated.assign(total.size(), 0.0);
      if (i > 0) children_[nodes[i].parent].push_back(i);
    }
  }

  bool Deal() {
    if (!Wants(0)) return false;
    std::uint32_t at = 0;
    while (nodes_[at].task.empty()) {
      std::uint32_t best = 0;
      double lowest = 0.0;
      for (const std::uint32_t c : children_[at]) {
        const double share = Dominant(Scaled(c)) / nodes_[c].weight;
        if (Wants(c) && (best == 0 || share < lowest)) best = c, lowest = share;
      }
      at = best;
    }
    --nodes_[at].tasks;
    for (std::size_t r = 0; r < total_.size(); ++r) {
      free_[r] -= nodes_[at].task[r];
      for (std::uint32_t n = at;; n = nodes_[n].parent) {
        nodes_[n].allocated[r] += nodes_[at].task[r];
        if (n == 0) break;
      }
    }
    return true;
  }

 private:
  /// A task of its leaves waits and fits.
  bool Wants(std::uint32_t n) const {
    if (nodes_[n].task.empty())
      return std::any_of(children_[n].begin(), children_[n].end(), [&](std::uint32_t c) { return Wants(c); });
    if (nodes_[n].tasks == 0) return false;
    for (std::size_t r = 0; r < total_.size(); ++r)
      if (nodes_[n].task[r] > free_[r] + 1e-9) return false;
    return true;
  }
  double Dominant(const std::vector<double>& a) const {
    double share = 0.0;
    for (std::size_t r = 0; r < total_.size(); ++r) share = std::max(share, a[r] / total_[r]);
    return share;
  }
  std::vector<double> Scaled(std::uint32_t n) const {
    if (!nodes_[n].task.empty()) return nodes_[n].allocated;
    double least = -1.0;
    for (const std::uint32_t c : children_[n]) {
      const double share = Dominant(Scaled(c));
      if (Wants(c) && (least < 0.0 || share < least)) least = share;
    }
    std::vector<double> sum(total_.size(), 0.0);
    for (const std::uint32_t c : children_[n]) {
      const std::vector<double> own = Scaled(c);
      const double share = Dominant(own);
      const double scale = least >= 0.0 && share > least ? least / share : 1.0;
      for (std::size_t r = 0; r < sum.size(); ++r) sum[r] += own[r] * scale;
    }
    return sum;
  }

  std::vector<double> total_, free_;
  std::vector<HdrfNode>& nodes_;
  std::vector<std::vector<std::uint32_t>> children_;
};

}  // namespace

void ShareHierarchically(const std::vector<double>& total, std::vector<HdrfNode>* nodes) {
  Hierarchy hierarchy(total, *nodes);
  while (hierarchy.Deal()) {
  }
}

}  // namespace headroom::scheduling
