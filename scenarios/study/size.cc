#include "scenarios/study/size.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <optional>

#include "scenarios/build/facility_builder.h"
#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

using Racks = std::vector<std::uint32_t>;
using Within = std::function<bool(const SiteUses&)>;

/// Sizes of one site along one line of growth, each evaluated once.
class Growth {
 public:
  Growth(const SizedSite& site, std::function<Racks(std::uint32_t)> racks, std::uint32_t most)
      : site_(site), racks_(std::move(racks)), most_(most) {}

  const SiteUses& At(std::uint32_t steps) {
    auto found = known_.find(steps);
    if (found == known_.end()) found = known_.emplace(steps, site_.With(racks_(steps))).first;
    return found->second;
  }

  /// Largest number of steps that keeps within; uses grow nearly in proportion, so proportion is what is tried first.
  /// Nothing where all up to the most keep within.
  std::optional<std::uint32_t> Largest(std::uint32_t guess, const Within& within, const std::vector<Limit>& limits) {
    std::uint32_t low = 0, high = most_ + 1;
    if (!within(At(0))) return 0;
    guess = std::clamp(guess, 1u, most_);
    for (int tries = 0; high - low > 1; ++tries) {
      const SiteUses& uses = At(guess);
      (within(uses) ? low : high) = guess;
      if (low == most_) return std::nullopt;
      double scale = 2.0;
      for (const Limit l : limits)
        if (uses[l].has > 0.0 && uses[l].used > 0.0) scale = std::min(scale, uses[l].has / uses[l].used);
      const double next = tries < 8 ? std::floor(guess * scale) : low + (high - low) / 2;
      guess = static_cast<std::uint32_t>(std::clamp<double>(next, low + 1, std::max(low + 1, high - 1)));
    }
    return low;
  }

  Racks racks(std::uint32_t steps) const { return racks_(steps); }

 private:
  const SizedSite& site_;
  std::function<Racks(std::uint32_t)> racks_;
  std::uint32_t most_;
  std::map<std::uint32_t, SiteUses> known_;
};

std::vector<Limit> LimitsOf(const SiteUses& uses) {
  std::vector<Limit> out;
  for (std::size_t l = 0; l < kLimits; ++l)
    if (uses.limits[l].has > 0.0) out.push_back(static_cast<Limit>(l));
  return out;
}

std::uint32_t Proportion(std::uint32_t steps, const LimitUse& use, std::uint32_t most) {
  if (use.used <= 0.0) return most;
  return static_cast<std::uint32_t>(std::min<double>(most, std::floor(steps * use.has / use.used)));
}

/// Up to this many times the answer the size that a limit alone allows is searched, beyond it is told in proportion.
constexpr double kSearched = 1.5;

SizeAnswer Answer(const SizedSite& site, std::function<Racks(std::uint32_t)> racks, std::uint32_t in_file,
                  std::uint32_t per_step) {
  const std::uint32_t most = std::max(1u, kMostRacks / per_step);
  SizeAnswer out;
  out.per_step = per_step;
  out.in_file = in_file;
  Growth growth(site, racks, most);
  const std::vector<Limit> limits = LimitsOf(growth.At(1));
  const auto fits = growth.Largest(in_file, [](const SiteUses& u) { return u.fits(); }, limits);
  out.unbounded = !fits;
  out.fits = fits.value_or(most);
  out.racks = growth.racks(out.fits);
  out.uses = growth.At(out.fits);
  out.accelerators = out.uses.accelerators;
  const SiteUses& next = growth.At(out.fits + 1);
  if (!out.unbounded) out.refused = next.refused;
  bool feed_binds = false;
  for (const Limit l : limits) {
    LimitAnswer a;
    a.limit = l;
    a.use = out.uses[l];
    a.binds = !out.unbounded && next[l].exceeded();
    a.next_step = std::max(0.0, next[l].used - a.use.has);
    a.alone = out.fits;
    a.alone_exact = a.binds;
    if (!a.binds) {
      a.alone = out.fits > 0 ? Proportion(out.fits, a.use, most) : Proportion(1, growth.At(1)[l], most);
      if (a.alone <= kSearched * out.fits && !out.unbounded) {
        const Within within = [l](const SiteUses& u) { return u.refused.empty() && !u[l].exceeded(); };
        a.alone = growth.Largest(a.alone, within, {l}).value_or(most);
        a.alone_exact = true;
      }
    }
    const SizedSite more = site.OneMore(l, &a.unit);
    if (l == Limit::kTowers) a.unit = growth.At(1).rejection_unit;
    if (a.binds) {
      Growth grown(more, racks, most);
      const auto largest =
          grown.Largest(out.fits + 1, [](const SiteUses& u) { return u.fits(); }, limits).value_or(most);
      a.unit_buys = largest > out.fits ? largest - out.fits : 0;
      feed_binds |= l == Limit::kFeed;
    }
    out.limits.push_back(a);
  }
  std::uint32_t second = most;
  for (const LimitAnswer& a : out.limits)
    if (!a.binds) second = std::min(second, a.alone);
  if (second > out.fits && second < most) {
    out.second = second;
    for (LimitAnswer& a : out.limits)
      if (a.binds) a.to_second = std::max(0.0, growth.At(second)[a.limit].used - a.use.has);
  }
  const LimitUse& feed = out.uses[Limit::kFeed];
  if (feed.has > 0.0 && !feed_binds) out.stranded = std::max(0.0, feed.has - feed.used);
  return out;
}

