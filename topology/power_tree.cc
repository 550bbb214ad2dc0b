#include "topology/power_tree.h"

#include <fmt/format.h>

#include <limits>

namespace headroom::topology {
namespace {

class Builder {
 public:
  explicit Builder(PowerTree* tree) : tree_(tree) {}

  PowerUnitId Add(PowerUnitKind kind, PowerUnitId parent, double rating) {
    constexpr const char* kNames[] = {"utility", "transformer", "ups", "pdu"};
    const auto k = static_cast<std::size_t>(kind);
    const PowerUnitId id(static_cast<std::uint32_t>(tree_->units.size()));
    PowerUnit unit;
    unit.name = fmt::format("{}-{}", kNames[k], ++counts_[k]);
    unit.kind = kind;
    unit.parent = parent;
    unit.rating = rating;
    tree_->units.push_back(std::move(unit));
    if (parent.valid()) tree_->units[parent.index()].children.push_back(id);
    return id;
  }
  /// Counts `watts` at `unit` and at everything above.
  void Load(PowerUnitId unit, double watts) {
    for (; unit.valid(); unit = tree_->units[unit.index()].parent)
      tree_->units[unit.index()].nameplate += watts;
  }

 private:
  PowerTree* tree_;
  int counts_[4] = {0, 0, 0, 0};
};

/// Racks of one row, one after another, that share a PDU.
struct Busway {
  std::vector<RackId> racks;
  double watts = 0.0;
};

std::vector<Busway> Busways(const std::vector<double>& nameplates, const FloorPlan& floor,
                            double most) {
  std::vector<Busway> out;
  for (std::uint32_t r = 0; r < nameplates.size(); ++r) {
    const bool fits = r > 0 && floor.places[r].row == floor.places[r - 1].row &&
                      out.back().watts + nameplates[r] <= most * (1 + 1e-12);
    if (!fits) out.emplace_back();
    out.back().racks.push_back(RackId(r));
    out.back().watts += nameplates[r];
  }
  return out;
}

}  // namespace

PowerTree BuildPowerTree(const std::vector<double>& nameplates, const FloorPlan& floor,
                         const PowerSpec& spec, Diagnostics* diagnostics) {
  const bool by_load = spec.pdu_rating <= 0.0;
  const double block = spec.fill * spec.block_rating;
  const double most = by_load ? block : std::min(block, spec.fill * spec.pdu_rating);
  for (std::size_t r = 0; r < nameplates.size(); ++r)
    if (nameplates[r] > most * (1 + 1e-12)) {
      diagnostics->Error(
          {}, "site.power",
          fmt::format("rack-{} has a nameplate of {} kW; a {} filled to {} % carries "
                      "{} kW",
                      r + 1, nameplates[r] / 1e3, most < block ? "PDU" : "transformer",
                      spec.fill * 100, most / 1e3));
      return {};
    }

  PowerTree tree;
  tree.pdu_of_rack.resize(nameplates.size());
  Builder builder(&tree);
  const PowerUnitId utility = builder.Add(PowerUnitKind::kUtility, {}, spec.utility_limit);
  PowerUnitId above;  // what PDUs of the open block hang from
  double open = std::numeric_limits<double>::infinity();
  std::uint32_t blocks = 0;
  for (const Busway& busway : Busways(nameplates, floor, most)) {
    if (open + busway.watts > block * (1 + 1e-12)) {
      above = builder.Add(PowerUnitKind::kTransformer, utility, spec.block_rating);
      if (spec.ups) above = builder.Add(PowerUnitKind::kUps, above, spec.block_rating);
      open = 0.0;
      ++blocks;
    }
    open += busway.watts;
    const PowerUnitId pdu = builder.Add(PowerUnitKind::kPdu, above,
                                        by_load ? busway.watts / spec.fill : spec.pdu_rating);
    builder.Load(pdu, busway.watts);
    tree.units[pdu.index()].racks = busway.racks;
    for (const RackId rack : busway.racks) tree.pdu_of_rack[rack.index()] = pdu;
  }
  if (spec.utility_limit <= 0.0) tree.units[utility.index()].rating = blocks * spec.block_rating;
  return tree;
}

}  // namespace headroom::topology
