#include "models/failure/interruptions.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sim/core/check.h"

namespace headroom::failure {

Interruptions::Interruptions(FailureProfile profile, std::uint32_t accelerators, std::uint64_t seed,
                             std::string_view path, const FailureShape& shape)
    : profile_(std::move(profile)), accelerators_(accelerators), shape_(shape), stream_(seed, path) {
  HR_CHECK(accelerators_ > 0 && profile_.rate() > 0, profile_.name, accelerators_);
  const std::uint32_t nodes = (accelerators_ + shape_.accelerators_per_node - 1) / shape_.accelerators_per_node;
  const auto count = static_cast<std::size_t>(std::llround(shape_.lemon_share * nodes));
  RandomStream choose(seed, std::string(path) + ".lemons");
  while (lemons_.size() < count) lemons_.insert(static_cast<std::uint32_t>(choose.Below(nodes)));
  lemon_list_.assign(lemons_.begin(), lemons_.end());
}

std::uint32_t Interruptions::Where() {
  if (lemons_.empty()) return static_cast<std::uint32_t>(stream_.Below(accelerators_));
  const std::uint32_t per_node = shape_.accelerators_per_node;
  const std::uint32_t nodes = (accelerators_ + per_node - 1) / per_node;
  const double lemon = static_cast<double>(lemons_.size()) * shape_.lemon_times;
  const double others = static_cast<double>(nodes - lemons_.size());
  std::uint32_t node = 0;
  if (stream_.Uniform() * (lemon + others) < lemon) {
    node = lemon_list_[stream_.Below(lemon_list_.size())];
  } else {
    do node = static_cast<std::uint32_t>(stream_.Below(nodes));
    while (lemons_.count(node) > 0);
  }
  const std::uint32_t in_node = std::min(per_node, accelerators_ - node * per_node);
  return node * per_node + static_cast<std::uint32_t>(stream_.Below(in_node));
}

Interruption Interruptions::Next() {
  Interruption next;
  double rate = 0.0;
  do {
    next.gap += stream_.Exponential(1 / (profile_.rate() * accelerators_ * shape_.infant_times));
    if (shape_.infant_times <= 1.0) break;
    rate = 1.0 + (shape_.infant_times - 1.0) * std::exp(-(time_ + next.gap) / shape_.infant_fades);
  } while (stream_.Uniform() * shape_.infant_times >= rate);
  time_ += next.gap;
  double at = stream_.Uniform() * profile_.rate();
  while (next.cause + 1 < profile_.causes.size() && at >= profile_.causes[next.cause].rate)
    at -= profile_.causes[next.cause++].rate;
  next.accelerator = Where();
  return next;
}

}  // namespace headroom::failure
