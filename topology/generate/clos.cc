#include "topology/generate/clos.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::topology {
namespace {

using Count = std::uint32_t;

Count CeilDivide(std::uint64_t a, std::uint64_t b) { return static_cast<Count>((a + b - 1) / b); }

[[noreturn]] void Refuse(const char* path, const std::string& message) {
  throw ConfigError({{{}, path, message}});
}

/// The upper side of a tier: `lower` switches with `uplinks` each, spread evenly over `upper`
/// switches of `ports` ports.
struct Tier {
  Count upper = 0;
  Count uplinks = 0;  ///< of one lower switch, all used
  Count cables = 0;   ///< between one lower and one upper switch
};

/// The fewest upper switches: smallest m with lower * cables <= ports and m * cables in [wanted,
/// most].
Tier FewestSwitches(Count lower, Count wanted, Count most, Count ports) {
  for (Count m = CeilDivide(std::uint64_t{lower} * wanted, ports); m <= wanted; ++m) {
    const Count cables = CeilDivide(wanted, m);
    if (m * cables <= most && std::uint64_t{lower} * cables <= ports)
      return {m, m * cables, cables};
  }
  return {};
}

struct Shape {
  Count pods = 1;
  Count leaves_per_pod = 0;
  Tier spine;         ///< above the leaves of one pod
  Tier core;          ///< above equal spines of all pods; upper 0 where there is none
  Count fullest = 0;  ///< NICs on the fullest leaf
};

Shape Plan(const EndpointSpec& endpoints, const FabricSpec& fabric, const LeafPlan& plan) {
  const LeafPorts ports = ShareLeafPorts(endpoints, fabric);
  const Count p = fabric.switch_ports;
  Shape shape;
  std::vector<Count> load(plan.leaves);
  for (const Count leaf : plan.leaf_of_nic) ++load[leaf];
  shape.fullest = *std::max_element(load.begin(), load.end());
  shape.leaves_per_pod = plan.leaves;
  if (plan.leaves == 1) return shape;

  HR_CHECK(shape.fullest <= ports.nics, shape.fullest, ports.nics);
  const double needed = shape.fullest * endpoints.rate / fabric.oversubscription;
  const Count wanted = std::clamp(
      static_cast<Count>(std::ceil(needed / fabric.switch_rate * (1 - 1e-9))), 1u, ports.uplinks);
  if (plan.leaves <= p) {
    shape.spine = FewestSwitches(plan.leaves, wanted, ports.uplinks, p);
    return shape;
  }
  const Count half = std::max(p / 2, 1u);
  const Count block = plan.block <= half ? plan.block : 1;
  const Count blocks = CeilDivide(plan.leaves, block);
  shape.pods = CeilDivide(blocks, half / block);
  if (shape.pods > p)
    Refuse("site.fabric.switch",
           fmt::format("has {} ports; three tiers of them with oversubscription {} join {} NICs, "
                       "not {}",
                       p, fabric.oversubscription,
                       std::uint64_t{p} * std::uint64_t{half / block * block} * ports.nics,
                       plan.leaf_of_nic.size()));
  shape.leaves_per_pod = CeilDivide(blocks, shape.pods) * block;
  shape.pods = CeilDivide(plan.leaves, shape.leaves_per_pod);
  shape.spine = {wanted, wanted, 1};
  shape.core = FewestSwitches(shape.pods, shape.leaves_per_pod, p - shape.leaves_per_pod, p);
  return shape;
}

void Summarize(const EndpointSpec& endpoints, const FabricSpec& fabric, const LeafPlan& plan,
               const Shape& shape, FabricSummary* s) {
  const LeafPorts ports = ShareLeafPorts(endpoints, fabric);
  s->tiers = shape.core.upper > 0 ? 3 : shape.spine.upper > 0 ? 2 : 1;
  s->nics = static_cast<Count>(plan.leaf_of_nic.size());
  s->nic_rate = endpoints.rate;
  s->rails = plan.rails;
  s->nodes_per_leaf = plan.leaves == 1 ? endpoints.nodes : plan.nodes_per_block;
  s->nodes_per_pod = endpoints.nodes;
  if (shape.pods > 1 && plan.rails)
    s->nodes_per_pod = std::max(shape.leaves_per_pod / plan.block, 1u) * plan.nodes_per_block;
  else if (shape.pods > 1)
    s->nodes_per_pod = std::max(shape.leaves_per_pod * shape.fullest / endpoints.nics_per_node, 1u);
  s->nodes_per_leaf = std::min(s->nodes_per_leaf, endpoints.nodes);
  s->nodes_per_pod = std::min(s->nodes_per_pod, endpoints.nodes);
  s->accelerators_per_leaf = shape.fullest;
  s->leaves = plan.leaves;
  s->spines = shape.pods * shape.spine.upper;
  s->cores = shape.spine.upper * shape.core.upper;
  s->host_cables = s->nics * ports.ports_per_nic;
  s->leaf_spine_cables = plan.leaves * shape.spine.uplinks;
  s->spine_core_cables = s->spines * shape.core.uplinks;
  auto reach = [&](Count switches) {
    return Reach{switches, switches * fabric.switch_latency + (switches + 1) * fabric.cable_latency, double(switches),
                 switches >= 3 ? 2.0 : 0.0, switches >= 5 ? 2.0 : 0.0};
  };
  s->leaf = reach(1);
  s->spine = s->tiers >= 2 ? reach(3) : s->leaf;
  s->core = s->tiers >= 3 ? reach(5) : s->spine;
  double narrowest = s->nics * endpoints.rate;
  if (s->tiers >= 2) {
    s->oversubscription =
        shape.fullest * endpoints.rate / (shape.spine.uplinks * fabric.switch_rate);
    narrowest = std::min(narrowest, s->leaf_spine_cables * fabric.switch_rate);
  }
  if (s->tiers >= 3) narrowest = std::min(narrowest, s->spine_core_cables * fabric.switch_rate);
  s->bisection = narrowest / 2;
}

}  // namespace

