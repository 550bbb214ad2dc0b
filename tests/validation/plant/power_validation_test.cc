#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/power/chain.h"
#include "models/power/raps_chain.h"
#include "tests/validation/plant/reference.h"

using namespace headroom;
using namespace headroom::power;
using namespace headroom::validation;

namespace {

/// One chassis as a tree: rectifiers carry four switches and the converters of sixteen nodes.
struct Chassis {
  explicit Chassis(bool smart)
      : rectifiers(tree.Add(tree.root(), RapsRectifiers(smart))),
        nodes(tree.Add(rectifiers, RapsSivoc(), kRapsNodesPerChassis)) {}
  void Solve(double node) {
    tree.SetLoad(rectifiers, kRapsSwitches);
    tree.SetLoad(nodes, kRapsNodesPerChassis * node);
    tree.Solve();
  }
  PowerTree tree;
  BusId rectifiers, nodes;
};

}  // namespace

TEST_CASE("the RAPS test vectors of Frontier are met to 1e-6", "[validation][power]") {
  const auto held = ReadReference("raps_frontier_power_test_vectors.csv");
  if (!held) return;
  REQUIRE(held->rows() == 10);
  double worst = 0.0;
  for (std::size_t i = 0; i < held->rows(); ++i) {
    const bool smart = held->number(i, "smart_rectifiers") != 0.0;
    CAPTURE(held->text(i, "case"), smart);
    const auto check = [&](const char* column, double value) {
      CAPTURE(column);
      const double reference = held->number(i, column);
      // A printed figure is known to half its last digit only.
      CHECK(std::abs(value - reference) <=
            std::max(1e-6 * std::abs(reference), 1.0001 * held->rounding(i, column)));
      worst =
          std::max(worst, std::max(0.0, std::abs(value - reference) - held->rounding(i, column)) /
                              reference);
    };
    const double node =
        RapsNodePower(held->number(i, "cpu_util_of_1"), held->number(i, "gpu_util_of_4"));
    Chassis chassis(smart);
    chassis.Solve(node);
    const double ac = chassis.tree.utility();
    const double racks = kRapsRacks * kRapsChassisPerRack;
    const double loss = racks * chassis.tree.total_loss();
    const double it = racks * chassis.tree.total_load();
    check("node_power_W", node);
    check("node_power_after_sivoc_W", chassis.tree.input(chassis.nodes) / kRapsNodesPerChassis);
    check("chassis_dc_W", chassis.tree.output(chassis.rectifiers));
    check(
        "rectifiers_on",
        ConversionStage(RapsRectifiers(smart)).ModulesOn(chassis.tree.output(chassis.rectifiers)));
    check("chassis_ac_W", ac);
    check("rack_kW", kRapsChassisPerRack * ac / 1e3);
    check("system_MW", (racks * ac + kRapsCduPumps) / 1e6);
    check("total_conversion_loss_MW", loss / 1e6);
    check("eta_conversion", it / (it + loss));
    Compare(fmt::format("Frontier, {}{}", held->text(i, "case"), smart ? ", smart" : ""),
            "RAPS equations", held->number(i, "system_MW"), (racks * ac + kRapsCduPumps) / 1e6,
            "MW",
            fmt::format(
                "{:.1e}",
                std::abs((racks * ac + kRapsCduPumps) / 1e6 / held->number(i, "system_MW") - 1.0)));
  }
  CHECK(worst < 1e-6);
}
