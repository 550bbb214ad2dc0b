#include "scenarios/build/inventory.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace headroom::scenario {
namespace {

bool Matches(const SystemStock& s, const Claim& claim) {
  if (!s.accelerator && !claim.processors) return false;
  const std::string& type = claim.type;
  return type.empty() || type == s.name || type == s.type || type == s.node->name() ||
         (s.accelerator && type == s.accelerator->name());
}

std::string Offers(const std::vector<SystemStock>& systems) {
  std::string out;
  for (const SystemStock& s : systems)
    if (s.accelerator)
      out += fmt::format("{}{} ({}, {})", out.empty() ? "" : ", ", s.name, s.type, s.accelerator->name());
  return out.empty() ? "no system has accelerators" : out;
}

}  // namespace

double SystemStock::nameplate() const {
  return rack ? racks * rack->nameplate() : nodes * node->nameplate();
}

std::vector<SystemStock> TakeStock(const BuildContext& context) {
  std::vector<SystemStock> out;
  for (const schema::System& system : context.scenario.site().systems()) {
    const std::string path = fmt::format("site.systems[{}]", system.name());
    SystemStock s;
    s.name = system.name();
    s.type = system.type();
    if (context.library.Has("rack", s.type)) {
      s.rack = &context.library.rack(s.type);
      s.node = &context.library.node(s.rack->node());
      s.racks = system.count();
      s.nodes_per_rack = s.rack->nodes();
      s.nodes = s.racks * s.nodes_per_rack;
      if (system.has_per_rack())
        context.Error(path + ".per_rack", fmt::format("{} is a rack; per_rack is for nodes", s.type));
    } else {
      s.node = &context.library.node(s.type);
      s.nodes = system.count();
      s.nodes_per_rack = system.has_per_rack() ? system.per_rack() : s.node->per_rack();
      s.racks = (s.nodes + s.nodes_per_rack - 1) / s.nodes_per_rack;
    }
    if (!s.node->accelerator().empty()) {
      s.accelerator = &context.library.accelerator(s.node->accelerator());
      s.accelerators_per_node = s.node->accelerators();
    } else {
      s.processors_per_node = s.node->processors();
    }
    if (system.has_power_limit()) {
      s.power_limit = system.power_limit();
      if (!s.accelerator) {
        context.Error(path + ".power_limit", fmt::format("{} has no accelerators", s.type));
      } else {
        const double idle = s.accelerator->power().idle() * s.accelerator->tdp();
        if (s.power_limit <= idle || s.power_limit > s.accelerator->tdp())
          context.Error(path + ".power_limit",
                        fmt::format("is {:g} W; it must lie above the {:.0f} W that {} draws at rest and not above its {:g} W",
                                    s.power_limit, idle, s.accelerator->name(), s.accelerator->tdp()));
      }
    }
    const std::uint32_t per_rack = s.nodes_per_rack * s.units_per_node();
    s.usable_per_rack = system.has_accelerators_used() ? system.accelerators_used() : per_rack;
    if (s.usable_per_rack > per_rack)
      context.Error(path + ".accelerators_used",
                    fmt::format("{} is more than the {} accelerators of a rack", s.usable_per_rack, per_rack));
    out.push_back(s);
  }
  return out;
}

std::uint32_t NodeOf(const SystemStock& s, std::uint32_t index) {
  return index / s.usable_per_rack * s.nodes_per_rack +
         index % s.usable_per_rack / s.units_per_node();
}

std::vector<std::vector<Slice>> PlaceWork(const std::vector<SystemStock>& systems,
                                          const std::vector<Claim>& claims,
                                          const BuildContext& context) {
  std::vector<std::uint32_t> taken(systems.size(), 0), usable(systems.size(), 0);
  for (std::size_t i = 0; i < systems.size(); ++i) {
    const SystemStock& s = systems[i];
    const std::uint32_t last_rack_nodes = s.nodes - (s.racks - 1) * s.nodes_per_rack;
    usable[i] = (s.racks - 1) * s.usable_per_rack +
                std::min(s.usable_per_rack, last_rack_nodes * s.units_per_node());
  }
  std::vector<std::vector<Slice>> out(claims.size());
  const auto give = [&](const Claim& claim, std::uint8_t number, std::vector<Slice>* to) {
    // One kind of accelerator: the first that matches and has some left, else the first that matches.
    const SystemStock* kind = nullptr;
    for (bool free_only : {true, false})
      for (std::size_t i = 0; i < systems.size() && !kind; ++i)
        if (Matches(systems[i], claim) && (!free_only || taken[i] < usable[i])) kind = &systems[i];
    auto eligible = [&](std::size_t i) {
      return Matches(systems[i], claim) && systems[i].accelerator == kind->accelerator;
    };
    std::uint32_t offered = 0, left = 0;
    for (std::size_t i = 0; i < systems.size(); ++i) {
      if (!kind || !eligible(i)) continue;
      offered += usable[i];
      left += usable[i] - taken[i];
    }
    if (!kind) {
      context.Error(claim.path + ".accelerators.type",
                    claim.type.empty()
                        ? "the site has no accelerators for it"
                        : fmt::format("no system of the site is or has '{}'; there is: {}", claim.type, Offers(systems)));
      return;
    }
    const std::uint32_t wanted = claim.count == 0 ? left : claim.count;
    if (wanted > left || left == 0) {
      context.Error(claim.path, fmt::format("needs {} accelerators of {}, but {} of {} are free{}",
                                            claim.count == 0 ? std::string("some") : std::to_string(wanted),
                                            kind->accelerator->name(), left, offered,
                                            left < offered ? " (other workloads hold the rest)" : ""));
      return;
    }
    std::uint32_t due = wanted;
    for (std::uint32_t i = 0; i < systems.size() && due > 0; ++i) {
      if (!eligible(i)) continue;
      const std::uint32_t n = std::min(due, usable[i] - taken[i]);
      if (n == 0) continue;
      to->push_back({i, taken[i], n, number});
      taken[i] += n;
      due -= n;
    }
  };
  for (std::size_t c = 0; c < claims.size(); ++c) {
    if (claims[c].of >= 0) continue;
    give(claims[c], 0, &out[c]);
    Claim next = claims[c];
    for (std::size_t k = 0; k < claims[c].also.size(); ++k) {
      std::tie(next.type, next.count) = claims[c].also[k];
      give(next, static_cast<std::uint8_t>(k + 1), &out[c]);
    }
  }
  for (std::size_t c = 0; c < claims.size(); ++c)
    if (claims[c].of >= 0) out[c] = out[static_cast<std::size_t>(claims[c].of)];
  return out;
}

}  // namespace headroom::scenario
