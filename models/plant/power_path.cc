#include "models/plant/power_path.h"

#include <string>
#include <utility>

namespace headroom::plant {
namespace {

/// Utility power of racks without held accelerators, without cooling.
double IdleLoad(const PlantParams& params) {
  SiteTree site(params);
  for (std::size_t i = 0; i < params.groups.size(); ++i) {
    const LoadGroupParams& g = params.groups[i];
    const double boards = g.node.accelerator_idle * (g.port ? g.port->accelerators : 0.0);
    double watts = boards + g.racks * g.switch_power;
    if (g.nodes > 0.0) {
      const auto draw = power::DrawOf(g.node, boards / g.nodes, 0.0, params.air.supply);
      watts += g.nodes * (draw.host + draw.fans);
    }
    site.SetRacks(i, watts - g.racks * g.switch_power, g.racks * g.switch_power);
  }
  site.tree.Solve();
  return site.tree.utility();
}

}  // namespace

PowerPath::PowerPath(const PlantParams& params)
    : params_(params),
      wants_phases_(params.path.phased() || !params.path.windows.empty()),
      ramp_(params.step, params.path.grid ? params.path.grid->ramp_window : 60.0) {
  for (const LoadGroupParams& g : params_.groups) {
    loads_.emplace_back(g, params_.path);
    if (g.port && wants_phases_) g.port->wants_phases = true;
  }
  if (params_.path.bess) battery_.emplace(*params_.path.bess, IdleLoad(params_));
  battery_before_ = battery_;
  if (params_.path.trade != TradeBy::kNothing)
    trades_.emplace(params_.path.trade == TradeBy::kPrice ? params_.tariff.energy : params_.tariff.carbon);
  for (const WindowParams& w : params_.path.windows) windows_.emplace_back(params_, w);
  if (windows_.empty() && params_.path.grid) windows_.emplace_back(params_, std::nullopt);
}

double PowerPath::Take(std::size_t group, double start, double seconds, double energy,
                       double held) {
  power::LoadPort* port = params_.groups[group].port;
  if (!port || !wants_phases_) return 0.0;
  const double extra = loads_[group].Take(*port, start, seconds, energy, held);
  return params_.path.phased() ? extra : 0.0;
}

void PowerPath::Settle(PlantStep& step, double ceiling) {
  step.utility = step.source == Source::kUtility ? step.site_load : 0.0;
  if (!battery_) return;
  if (params_.path.bess_settled && !std::exchange(begun_, true))
    battery_.emplace(*params_.path.bess, step.site_load);
  battery_->SetCeiling(ceiling);
  if (trades_) battery_->Order(trades_->OrderAt(step.end - step.seconds, *battery_));
  battery_before_ = battery_;
  if (step.source == Source::kUtility)
    battery_->Advance(step.site_load, step.seconds);
  else if (step.source == Source::kBattery)
    battery_->Carry(step.site_load, step.seconds);
  else
    battery_->Rest(step.seconds);
  step.battery = battery_->power();
  step.battery_stored = battery_->stored_change();
  step.battery_loss = battery_->loss();
  step.charge = battery_->charge();
  if (step.source == Source::kUtility) step.utility += step.battery;
}

void PowerPath::Add(double start, const PlantStep& step, const std::optional<power::Bess>& leveller) {
  seconds_ += step.seconds;
  if (step.whole) ramp_.Add(step.utility);
  for (PowerWindow& w : windows_) w.Add(start, step, loads_, battery_before_, leveller);
}

void PowerPath::Finish() {
  for (const PowerWindow& w : windows_)
    if (auto result = w.Evaluate()) results_.push_back(std::move(*result));
  windows_.clear();
}

void PowerPath::SetMetrics(MetricSet& m) const {
  if (params_.path.smoothing || params_.path.ballast) {
    double useful = 0.0, burnt = 0.0, undelivered = 0.0, slowed = 0.0, accelerators = 0.0;
    for (std::size_t i = 0; i < loads_.size(); ++i) {
      const PhasedLoad& l = loads_[i];
      useful += l.useful();
      if (l.useful() > 0.0) accelerators += params_.groups[i].port->accelerators;
      burnt += l.burnt();
      undelivered += l.undelivered();
      slowed += l.slowed();
    }
    if (useful > 0.0) {
      m.Set("site.power.smoothing_overhead", burnt / useful, "1");
      m.Set("site.power.smoothing_undelivered", undelivered / useful, "1");
      m.Set("site.power.smoothing_slowed", slowed / accelerators, "s");
    }
  }
  if (battery_) {
    m.Set("site.battery.charge_min", battery_->charge_min(), "1");
    m.Set("site.battery.charge_final", battery_->charge(), "1");
    m.Set("site.battery.equivalent_cycles", battery_->equivalent_cycles(), "1");
    m.Set("site.battery.temperature_max", battery_->temperature_max() - 273.15, "degC");
    m.Set("site.battery.fade", battery_->age().FadeNow(), "1");
    if (seconds_ >= 86400.0) m.Set("site.battery.life", battery_->age().LifeTo(0.2), "s");
  }
  if (!results_.empty()) SetGridMetrics(m);
}

void PowerPath::SetGridMetrics(MetricSet& m) const {
  const power::GridLimits limits = params_.path.grid.value_or(power::GridLimits{});
  const WindowResult& w = results_.front();
  const auto figures = power::FiguresOf(w.utility, w.sample, w.spectrum, limits);
  m.Set("site.power.range", figures.range, "W");
  if (figures.band_share) m.Set("site.power.band_share", *figures.band_share, "1");
  if (figures.trend_share) m.Set("site.power.trend_share", *figures.trend_share, "1");
  if (figures.band_amplitude) m.Set("site.power.band_amplitude", *figures.band_amplitude, "W");
  if (!params_.path.grid) return;
  std::optional<double> up, down;
  if (ramp_.valid()) {
    up = ramp_.up();
    down = ramp_.down();
  }
  const power::GridVerdict verdict = power::Judge(limits, figures, up, down);
  std::string broken;
  for (const std::string& b : verdict.broken) broken += (broken.empty() ? "" : ", ") + b;
  if (!verdict.broken.empty() || !verdict.unknown)
    m.Set("site.power.compliant", verdict.broken.empty() ? 1.0 : 0.0, "1");
  if (!broken.empty()) m.SetText("site.power.grid_broken", broken);
}

void PowerPath::WriteTables(Recorder& recorder) const {
  if (params_.path.windows.empty()) return;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const WindowResult& w = results_[i];
    const std::string path = "/windows/" + std::to_string(i + 1);
    std::vector<double> time, frequency;
    for (std::size_t k = 0; k < w.utility.size(); ++k)
      time.push_back(w.from + static_cast<double>(k) * w.sample);
    for (std::size_t k = 0; k < w.spectrum.rms.size(); ++k)
      frequency.push_back(w.spectrum.Frequency(k));
    recorder.WriteTable(
        {path + "/power",
         "sample",
         {{"time", "s", "start of the sample, from the run's start", std::move(time), {}},
          {"utility", "W", "mean power at the utility", w.utility, {}},
          {"load", "W", "the site before its battery", w.load, {}},
          {"accelerators", "W", "boards after smoothing, before shelf storage", w.accelerators, {}}}});
    recorder.WriteTable(
        {path + "/spectrum",
         "bin",
         {{"frequency", "Hz", "of the harmonic", std::move(frequency), {}},
          {"rms", "W", "of utility power in the bin", w.spectrum.rms, {}}}});
  }
}

}  // namespace headroom::plant
