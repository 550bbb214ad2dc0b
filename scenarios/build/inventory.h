#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "scenarios/build/context.h"

namespace headroom::scenario {

/// One entry of `site.systems` with its sheets.
struct SystemStock {
  std::string name;
  std::string type;
  const catalog::Node* node = nullptr;
  const catalog::Rack* rack = nullptr;                ///< null: racks are filled with nodes
  const catalog::Accelerator* accelerator = nullptr;  ///< null: a plain computer
  std::uint32_t racks = 0;
  std::uint32_t nodes = 0;
  std::uint32_t nodes_per_rack = 0;
  std::uint32_t accelerators_per_node = 0;
  std::uint32_t processors_per_node = 0;  ///< schedulable processors of a plain computer; 0 where there are accelerators
  double power_limit = std::numeric_limits<double>::infinity();  ///< of one accelerator's board [W]
  std::uint32_t usable_per_rack = 0;  ///< units of a rack that work may hold

  std::uint32_t accelerators() const { return nodes * accelerators_per_node; }
  /// What work holds: accelerators, or processors where a node has none.
  std::uint32_t units_per_node() const { return accelerator ? accelerators_per_node : processors_per_node; }
  double liquid_share() const { return rack ? rack->liquid_share() : node->liquid_share(); }
  /// Largest draw of all of it [W].
  double nameplate() const;
};

/// The systems of a scenario in the order of the file. Errors go to the context.
std::vector<SystemStock> TakeStock(const BuildContext& context);

/// Units (accelerators, or processors of plain computers) that one workload holds on one system: `count` usable ones from
/// usable index `first`.
struct Slice {
  std::uint32_t system = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::uint8_t kind = 0;  ///< which of the claim's kinds
};

/// What a workload asks for.
struct Claim {
  std::string path;        ///< of the workload, for errors
  std::string type;        ///< system name, catalog type or accelerator; empty: any
  std::uint32_t count = 0; ///< 0: all that is left of that type
  bool processors = false; ///< plain computers will do too
  std::vector<std::pair<std::string, std::uint32_t>> also = {};  ///< further kinds: type and count
  int of = -1;             ///< the claim whose units it uses too, instead of its own; -1: none
};

/// Gives each claim its accelerators, first come first served in the order of the file, whole systems in order, from
/// one kind of accelerator. An entry is empty where the claim could not be met; the error then is in the context.
std::vector<std::vector<Slice>> PlaceWork(const std::vector<SystemStock>& systems,
                                          const std::vector<Claim>& claims,
                                          const BuildContext& context);

/// The node of a system that holds usable unit `index`.
std::uint32_t NodeOf(const SystemStock& system, std::uint32_t index);

}  // namespace headroom::scenario
