#include "models/power/chain.h"

#include <catch2/catch.hpp>

using namespace headroom::power;

namespace {
StageParams Stage(const char* name, double linear, bool indoors = true) {
  StageParams p;
  p.name = name;
  p.linear = linear;
  p.rating = 1e6;
  p.indoors = indoors;
  return p;
}
}  // namespace

// Racks of 100 and 300 kW behind rectifiers of 10 %: 440 kW; PDU 5 %: 462 kW; with 38 kW of pumps
// 500 kW at the transformer of 2 %: 510 kW.
TEST_CASE("a tree is solved from the leaves up", "[chain]") {
  PowerTree tree;
  const BusId transformer = tree.Add(tree.root(), Stage("transformer", 0.02, false));
  const BusId pdu = tree.Add(transformer, Stage("pdu", 0.05));
  const BusId a = tree.Add(pdu, Stage("rectifier", 0.1), 4);
  const BusId b = tree.Add(pdu, Stage("rectifier", 0.1), 2);
  tree.SetLoad(a, 100e3);
  tree.SetLoad(b, 300e3);
  tree.SetLoad(transformer, 38e3);
  tree.Solve();
  CHECK(tree.utility() == Approx(510e3));
  CHECK(tree.input(pdu) == Approx(462e3));
  CHECK(tree.loss(b) == Approx(30e3));
  CHECK(tree.stage_names() == std::vector<std::string>{"transformer", "pdu", "rectifier"});
  CHECK(tree.stage_loss(2) == Approx(40e3));
  CHECK(tree.indoor_loss() == Approx(62e3));
  CHECK(tree.total_load() + tree.total_loss() == Approx(tree.utility()).epsilon(1e-14));
}

TEST_CASE("a folded stage loses what its copies lose apart", "[chain]") {
  StageParams p = Stage("rectifier", 0.01);
  p.fixed = 0.01;
  p.square = 0.02;
  p.rating = 130e3;
  PowerTree folded, apart;
  folded.SetLoad(folded.Add(folded.root(), p, 3), 300e3);
  for (int i = 0; i < 3; ++i) apart.SetLoad(apart.Add(apart.root(), p), 100e3);
  folded.Solve();
  apart.Solve();
  CHECK(folded.utility() == Approx(apart.utility()).epsilon(1e-14));
}

TEST_CASE("a tree without a load draws its fixed losses", "[chain]") {
  StageParams p = Stage("ups", 0.01);
  p.fixed = 0.01;
  PowerTree tree;
  tree.Add(tree.root(), p);
  tree.Solve();
  CHECK(tree.utility() == Approx(1e4));
}
