#include "models/plant/site_supply.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace headroom::plant {
namespace {

constexpr double kSlack = 1e-9;
constexpr double kSure = 2.0;  // steps that a battery must last to be given the site

const char* WordOf(Source source) {
  constexpr const char* kWords[] = {"utility", "generators", "bess", "ups", "none"};
  return kWords[static_cast<int>(source)];
}

bool HasUps(const PlantParams& p) {
  return std::any_of(p.stages.begin(), p.stages.end(), [](const auto& s) { return s.name == "ups"; });
}

/// Half full, in the middle of its share; a load of nothing before the start.
std::optional<power::Bess> LevellerOf(const PlantParams& p, double load) {
  if (!p.ups_smoothing || p.ups_energy <= 0.0) return std::nullopt;
  power::BessParams b;
  b.energy = p.ups_smoothing->share * p.ups_energy;
  b.power = p.ups_smoothing->power * Nameplate(p);
  b.round_trip = 1.0;
  b.time_constant = p.ups_smoothing->time_constant;
  b.recharge_time = 10.0 * b.time_constant;
  return power::Bess(b, load);
}

}  // namespace

SiteSupply::SiteSupply(const PlantParams& params) : params_(params) {
  if (params.generators) generators_.emplace(*params.generators, params.seed);
  if (HasUps(params)) ups_energy_ = UpsRest();
  ups_least_ = ups_energy_;
}

double SiteSupply::UpsRest() const {
  return params_.ups_energy * (params_.ups_smoothing ? 1.0 - 0.5 * params_.ups_smoothing->share : 1.0);
}

void SiteSupply::Choose(double now, bool utility, bool ups_able, int generators_lost, double load,
                        const power::Bess* battery, std::vector<PlantEvent>* events) {
  if (utility) {
    lost_at_ = -1.0;
  } else if (lost_at_ < 0.0) {
    lost_at_ = now;
    ++outages_;
  }
  const auto tell = [&](const char* kind, const char* where, std::string what) {
    events->push_back({now, kind, where, std::move(what)});
  };
  if (generators_) {
    const bool changed = generators_->Update(now, utility, generators_lost);
    using State = power::GeneratorSet::State;
    const State state = generators_->state();
    if (changed && state == State::kStarting) tell("generator", "generators", "they start");
    if (changed && state == State::kCarrying)
      tell("generator", "generators",
           fmt::format("{} run and take the site in blocks{}", generators_->running(),
                       generators_->failed() > 0 ? fmt::format("; {} did not start", generators_->failed()) : ""));
    if (changed && state == State::kCooling) tell("generator", "generators", "the site is back on the utility");
    if (changed && state == State::kTripped) tell("generator", "generators", "none runs");
    if (changed && state == State::kEmpty) tell("generator", "generators", "out of fuel");
  }
  const Source before = source_;
  source_ = Source::kNone;
  if (generators_ && generators_->carrying())
    source_ = Source::kGenerators;
  else if (utility)
    source_ = Source::kUtility;
  else if (battery && params_.island && now >= lost_at_ + params_.island_delay - kSlack &&
           battery->CanCarry(load, kSure * params_.step) &&
           (before == Source::kBattery || battery->charge() > 0.01))
    source_ = Source::kBattery;
  else if (ups_able && ups_energy_ > 0.0)
    source_ = Source::kUps;
  if (source_ != Source::kUtility) leveller_.reset();
  if (source_ == before) return;
  if (source_ == Source::kUps) tell("battery", "ups", "the UPS batteries carry the racks, cooling stands");
  if (source_ == Source::kBattery) tell("battery", "bess", "the site's battery carries it, cooling runs");
  if (source_ == Source::kNone && !params_.shelf_batteries) tell("dark", "racks", "no feed and no battery");
  if (before == Source::kNone) tell("power", "racks", fmt::format("the racks have power again, from {}", WordOf(source_)));
}

double SiteSupply::Charge(double seconds, double spare) const {
  const double lack = UpsRest() - ups_energy_;
  if (leveller_ || lack <= 0.0 || seconds <= 0.0 || params_.ups_energy <= 0.0) return 0.0;
  return std::max(0.0, std::min({params_.ups_energy / params_.ups_charge_time, lack / seconds, spare}));
}

void SiteSupply::Settle(PlantStep* step, bool overloaded, bool dark, double ups_input, std::vector<PlantEvent>* events) {
  const double dt = step->seconds;
  ups_energy_ -= step->ups_battery * dt;
  ups_least_ = std::min(ups_least_, ups_energy_);
  carried_ += ups_input * dt;
  carried_time_ += ups_input > 0.0 ? dt : 0.0;
  step->fuel = 0.0;
  if (generators_) {
    const double before = generators_->fuel();
    generators_->Deliver(step->generator, dt);
    step->fuel = generators_->fuel() - before;
    if (overloaded && generators_->carrying()) {
      generators_->Trip();
      ++overloads_;
      events->push_back({step->end, "trip", "generators", "more load than they may take and no battery for the rest"});
    }
  }
  if (!leveller_ && source_ == Source::kUtility && params_.ups_smoothing && ups_energy_ >= UpsRest() - kSlack)
    leveller_ = LevellerOf(params_, ups_input);
  without_ = lost_at_ >= 0.0 ? without_ + dt : without_;
  dark_ += dark ? dt : 0.0;
  on_ups_ += source_ == Source::kUps ? dt : 0.0;
  on_battery_ += source_ == Source::kBattery ? dt : 0.0;
  on_generators_ += source_ == Source::kGenerators ? dt : 0.0;
  if (lost_at_ >= 0.0) longest_ = std::max(longest_, step->end - lost_at_);
}

void SiteSupply::SetMetrics(MetricSet& m) const {
  if (params_.ups_energy > 0.0 && carried_time_ > 0.0 && carried_ > 0.0) {
    m.Set("site.ups.autonomy", params_.ups_energy * carried_time_ / carried_, "s");
    if (outages_ > 0) m.Set("site.ups.charge_min", std::max(0.0, ups_least_ / params_.ups_energy), "1");
  }
  if (outages_ > 0) {
    m.Set("site.outage.time", without_, "s");
    m.Set("site.outage.longest", longest_, "s");
    m.Set("site.outage.on_ups", on_ups_, "s");
    if (params_.island) m.Set("site.outage.on_battery", on_battery_, "s");
    if (generators_) m.Set("site.outage.on_generators", on_generators_, "s");
    m.Set("site.outage.dark", dark_, "s");
  }
  if (!generators_) return;
  m.Set("site.generators.reliability", generators_->Reliability(), "1");
  m.Set("site.generators.starts", generators_->starts(), "1");
  m.Set("site.generators.start_failures", generators_->failures(), "1");
  m.Set("site.generators.run_time", generators_->run_time(), "s");
  m.Set("site.generators.energy", generators_->energy(), "J");
  m.Set("site.generators.fuel", generators_->fuel(), "J");
  m.Set("site.generators.overloads", overloads_, "1");
  m.Set("site.generators.carbon", generators_->fuel() * params_.generators->carbon, "kg");
  m.Set("site.generators.fuel_cost", generators_->fuel() * params_.generators->price, "USD");
}

}  // namespace headroom::plant
