#include <fmt/format.h>

#include <algorithm>

#include "sim/core/diagnostics.h"
#include "topology/generate/generator.h"

namespace headroom::topology {
namespace {

using Count = std::uint32_t;

Count CeilDivide(std::uint64_t a, std::uint64_t b) { return static_cast<Count>((a + b - 1) / b); }

[[noreturn]] void Refuse(const char* path, const std::string& message) { throw ConfigError({{{}, path, message}}); }

/// Ports of a switch: p to NICs, cables to each other switch of its group, h to other groups.
struct Shape {
  Count nics_per_port = 1;
  Count per_switch = 1;   ///< NICs
  Count group = 1;        ///< switches of a group
  Count groups = 1;
  Count global_ports = 0; ///< h
  Count local = 0;        ///< cables between two switches of a group
  Count global = 0;       ///< cables between two groups
};

/// Balanced (Kim et al. 2008): a = 2h switches in a group and p = o*h NIC ports, so p + (a - 1) + h ports in all.
Shape Plan(const EndpointSpec& ends, const FabricSpec& fabric) {
  const Count ports = fabric.switch_ports, nics = ends.nodes * ends.nics_per_node;
  const double o = fabric.oversubscription;
  if (ends.rate > fabric.switch_rate * (1 + 1e-9))
    Refuse("site.fabric.type", "is dragonfly, whose NICs must not be faster than a port of its switches");
  Shape s;
  s.nics_per_port = std::max<Count>(1, static_cast<Count>(fabric.switch_rate / ends.rate * (1 + 1e-9)));
  if (nics <= ports * s.nics_per_port) {
    s.per_switch = nics;
    return s;
  }
  const Count h = static_cast<Count>((ports + 1) / (3 + o));
  if (h == 0) Refuse("site.fabric.switch", fmt::format("has {} ports; a dragonfly of oversubscription {} needs at least {:.0f}", ports, o, 2 + o));
  const Count p = std::max<Count>(1, static_cast<Count>(o * h * (1 + 1e-12)));
  s.per_switch = p * s.nics_per_port;
  const Count switches = CeilDivide(nics, s.per_switch);
  s.group = fabric.group > 0 ? fabric.group : 2 * h;
  s.group = std::min(s.group, switches);
  if (s.group > 1) s.local = (ports - p - h) / (s.group - 1);
  if (s.group > 1 && s.local == 0)
    Refuse("site.fabric.group", fmt::format("is {}; a switch has {} ports left for the {} others of its group", s.group, ports - p - h, s.group - 1));
  s.groups = CeilDivide(switches, s.group);
  if (s.groups == 1) return s;
  s.global_ports = h;
  s.global = s.group * h / (s.groups - 1);
  if (s.global == 0)
    Refuse("site.fabric.switch", fmt::format("has {} ports; a dragonfly of groups of {} joins {} NICs, not {}", ports, s.group,
                                             std::uint64_t{s.group * h + 1} * s.group * s.per_switch, nics));
  return s;
}

void Summarize(const EndpointSpec& ends, const FabricSpec& fabric, const Shape& shape, Count cables, FabricSummary* s) {
  s->nics = ends.nodes * ends.nics_per_node;
  s->nic_rate = ends.rate;
  s->leaves = shape.group * shape.groups;
  s->tiers = shape.groups > 1 ? 3 : shape.group > 1 ? 2 : 1;
  s->accelerators_per_leaf = std::min(shape.per_switch, s->nics);
  s->nodes_per_leaf = std::clamp(shape.per_switch / ends.nics_per_node, 1u, ends.nodes);
  s->nodes_per_pod = std::clamp(shape.per_switch * shape.group / ends.nics_per_node, 1u, ends.nodes);
  s->host_cables = s->nics;
  s->leaf_spine_cables = shape.groups * shape.group * (shape.group - 1) / 2 * shape.local;
  s->spine_core_cables = cables;
  const auto reach = [&](Count n, double local, double global) {
    return Reach{n, n * fabric.switch_latency + (n + 1) * fabric.cable_latency, double(n), local, global};
  };
  s->leaf = reach(1, 0, 0);
  s->spine = s->tiers >= 2 ? reach(2, 1, 0) : s->leaf;
  s->core = s->tiers >= 3 ? reach(4, 2, 1) : s->spine;
  const double from_switch = s->accelerators_per_leaf * ends.rate;
  const double rate = fabric.switch_rate;
  // A neighbour among n is reached over the c cables to it, and over each third one at the price of two cables. With a part
  // x of the traffic on the straight way all cables are full alike at x = 2/n, and carry n c / 2.
  const auto ways = [&](Count n, Count c) { return fabric.minimal_routes ? double(c) : n * double(c) / 2; };
  if (fabric.minimal_routes) {
    s->neighbour_cables = shape.local;
    s->neighbour_group_cables = shape.global;
  }
  if (s->tiers >= 2) {
    s->oversubscription = from_switch / ((shape.group - 1) * shape.local * rate);
    s->leaf_shortage = std::max(1.0, from_switch / (ways(shape.group, shape.local) * rate));
    s->exchange_shortage = std::max(1.0, s->oversubscription);
    s->bisection = (shape.group / 2) * (shape.group - shape.group / 2) * double(shape.local) * rate;
  }
  if (s->tiers >= 3) {
    const double away = shape.global * (shape.groups - 1.0) * rate / (shape.group * from_switch);
    s->pod_shortage = std::max(1.0, shape.group * from_switch / (ways(shape.groups, shape.global) * rate));
    s->exchange_shortage = std::max(s->exchange_shortage, 1 / away);
    s->bisection = double(shape.groups / 2) * (shape.groups - shape.groups / 2) * shape.global * rate;
  }
  const double all = s->nics * ends.rate / 2;
  s->bisection = s->tiers == 1 ? all : std::min(all, s->bisection);
}

}  // namespace

/// Groups of switches, every switch joined to every other of its group and every group to every other, the cables of a pair
/// of groups dealt over the switches of both in turn. Source: Kim, Dally, Scott, Abts, Technology-Driven,
/// Highly-Scalable Dragonfly Topology, ISCA 2008. Minimal routes cross at most four switches. Adaptive
/// routing sends a neighbour's traffic over third switches and groups too (Valiant), spread ideally.
Network BuildDragonfly(const EndpointSpec& ends, const FabricSpec& fabric) {
  const Shape shape = Plan(ends, fabric);
  Network network;
  network.endpoints = ends.nodes * ends.nics_per_node;
  network.nics_per_node = ends.nics_per_node;
  NetworkBuilder builder;
  const Count switches = shape.group * shape.groups;
  for (Count n = 0; n < network.endpoints; ++n) builder.Add({VertexKind::kNic, n});
  for (Count l = 0; l < switches; ++l) builder.Add({VertexKind::kLeaf, l});
  const Count first = network.endpoints;
  for (Count n = 0; n < network.endpoints; ++n)
    builder.Connect(n, first + n / shape.per_switch, {ends.rate, fabric.cable_latency, 1});
  const auto trunk = [&](Count cables) { return Link{cables * fabric.switch_rate, fabric.cable_latency, cables}; };
  for (Count g = 0; g < shape.groups && shape.local > 0; ++g)
    for (Count a = 0; a < shape.group; ++a)
      for (Count b = a + 1; b < shape.group; ++b)
        builder.Connect(first + g * shape.group + a, first + g * shape.group + b, trunk(shape.local));
  Count laid = 0;
  std::vector<Count> next(shape.groups);
  for (Count g = 0; g < shape.groups; ++g)
    for (Count other = g + 1; other < shape.groups; ++other)
      for (Count c = 0; c < shape.global; ++c, ++laid)
        builder.Connect(first + g * shape.group + next[g]++ % shape.group,
                        first + other * shape.group + next[other]++ % shape.group, trunk(1));
  Summarize(ends, fabric, shape, laid, &network.summary);
  network.graph = builder.Build();
  return network;
}

}  // namespace headroom::topology