LeafPorts ShareLeafPorts(const EndpointSpec& endpoints, const FabricSpec& fabric) {
  LeafPorts out;
  const double ratio = fabric.switch_rate / endpoints.rate;
  out.nics_per_port = std::max(1u, static_cast<Count>(ratio * (1 + 1e-9)));
  out.ports_per_nic = std::max(1u, static_cast<Count>(std::ceil(1 / ratio * (1 - 1e-9))));
  const double share = fabric.oversubscription / (1 + fabric.oversubscription);
  const Count p = fabric.switch_ports;
  const auto down = static_cast<Count>(p * share * (1 + 1e-12));
  auto nics = [&](Count n) { return n / out.ports_per_nic * out.nics_per_port; };
  out.nics = nics(down);
  out.nics_alone = nics(p);
  out.uplinks = p - down;
  if (out.nics == 0 || out.uplinks == 0)
    Refuse("site.fabric.switch",
           fmt::format("has {} ports; with oversubscription {} they leave {} for NICs, which need "
                       "{} each, and {} for uplinks",
                       p, fabric.oversubscription, down, out.ports_per_nic, out.uplinks));
  return out;
}

Network BuildClos(const EndpointSpec& endpoints, const FabricSpec& fabric, const LeafPlan& plan) {
  const Shape shape = Plan(endpoints, fabric, plan);
  const LeafPorts ports = ShareLeafPorts(endpoints, fabric);
  Network network;
  network.endpoints = static_cast<Count>(plan.leaf_of_nic.size());
  network.nics_per_node = endpoints.nics_per_node;
  Summarize(endpoints, fabric, plan, shape, &network.summary);
  const FabricSummary& s = network.summary;

  NetworkBuilder builder;
  auto add = [&](VertexKind kind, Count count) {
    Count first = 0;
    for (Count i = 0; i < count; ++i) {
      const Count v = builder.Add({kind, i});
      if (i == 0) first = v;
    }
    return first;
  };
  auto trunk = [&](Count cables) {
    return Link{cables * fabric.switch_rate, fabric.cable_latency, cables};
  };
  add(VertexKind::kNic, network.endpoints);
  const Count leaf = add(VertexKind::kLeaf, s.leaves);
  const Count spine = add(VertexKind::kSpine, s.spines);
  const Count core = add(VertexKind::kCore, s.cores);
  for (Count n = 0; n < network.endpoints; ++n)
    builder.Connect(n, leaf + plan.leaf_of_nic[n],
                    {endpoints.rate, fabric.cable_latency, ports.ports_per_nic});
  for (Count l = 0; l < s.leaves; ++l)
    for (Count j = 0; j < shape.spine.upper; ++j)
      builder.Connect(leaf + l, spine + l / shape.leaves_per_pod * shape.spine.upper + j,
                      trunk(shape.spine.cables));
  for (Count i = 0; i < s.spines && s.cores > 0; ++i)
    for (Count j = 0; j < shape.core.upper; ++j)
      builder.Connect(spine + i, core + i % shape.spine.upper * shape.core.upper + j,
                      trunk(shape.core.cables));
  network.graph = builder.Build();
  return network;
}

}  // namespace headroom::topology
