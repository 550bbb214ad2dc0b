#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/serving/llm_operators.h"

namespace headroom::serving {

std::vector<ParallelismProblem> Check(const ReplicaParallelism& r, const llm::Architecture& model) {
  std::vector<ParallelismProblem> out;
  const auto refuse = [&out](const char* degree, std::string message) {
    out.push_back({std::string("parallelism.") + degree, std::move(message)});
  };
  for (const auto& [name, degree] : {std::pair{"tp", r.tp}, {"pp", r.pp}, {"ep", r.ep}, {"cp", r.cp}})
    if (degree == 0) refuse(name, fmt::format("{} is 0; it must be at least 1", name));
  if (!out.empty()) return out;
  if (std::fmod(model.heads, r.tp) != 0.0)
    refuse("tp", fmt::format("tp is {}; it must divide the {} heads of {}", r.tp, model.heads,
                             model.name));
  if (r.pp > model.layers)
    refuse("pp", fmt::format("pp is {}; {} has {} layers", r.pp, model.name, model.layers));
  if (r.ep > 1 && !model.is_moe()) {
    refuse("ep", fmt::format("ep is {}; {} has no experts", r.ep, model.name));
  } else if (r.ep > 1 && std::fmod(model.moe.experts, r.ep) != 0.0) {
    refuse("ep", fmt::format("ep is {}; it must divide the {} experts of {}", r.ep,
                             model.moe.experts, model.name));
  }
  if (r.cp > 1 && r.ep > r.tp)
    refuse("cp", fmt::format("cp is {} and ep {} is over tp {}; attention groups do not split contexts", r.cp, r.ep, r.tp));
  if (r.stage() % r.tp != 0 || r.stage() % r.ep != 0)
    refuse("ep", fmt::format("ep is {} and tp is {}; one must divide the other", r.ep, r.tp));
  return out;
}

}  // namespace headroom::serving
