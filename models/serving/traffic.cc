#include "models/serving/traffic.h"

#include <algorithm>
#include <cmath>

namespace headroom::serving {
namespace {

std::vector<double> Cumulated(std::vector<double> shares) {
  double sum = 0.0;
  for (double& s : shares) s = sum += s;
  for (double& s : shares) s /= sum;
  return shares;
}

std::size_t Place(const std::vector<double>& cumulated, double u) {
  const auto found = std::upper_bound(cumulated.begin(), cumulated.end(), u);
  return std::min<std::size_t>(found - cumulated.begin(), cumulated.size() - 1);
}

}  // namespace

Labels::Labels(const std::vector<RequestClass>& classes, const std::vector<double>& group_shares,
               const AdapterDemand& adapters, std::uint64_t seed, const std::string& path)
    : groups_(Cumulated(group_shares)),
      adapter_share_(adapters.count > 0 ? adapters.share : 0.0),
      class_(seed, path + ".classes"),
      group_(seed, path + ".models"),
      adapter_(seed, path + ".adapters"),
      version_(seed, path + ".rollout") {
  std::vector<double> shares;
  for (const RequestClass& c : classes) {
    shares.push_back(c.share);
    priorities_.push_back(c.priority);
  }
  classes_ = Cumulated(std::move(shares));
  std::vector<double> weights;
  for (std::uint32_t i = 1; i <= adapters.count; ++i) weights.push_back(std::pow(i, -adapters.skew));
  adapters_ = Cumulated(std::move(weights));
}

void Labels::Fill(Request& r) {
  if (!classes_.empty()) {
    r.request_class = static_cast<std::uint8_t>(Place(classes_, class_.Uniform()));
    r.priority = priorities_[r.request_class];
  }
  if (!groups_.empty()) r.group = static_cast<std::uint8_t>(Place(groups_, group_.Uniform()));
  if (!adapters_.empty() && adapter_.Uniform() < adapter_share_)
    r.adapter = static_cast<std::uint32_t>(Place(adapters_, adapter_.Uniform())) + 1;
}

}  // namespace headroom::serving
