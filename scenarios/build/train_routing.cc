#include "scenarios/build/train_routing.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "models/training/routing.h"

namespace headroom::scenario {

double BusiestOf(const BuildContext& context, const schema::Routing& routing, const std::string& path, const std::string& folder,
                 const llm::Architecture& model, std::uint32_t ep) {
  const auto experts = static_cast<std::uint32_t>(model.moe.experts);
  if (routing.has_zipf() && routing.kind() == "trace")
    context.Error(path + ".zipf", "stands beside kind: trace; loads follow one of them");
  if (!routing.file().empty() && routing.kind() != "trace")
    context.Error(path + ".file", fmt::format("is given and kind is {}; a file is read with kind: trace", routing.kind()));
  if (!model.is_moe() || ep == 0 || experts % ep != 0) return 1;
  if (routing.has_zipf())
    return training::BusiestRank(training::ZipfLoads(experts, model.moe.experts_per_token, routing.zipf(), ep), ep);
  if (routing.kind() != "trace") return 1;
  if (routing.file().empty()) {
    context.Error(path + ".file", "this key is missing; routing from a trace needs it");
    return 1;
  }
  const std::string file = routing.file().front() == '/' ? routing.file() : folder + "/" + routing.file();
  std::ifstream in(file);
  if (!in) {
    context.Error(path + ".file", fmt::format("{} cannot be read", routing.file()));
    return 1;
  }
  try {
    return training::ReadRouting(in, experts).Busiest(ep);
  } catch (const std::invalid_argument& e) {
    context.Error(path + ".file", fmt::format("{}: {}", routing.file(), e.what()));
    return 1;
  }
}

}  // namespace headroom::scenario
