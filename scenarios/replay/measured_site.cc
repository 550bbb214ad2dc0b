#include "scenarios/replay/measured_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/core/diagnostics.h"

namespace headroom::replay {
namespace {

constexpr double kZero = 273.15;
constexpr double kRowGap = 1.5;  ///< median steps between rows from which rows are missing

[[noreturn]] void Fail(const Telemetry& t, const std::string& message) { throw ConfigError(fmt::format("{}: {}", t.file, message)); }

/// Bulbs that run linearly from reading to reading; one that is not measured is the scenario's.
class MeasuredWeather final : public cooling::Weather {
 public:
  MeasuredWeather(std::vector<double> times, std::vector<double> dry, std::vector<double> wet, const cooling::Weather* base)
      : times_(std::move(times)), dry_(std::move(dry)), wet_(std::move(wet)), base_(base) {}
  cooling::Outdoors At(Instant now) const override {
    cooling::Outdoors o = base_ ? base_->At(now) : cooling::Outdoors{};
    const double t = now.seconds();
    if (!dry_.empty()) o.dry_bulb = Value(dry_, t) + kZero;
    if (!wet_.empty()) o.wet_bulb = Value(wet_, t) + kZero;
    o.wet_bulb = std::min(o.wet_bulb, o.dry_bulb);
    return o;
  }

 private:
  double Value(const std::vector<double>& v, double t) const {
    const auto after = static_cast<std::size_t>(std::upper_bound(times_.begin(), times_.end(), t) - times_.begin());
    if (after == 0) return v.front();
    if (after == times_.size()) return v.back();
    const double u = (t - times_[after - 1]) / (times_[after] - times_[after - 1]);
    return v[after - 1] + u * (v[after] - v[after - 1]);
  }
  std::vector<double> times_, dry_, wet_;
  const cooling::Weather* base_;
};

bool IsLoad(const Signal& s) { return s.series == "rack_group_power" || s.series == "rack_power" || s.name == "it_power"; }
bool IsWeather(const Signal& s) { return s.series == "outdoors"; }

}  // namespace

MeasuredSite::MeasuredSite(const Telemetry& telemetry, bool loads, double bridge)
    : telemetry_(telemetry), loads_(loads), bridge_(bridge) {
  for (const Signal& s : telemetry.signals) {
    if (IsWeather(s) && s.entity != "dry_bulb" && s.entity != "wet_bulb")
      Fail(telemetry, fmt::format("{}: the weather has outdoors:dry_bulb and outdoors:wet_bulb", s.name));
    if ((IsLoad(s) && s.unit == "degC") || (IsWeather(s) && s.unit == "W"))
      Fail(telemetry, fmt::format("{}: is in {}", s.name, s.unit));
  }
}

bool MeasuredSite::Drives(const Signal& s) const { return IsWeather(s) || (loads_ && IsLoad(s)); }

std::vector<double> MeasuredSite::Bridged(const Signal& s) {
  const std::vector<double>& t = telemetry_.times;
  std::vector<double> out = s.values;
  std::optional<std::size_t> before;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!std::isfinite(out[i])) continue;
    const std::size_t first = before ? *before + 1 : 0;
    const double from = before ? t[*before] : 0.0, wide = t[i] - from;
    const bool hole = i > first || (before && wide > kRowGap * telemetry_.step);
    if (hole && wide > bridge_) gaps_.push_back({s.name, from, t[i]});
    for (std::size_t k = first; k < i; ++k)
      out[k] = !before          ? out[i]
               : wide > bridge_ ? out[*before]
                                : out[*before] + (t[k] - from) / wide * (out[i] - out[*before]);
    before = i;
  }
  if (!before) Fail(telemetry_, s.name + " drives and has no value");
  if (*before + 1 < out.size()) gaps_.push_back({s.name, t[*before], t.back()});
  for (std::size_t k = *before + 1; k < out.size(); ++k) out[k] = out[*before];
  return out;
}

void MeasuredSite::Amend(plant::PlantParams* params) {
  SetWeather(params);
  if (loads_) SetLoads(params);
}

void MeasuredSite::SetWeather(plant::PlantParams* params) {
  const Signal *dry = telemetry_.Find("outdoors:dry_bulb"), *wet = telemetry_.Find("outdoors:wet_bulb");
  if (!dry && !wet) return;
  weather_ = std::make_unique<MeasuredWeather>(telemetry_.times, dry ? Bridged(*dry) : std::vector<double>(),
                                               wet ? Bridged(*wet) : std::vector<double>(), params->weather);
  params->weather = weather_.get();
}

void MeasuredSite::SetLoads(plant::PlantParams* params) {
  const std::size_t rows = telemetry_.times.size(), count = params->groups.size();
  std::vector<std::vector<double>> of(count);
  std::vector<std::string> names;
  for (const auto& g : params->groups) names.push_back(g.name);
  for (const Signal& s : telemetry_.signals) {
    if (s.series != "rack_group_power") continue;
    const auto g = std::find(names.begin(), names.end(), s.entity);
    if (g == names.end()) {
      const std::string near = Nearest(s.entity, names);
      Fail(telemetry_, fmt::format("{}: driven by its loads, the site has the groups {}{}", s.name, fmt::join(names, ", "),
                                   near.empty() ? "" : "; did you mean " + near + "?"));
    }
    of[static_cast<std::size_t>(g - names.begin())] = Bridged(s);
  }
  std::vector<std::vector<double>> sums(count);
  std::vector<int> measured(count, 0);
  for (const Signal& s : telemetry_.signals) {
    if (s.series != "rack_power") continue;
    std::size_t rack = 0;
    if (!s.entity.starts_with("rack-") || (rack = static_cast<std::size_t>(std::atol(s.entity.c_str() + 5))) == 0 ||
        rack > params->group_of_rack.size())
      Fail(telemetry_, fmt::format("{}: the site has rack-1 to rack-{}", s.name, params->group_of_rack.size()));
    const auto g = static_cast<std::size_t>(params->group_of_rack[rack - 1]);
    const std::vector<double> values = Bridged(s);
    sums[g].resize(rows, 0.0);
    for (std::size_t i = 0; i < rows; ++i) sums[g][i] += values[i];
    ++measured[g];
  }
  for (std::size_t g = 0; g < count; ++g) {
    if (!of[g].empty() || measured[g] == 0) continue;
    for (double& v : sums[g]) v *= static_cast<double>(params->groups[g].racks) / measured[g];
    of[g] = std::move(sums[g]);
  }
  if (const Signal* it = telemetry_.Find("it_power")) {
    std::vector<double> left = Bridged(*it);
    double nameplate = 0.0;
    for (std::size_t g = 0; g < count; ++g) {
      if (of[g].empty()) nameplate += params->groups[g].racks * params->groups[g].nameplate;
      for (std::size_t i = 0; i < rows && !of[g].empty(); ++i) left[i] -= of[g][i];
    }
    for (std::size_t g = 0; g < count; ++g) {
      if (!of[g].empty()) continue;
      for (const double v : left) of[g].push_back(std::max(0.0, v) * params->groups[g].racks * params->groups[g].nameplate / nameplate);
    }
  }
  for (std::size_t g = 0; g < count; ++g) {
    if (of[g].empty()) continue;
    powers_.push_back(std::make_unique<plant::MeasuredPower>(telemetry_.times, std::move(of[g])));
    params->groups[g].measured = powers_.back().get();
    driven_.push_back(names[g]);
  }
  if (driven_.empty()) Fail(telemetry_, "has no column that drives: rack_group_power:GROUP, rack_power:rack-N or it_power");
}

}  // namespace headroom::replay
