#include "models/failure/domain_interruptions.h"

#include <algorithm>
#include <utility>

namespace headroom::failure {

DomainInterruptions::DomainInterruptions(Interruptions base, std::vector<DomainFaults> kinds, RepairSpread spread, std::uint32_t nodes,
                                         std::uint32_t accelerators_per_node, std::uint64_t seed, std::string_view path)
    : base_(std::move(base)),
      kinds_(std::move(kinds)),
      spread_(spread),
      nodes_(nodes),
      per_node_(accelerators_per_node),
      profile_(base_.profile()),
      stream_(seed, std::string(path) + ".domains") {
  for (const DomainFaults& k : kinds_) {
    profile_.causes.push_back({k.name, 0.0, true});
    const std::uint32_t domains = (nodes_ + k.nodes - 1) / k.nodes;
    at_.push_back(stream_.Exponential(1 / (k.rate * domains)));
  }
  base_next_ = base_.Next();
  base_at_ = base_next_.gap;
}

Interruption DomainInterruptions::Next() {
  const auto first = std::min_element(at_.begin(), at_.end());
  Interruption out;
  if (first == at_.end() || base_at_ <= *first) {
    out = base_next_;
    out.gap = base_at_ - now_;
    now_ = base_at_;
    base_next_ = base_.Next();
    base_at_ += base_next_.gap;
    return out;
  }
  const auto kind = static_cast<std::size_t>(first - at_.begin());
  const DomainFaults& k = kinds_[kind];
  const std::uint32_t domains = (nodes_ + k.nodes - 1) / k.nodes;
  const auto domain = static_cast<std::uint32_t>(stream_.Below(domains));
  out.gap = *first - now_;
  out.cause = profile_.causes.size() - kinds_.size() + kind;
  out.accelerator = domain * k.nodes * per_node_;
  out.nodes = std::min(k.nodes, nodes_ - domain * k.nodes);
  out.repair = RepairTime(spread_, k.repair, stream_);
  now_ = *first;
  *first += stream_.Exponential(1 / (k.rate * domains));
  return out;
}

}  // namespace headroom::failure