std::vector<scenario::SystemStock> StockOf(const scenario::Prepared& prepared) {
  Diagnostics diagnostics;
  const scenario::BuildContext context{prepared.loaded.scenario, prepared.library, prepared.loaded.places, diagnostics,
                                       prepared.loaded.folder};
  auto systems = scenario::TakeStock(context);
  diagnostics.ThrowIfErrors();
  return systems;
}

void CheckRackMass(const scenario::Prepared& prepared, const SiteUses& uses) {
  const schema::Limits& limits = prepared.loaded.scenario.site().limits();
  if (limits.has_rack_mass() && uses.heaviest > limits.rack_mass())
    throw ConfigError({Finding{prepared.loaded.places.Find("site.limits.rack_mass"), "site.limits.rack_mass",
                               fmt::format("is {:.6g} kg and the heaviest rack has {:.6g} kg: none of it can stand there",
                                           limits.rack_mass(), uses.heaviest)}});
}

}  // namespace

std::vector<double> Nameplates(const scenario::Prepared& prepared) {
  std::vector<double> out;
  for (const scenario::SystemStock& s : StockOf(prepared)) out.push_back(scenario::RackNameplate(s));
  return out;
}

SizeBasis SizeAt(const scenario::Prepared& prepared, const std::string& name, std::vector<double> draw) {
  SizeBasis out{name, draw, {}};
  const SizedSite site(prepared, draw);
  const std::vector<scenario::SystemStock> systems = StockOf(prepared);
  Racks in_file;
  for (const scenario::SystemStock& s : systems) in_file.push_back(s.racks);
  const SiteUses now = site.With(in_file);
  if (!now.refused.empty()) throw ConfigError(now.refused);
  CheckRackMass(prepared, now);
  if (LimitsOf(now).empty())
    throw ConfigError({Finding{prepared.loaded.places.Find("site"), "site",
                               "sets no limit that racks could meet; give site.power.utility.limit, the counts of "
                               "site.cooling.liquid and .air, or site.limits"}});
  for (std::size_t s = 0; s < systems.size(); ++s) {
    out.answers.push_back(Answer(
        site,
        [&in_file, s](std::uint32_t n) {
          Racks racks = in_file;
          racks[s] = n;
          return racks;
        },
        in_file[s], 1));
    out.answers.back().system = systems[s].name;
    out.answers.back().type = systems[s].type;
    out.answers.back().draw = draw[s];
  }
  if (systems.size() < 2) return out;
  std::uint32_t sets = 0, per_set = 0;
  for (const std::uint32_t r : in_file) sets = std::gcd(sets, r);
  Racks one;
  double set_draw = 0.0;
  for (std::size_t s = 0; s < systems.size(); ++s) {
    one.push_back(in_file[s] / sets);
    per_set += one.back();
    set_draw += one.back() * draw[s];
  }
  out.answers.push_back(Answer(
      site,
      [&one](std::uint32_t n) {
        Racks racks = one;
        for (std::uint32_t& r : racks) r *= n;
        return racks;
      },
      sets, per_set));
  out.answers.back().draw = set_draw;
  return out;
}

}  // namespace headroom::study
