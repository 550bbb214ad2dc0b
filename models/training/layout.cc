#include "models/training/layout.h"

#include "sim/core/check.h"

namespace headroom::training {

std::vector<Chunk> MakeLayout(const ParallelPlan& plan, const llm::Architecture& model) {
  const std::uint32_t n = plan.chunks();
  std::vector<std::uint32_t> layers = plan.layout;
  if (layers.empty() && model.layers % n == 0) layers.assign(n, model.layers / n);
  if (layers.empty()) {
    const std::uint32_t places = model.layers + 2;
    layers.assign(n, places / n);
    for (std::uint32_t i = 0; i < places % n; ++i) ++layers[i];
    --layers.front();
    --layers.back();
  }
  HR_CHECK(layers.size() == n, layers.size(), n);
  std::vector<Chunk> out(n);
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    out[i].first_layer = next;
    out[i].layers = layers[i];
    next += layers[i];
  }
  HR_CHECK(next == model.layers, next, model.layers);
  out.front().embedding = true;
  out.back().head = true;
  return out;
}

}  // namespace headroom::training
