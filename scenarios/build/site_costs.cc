#include "scenarios/build/site_costs.h"

#include <fmt/format.h>

#include "models/cost/capital.h"
#include "scenarios/build/plant_builder.h"

namespace headroom::scenario {

void SetCostMetrics(const BuildContext& context, const std::vector<SystemStock>& systems, const plant::Plant& plant,
                    const std::vector<std::unique_ptr<Work>>& works, MetricSet& metrics) {
  const plant::PlantTotals& totals = plant.totals();
  const cost::CostParts site =
      cost::CostOver(MakeCapital(context, systems), totals.seconds(), totals.bill().cost());
  metrics.Set("site.cost.it", site.it, "USD");
  metrics.Set("site.cost.facility", site.facility, "USD");
  metrics.Set("site.cost.operation", site.operation, "USD");
  metrics.Set("site.cost.energy", site.energy, "USD");
  metrics.Set("site.cost.total", site.total(), "USD");

  double installed = 0.0;
  for (const SystemStock& s : systems) installed += s.accelerators() * totals.seconds();
  for (std::size_t w = 0; w < works.size(); ++w) {
    const double tokens = works[w]->PricedTokens();
    if (tokens <= 0.0 || installed <= 0.0) continue;
    const double energy_share = works[w]->Energy() / totals.board_energy();
    const cost::CostParts part = cost::ShareOf(site, works[w]->Held() / installed, energy_share);
    const std::string name = "workloads." + context.scenario.workloads(static_cast<int>(w)).name();
    metrics.Set(name + ".energy_per_token", energy_share * totals.bill().energy() / tokens, "J");
    metrics.Set(name + ".cost_per_token", cost::PerToken(part, tokens), "USD");
  }
}

}  // namespace headroom::scenario
