#include "scenarios/build/power_path_builder.h"

#include <fmt/format.h>

namespace headroom::scenario {
namespace {

constexpr double kMostSamples = 1e7;  ///< of one window

plant::SiteSmoothing SmoothingOf(const schema::Smoothing& s) {
  plant::SiteSmoothing out;
  out.floor = s.floor();
  if (s.has_ramp_up()) out.ramp_up = s.ramp_up();
  if (s.has_ramp_down()) out.ramp_down = s.ramp_down();
  out.stop_delay = s.stop_delay();
  return out;
}

power::BessParams BessOf(const BuildContext& context, const schema::PowerChain& chain) {
  const schema::Bess& b = chain.bess();
  power::BessParams out;
  out.energy = b.energy();
  out.power = b.power();
  out.round_trip = b.round_trip();
  out.initial_charge = b.initial_charge();
  out.response = b.response();
  out.time_constant = b.time_constant();
  out.target = b.target();
  out.delay = b.delay();
  if (b.has_ramp()) out.ramp = b.ramp();
  out.taper = b.taper();
  out.temperature = b.temperature();
  out.fade = b.fade();
  out.reserve = b.has_reserve() ? b.reserve() : b.control() == "backup" ? 1.0 : 0.0;
  if (b.control() == "peak-shave") {
    out.control = power::BessControl::kPeakShave;
    if (!b.has_target()) context.Error("site.power.bess.target", "is missing; peak-shave needs one");
  } else if (b.control() == "backup") {
    out.control = power::BessControl::kBackup;
  } else if (b.control() == "arbitrage") {
    out.control = power::BessControl::kFollow;
    const bool carbon = b.signal() == "carbon";
    if (carbon ? !chain.utility().has_carbon_series() : !chain.utility().price().has_series())
      context.Error("site.power.bess.control",
                    fmt::format("arbitrage has nothing to go by; give {}", carbon ? "site.power.utility.carbon_series"
                                                                                  : "site.power.utility.price.series"));
  }
  if (b.control() != "peak-shave" && b.has_target())
    context.Error("site.power.bess.target", "belongs to control: peak-shave");
  if (chain.grid().has_ramp_up()) out.ramp_up = chain.grid().ramp_up();
  if (chain.grid().has_ramp_down()) out.ramp_down = chain.grid().ramp_down();
  return out;
}

power::GridLimits GridOf(const BuildContext& context, const schema::Grid& g) {
  power::GridLimits out;
  if (g.has_ramp_up()) out.ramp_up = g.ramp_up();
  if (g.has_ramp_down()) out.ramp_down = g.ramp_down();
  out.ramp_window = g.ramp_window();
  if (g.has_range()) out.range = g.range();
  if (!g.has_band()) return out;
  out.from = g.band().from();
  out.to = g.band().to();
  if (out.from >= out.to) context.Error("site.power.grid.band.from", "is not below band.to");
  if (g.band().has_share()) out.share = g.band().share();
  if (g.band().has_amplitude()) out.amplitude = g.band().amplitude();
  return out;
}

}  // namespace

plant::PowerPathParams MakePowerPath(const BuildContext& context) {
  const schema::PowerChain& chain = context.scenario.site().power();
  plant::PowerPathParams out;
  if (chain.has_smoothing()) out.smoothing = SmoothingOf(chain.smoothing());
  if (chain.has_shelf_storage()) {
    out.shelf.emplace();
    out.shelf->energy = chain.shelf_storage().energy();
    out.shelf->efficiency = chain.shelf_storage().efficiency();
    out.shelf->setpoint = chain.shelf_storage().setpoint();
  }
  if (chain.has_ballast())
    out.ballast = {chain.ballast().level(), chain.ballast().delay(), chain.ballast().slowdown()};
  if (chain.has_bess()) out.bess = BessOf(context, chain);
  out.bess_settled = chain.bess().start() == "settled";
  if (chain.has_bess() && chain.bess().control() == "arbitrage")
    out.trade = chain.bess().signal() == "carbon" ? plant::TradeBy::kCarbon : plant::TradeBy::kPrice;
  if (chain.has_grid()) out.grid = GridOf(context, chain.grid());
  const schema::Run& run = context.scenario.run();
  for (int i = 0; i < context.scenario.record().windows_size(); ++i) {
    const schema::Window& w = context.scenario.record().windows(i);
    const std::string path = fmt::format("record.windows[{}]", i);
    if (w.length() < 2.0 * w.sample())
      context.Error(path + ".length", "is shorter than two samples");
    if (w.length() > kMostSamples * w.sample())
      context.Error(path + ".length", fmt::format("has more than {:.0e} samples", kMostSamples));
    if (run.has_duration() && w.from() >= run.duration())
      context.Error(path + ".from", "lies behind the end of the run");
    out.windows.push_back({w.from(), w.length(), w.sample()});
  }
  return out;
}

}  // namespace headroom::scenario
