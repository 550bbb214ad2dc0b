#include "scenarios/build/site_costs.h"

#include <fmt/format.h>

#include "models/cost/capital.h"
#include "models/cost/embodied.h"
#include "scenarios/build/plant_builder.h"

namespace headroom::scenario {
namespace {

cost::Installed StockOf(const BuildContext& context, const std::vector<SystemStock>& systems, double switches) {
  cost::Installed there;
  for (const SystemStock& s : systems) {
    there.accelerators += s.accelerators();
    there.nodes += s.nodes;
    there.racks += s.racks;
    there.nameplate += s.nameplate();
  }
  there.switches = switches;
  there.battery = context.scenario.site().power().bess().energy();
  return there;
}

/// Capital of each kind and what an accelerator costs by the hour, a year of it all.
void SetCapital(const cost::CapitalParams& c, const cost::CostParts& site, double accelerators, double seconds, MetricSet& m) {
  m.Set("site.cost.capital.it", c.it_capital, "USD");
  m.Set("site.cost.capital.facility", c.facility_per_watt * c.it_nameplate, "USD");
  for (const cost::CapitalItem& item : c.items) m.Set("site.cost.capital." + item.name, item.capital, "USD");
  if (seconds <= 0.0) return;
  m.Set("site.cost.per_year", site.total() * cost::kYear / seconds, "USD");
  if (accelerators > 0.0)
    m.Set("site.cost.per_accelerator_hour", site.total() / (accelerators * seconds / 3600.0), "USD");
}

}  // namespace

void SetCostMetrics(const BuildContext& context, const std::vector<SystemStock>& systems, double switches, const plant::Plant& plant,
                    const std::vector<std::unique_ptr<Work>>& works, MetricSet& metrics) {
  const plant::PlantTotals& totals = plant.totals();
  const schema::Cost& prices = context.scenario.site().cost();
  const cost::CapitalParams capital = MakeCapital(context, systems);
  cost::CostParts site = cost::CostOver(capital, totals.seconds(), totals.energy_cost());
  site.water = prices.water() * totals.water();
  metrics.Set("site.cost.it", site.it, "USD");
  metrics.Set("site.cost.facility", site.facility, "USD");
  if (!capital.items.empty()) metrics.Set("site.cost.items", site.items, "USD");
  metrics.Set("site.cost.operation", site.operation, "USD");
  metrics.Set("site.cost.energy", site.energy, "USD");
  if (site.water > 0.0) metrics.Set("site.cost.water", site.water, "USD");
  metrics.Set("site.cost.total", site.total(), "USD");
  double accelerators = 0.0;
  for (const SystemStock& s : systems) accelerators += s.accelerators();
  SetCapital(capital, site, accelerators, totals.seconds(), metrics);

  const schema::Embodied& e = prices.embodied();
  const cost::EmbodiedCarbon made =
      cost::EmbodiedOf({e.accelerator(), e.node(), e.rack(), e.network_switch(), e.building() / 1000.0, e.battery()},
                       StockOf(context, systems, switches));
  const double share = cost::WrittenOff(made, prices.accelerator_life(), prices.facility_life(), prices.battery_life(), totals.seconds());
  metrics.Set("site.carbon.embodied", made.total(), "kg");
  metrics.Set("site.carbon.embodied_share", share, "kg");
  metrics.Set("site.carbon.operational", totals.carbon(), "kg");
  metrics.Set("site.carbon.total", totals.carbon() + share, "kg");

  const double installed = accelerators * totals.seconds();
  for (std::size_t w = 0; w < works.size(); ++w) {
    const double tokens = works[w]->PricedTokens();
    if (tokens <= 0.0 || installed <= 0.0) continue;
    const double energy_share = works[w]->Energy() / totals.board_energy();
    const double held = works[w]->Held() / installed;
    const cost::CostParts part = cost::ShareOf(site, held, energy_share);
    const std::string name = "workloads." + context.scenario.workloads(static_cast<int>(w)).name();
    metrics.Set(name + ".energy_per_token", energy_share * totals.energy() / tokens, "J");
    metrics.Set(name + ".cost_per_token", cost::PerToken(part, tokens), "USD");
    metrics.Set(name + ".cost_per_million_tokens", 1e6 * cost::PerToken(part, tokens), "USD");
    for (const KernelTime& k : works[w]->KernelTimes()) {
      if (k.seconds <= 0.0) continue;
      const double board = k.energy / totals.board_energy();
      metrics.Set(name + ".energy_per_token.kernels." + k.name, board * totals.energy() / tokens, "J");
      metrics.Set(name + ".cost_per_token.kernels." + k.name,
                  cost::PerToken(cost::ShareOf(site, k.seconds / installed, board), tokens), "USD");
    }
    metrics.Set(name + ".carbon_per_million_tokens", 1e6 * (energy_share * totals.carbon() + held * share) / tokens, "kg");
  }
}

}  // namespace headroom::scenario
