#include "models/training/host_work.h"

#include <string_view>

namespace headroom::training {

Launches LaunchesOf(const llm::Operator& op, bool quantised) {
  switch (op.kind) {
    case llm::OperatorKind::kGemm:
      return quantised && op.linear ? Launches{4, 7} : Launches{1, 2};
    case llm::OperatorKind::kGroupedGemm:
      return quantised ? Launches{8 * op.groups, 16 * op.groups} : Launches{2 * op.groups, 4 * op.groups};
    case llm::OperatorKind::kAttention:
      return {3, 4};
    case llm::OperatorKind::kElementwise:
      return std::string_view(op.name) == "route_softmax_topk" ? Launches{31, 31} : Launches{2, 3};
  }
  return {};
}

}  // namespace headroom::training
