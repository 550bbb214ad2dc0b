#include "models/serving/speculation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/diagnostics.h"

namespace headroom::serving {

std::vector<double> Speculation::Reach() const {
  std::vector<double> reach;
  double product = 1.0;
  for (std::uint32_t i = 0; i < tokens && !acceptance.empty(); ++i) {
    const double one = acceptance[std::min<std::size_t>(i, acceptance.size() - 1)];
    product *= i < tree.size() && tree[i] > 1 ? 1.0 - std::pow(1.0 - one, tree[i]) : one;
    reach.push_back(product);
  }
  return reach;
}

std::uint32_t Speculation::Width(std::uint32_t i) const {
  std::uint32_t width = 1;
  for (std::uint32_t k = 0; k < i && k < tree.size(); ++k) width *= tree[k];
  return width;
}

std::uint32_t Speculation::Nodes(std::uint32_t depth) const {
  if (tree.empty()) return depth;
  std::uint32_t nodes = 0;
  for (std::uint32_t i = 1; i <= depth; ++i) nodes += Width(i);
  return nodes;
}

double Speculation::Expected(std::uint32_t drafted) const {
  const std::vector<double> reach = Reach();
  double expected = 1.0;
  for (std::size_t i = 0; i < std::min<std::size_t>(drafted, reach.size()); ++i)
    expected += reach[i];
  return expected;
}

std::uint32_t AcceptanceDraw::operator()(std::uint32_t drafted) {
  const double u = random_.Uniform();
  const std::size_t most = std::min<std::size_t>(drafted, reach_.size());
  std::uint32_t kept = 0;
  while (kept < most && u < reach_[kept]) ++kept;
  return kept;
}

std::vector<double> PublishedAcceptance::Acceptance() const {
  std::vector<double> acceptance;
  double before = 1.0, reached = 1.0, length = 1.0;
  for (const double l : lengths) {
    reached = std::clamp(l - length, 0.0, before);
    acceptance.push_back(before > 0.0 ? reached / before : 0.0);
    length = std::max(length, l);
    before = reached;
  }
  return acceptance;
}

const std::vector<PublishedAcceptance>& PublishedAcceptances() {
  static const std::vector<PublishedAcceptance> table = {
      {"deepseek-v4-pro-mtp", "DeepSeek V4 Pro, its own MTP layer",
       {1.79, 2.27, 2.49, 2.54, 2.55, 2.55, 2.54, 2.58}},
      {"glm-5.2-mtp", "GLM 5.2 fp8, its own MTP layer",
       {1.84, 2.50, 2.99, 3.33, 3.61, 3.78, 3.91, 4.06}},
      {"kimi-k2.5-eagle3", "Kimi K2.5 nvfp4, EAGLE-3",
       {1.83, 2.43, 2.88, 3.24, 3.46, 3.62, 3.71, 3.77}},
      {"minimax-m3-eagle3", "MiniMax M3, EAGLE-3", {1.78, 2.38, 2.83, 3.11, 3.35, 3.45, 3.53, 3.74}},
  };
  return table;
}

const PublishedAcceptance& FindPublishedAcceptance(std::string_view name) {
  std::string known;
  for (const PublishedAcceptance& p : PublishedAcceptances()) {
    if (name == p.name) return p;
    known += std::string(known.empty() ? "" : ", ") + p.name;
  }
  throw ConfigError(fmt::format("published acceptance is '{}'; known are {}", name, known));
}

}  // namespace headroom::serving
