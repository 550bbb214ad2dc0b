#include "models/plant/measured_power.h"

#include <algorithm>
#include <utility>

#include "sim/core/diagnostics.h"

namespace headroom::plant {
namespace {

constexpr int kHalvings = 60;

/// The x in [0, high] at which the rising `f` is `wanted`; an end where it is not met.
template <class F>
double Solve(const F& f, double wanted, double high) {
  double low = 0.0;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (low + high);
    (f(middle) < wanted ? low : high) = middle;
  }
  return low;
}

}  // namespace

MeasuredPower::MeasuredPower(std::vector<double> times, std::vector<double> watts)
    : times_(std::move(times)), watts_(std::move(watts)) {
  if (times_.empty() || times_.size() != watts_.size()) throw ConfigError("a measured power needs a value for each of its times");
  for (std::size_t i = 1; i < times_.size(); ++i)
    if (!(times_[i] > times_[i - 1])) throw ConfigError("the times of a measured power do not rise");
}

double MeasuredPower::Mean(double from, double to) const {
  const std::size_t last = times_.size() - 1;
  std::size_t i = std::min<std::size_t>(last, std::upper_bound(times_.begin(), times_.end(), from) - times_.begin());
  double energy = 0.0;
  for (double at = from; at < to; ++i) {
    const double end = i >= last ? to : std::min(to, times_[i]);
    energy += watts_[std::min(i, last)] * (end - at);
    at = end;
  }
  return energy / (to - from);
}

MeasuredSplit SplitMeasured(double inlet, const power::StageParams& rectifier, int racks, const power::NodeParams& node,
                            double nodes, double switches, double air) {
  const power::ConversionStage stage(rectifier);
  const double out = Solve([&](double x) { return racks * stage.Input(x / racks); }, inlet, inlet);
  MeasuredSplit s;
  s.switches = std::min(switches, out);
  if (nodes <= 0.0) {
    s.switches = out;
    return s;
  }
  const double idle = node.accelerators * node.accelerator_idle, full = node.accelerators * node.accelerator_tdp;
  const auto draw = [&](double boards) {
    const double each = boards / nodes;
    return power::DrawOf(node, each, full > idle ? std::clamp((each - idle) / (full - idle), 0.0, 1.0) : 0.0, air);
  };
  const auto total = [&](double boards) {
    const auto d = draw(boards);
    return boards + nodes * (d.host + d.fans) + s.switches;
  };
  if (total(0.0) >= out) {
    s.host = out - s.switches;
    return s;
  }
  s.boards = Solve(total, out, out);
  const auto d = draw(s.boards);
  s.fans = nodes * d.fans;
  s.host = out - s.boards - s.fans - s.switches;
  return s;
}

}  // namespace headroom::plant
