#include "models/power/chain.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::power {
namespace {
StageParams Lossless() {
  StageParams p;
  p.name = "utility";
  p.rating = 1.0;
  return p;
}
}  // namespace

PowerTree::PowerTree() { buses_.push_back({0, 0, 1.0, false, ConversionStage(Lossless())}); }

BusId PowerTree::Add(BusId parent, const StageParams& stage, int parallel) {
  HR_CHECK(parent.index() < buses_.size(), parent.index());
  HR_CHECK(parallel >= 1, stage.name, parallel);
  const auto found = std::find(names_.begin(), names_.end(), stage.name);
  const auto name = static_cast<std::size_t>(found - names_.begin());
  if (found == names_.end()) {
    names_.push_back(stage.name);
    losses_.push_back(0.0);
  }
  buses_.push_back(
      {parent.index(), name, static_cast<double>(parallel), stage.indoors, ConversionStage(stage)});
  return BusId(static_cast<std::uint32_t>(buses_.size() - 1));
}

void PowerTree::Solve() {
  std::fill(losses_.begin(), losses_.end(), 0.0);
  indoor_loss_ = total_load_ = total_loss_ = 0.0;
  for (auto& bus : buses_) {
    bus.output = bus.load;
    total_load_ += bus.load;
  }
  for (std::size_t i = buses_.size() - 1; i > 0; --i) {
    Bus& bus = buses_[i];
    const double loss = bus.parallel * bus.stage.Loss(bus.output / bus.parallel, bus.in_service);
    bus.input = bus.output + loss;
    buses_[bus.parent].output += bus.input;
    losses_[bus.name] += loss;
    total_loss_ += loss;
    if (bus.indoors) indoor_loss_ += loss;
  }
  buses_[0].input = buses_[0].output;
  HR_CHECK(std::abs(utility() - total_load_ - total_loss_) <= 1e-11 * std::max(1.0, utility()),
           utility(), total_load_, total_loss_);
}

}  // namespace headroom::power
