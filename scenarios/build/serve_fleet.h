#pragma once

#include <vector>

#include "models/serving/deployment.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

serving::Slo SloOf(const schema::Slo& slo);
/// Classes, admission, patience and failures of the scenario into `params`, for a deployment of
/// `replicas` places; errors go to the context.
void AddTraffic(const WorkSite& site, std::uint32_t replicas, serving::DeploymentParams& params);
/// Steps of the roll-out.
serving::RolloutParams RolloutOf(const WorkSite& site);
/// The stages of a request; where they call the model or come after its answer, with the answer among them. Empty if there are
/// none or after an error.
std::vector<serving::StageParams> StagesOf(const WorkSite& site);
/// Warns of SLOs that a lone request misses.
void CheckSlo(const WorkSite& site, const serving::IterationCost& cost, const serving::Slo& slo, const std::string& path);

}  // namespace headroom::scenario
