#include "models/power/conversion.h"

#include <catch2/catch.hpp>

#include "models/power/raps_chain.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::power;

namespace {
StageParams Ups() {
  StageParams p;
  p.name = "ups";
  p.fixed = 0.01;
  p.linear = 0.02;
  p.square = 0.03;
  p.rating = 1000.0;
  return p;
}
}  // namespace

// 0.01 x 1000 + 0.02 x 500 + 0.03 x 500^2 / 1000 = 10 + 10 + 7.5 W.
TEST_CASE("a stage loses its three terms", "[conversion]") {
  const ConversionStage ups(Ups());
  CHECK(ups.Loss(500.0) == Approx(27.5));
  CHECK(ups.Input(500.0) == Approx(527.5));
  CHECK(ups.Efficiency(500.0) == Approx(500.0 / 527.5));
  CHECK(ups.Loss(0.0) == Approx(10.0));
  CHECK(ups.Efficiency(0.0) == 0.0);
}

TEST_CASE("modules share the load and its losses", "[conversion]") {
  StageParams p = Ups();
  p.modules = 2;
  CHECK(ConversionStage(p).Loss(1000.0) == Approx(2 * 27.5));
}

TEST_CASE("efficiency peaks where fixed and square losses are equal", "[conversion]") {
  const ConversionStage ups(Ups());
  const double best = 1000.0 * std::sqrt(0.01 / 0.03);
  CHECK(ups.Efficiency(best) > ups.Efficiency(best * 0.95));
  CHECK(ups.Efficiency(best) > ups.Efficiency(best * 1.05));
}

TEST_CASE("smart staging switches the next module on above its threshold", "[conversion]") {
  const ConversionStage smart(RapsRectifiers(true));
  CHECK(smart.ModulesOn(0.0) == 1);
  CHECK(smart.ModulesOn(13670.0) == 1);
  CHECK(smart.ModulesOn(13671.0) == 2);
  CHECK(smart.ModulesOn(28400.16) == 3);
  CHECK(smart.ModulesOn(1e6) == 4);
  const ConversionStage all(RapsRectifiers(false));
  for (double p = 0.0; p < 5e4; p += 500.0) CHECK(smart.Loss(p) <= all.Loss(p) + 1e-9);
}

TEST_CASE("eco mode is 99 % at full load", "[conversion]") {
  CHECK(ConversionStage(EcoModeUps(1e6)).Efficiency(1e6) == Approx(0.99).margin(1e-3));
}

TEST_CASE("every bad parameter of a stage is named at once", "[conversion][errors]") {
  StageParams p = Ups();
  p.fixed = -0.1;
  p.rating = 0.0;
  p.modules = 0;
  try {
    ConversionStage stage(p);
    FAIL("accepted");
  } catch (const ConfigError& e) {
    REQUIRE(e.findings().size() == 3);
    CHECK(e.findings()[0].path == "site.power.ups");
    CHECK(e.findings()[0].message ==
          "fixed_loss is -0.1; it must lie within 0 and 0.5 (an efficiency over 1 is impossible)");
    CHECK(e.findings()[1].message == "rating is 0; it must be positive");
    CHECK(e.findings()[2].message == "modules is 0; it must be at least 1");
  }
}

TEST_CASE("what a stage delivers of an input is the inverse of what it draws", "[conversion]") {
  StageParams p;
  p.name = "vrm";
  p.fixed = 0.012;
  p.linear = 0.04;
  p.square = 0.055;
  p.rating = 1200.0;
  const ConversionStage stage(p);
  for (double out : {0.0, 10.0, 400.0, 1100.0}) CHECK(stage.OutputOf(stage.Input(out)) == Approx(out).margin(1e-9));
  CHECK(stage.OutputOf(5.0) == 0.0);  // less than the fixed loss of 14.4 W
  p.square = 0.0;
  CHECK(ConversionStage(p).OutputOf(14.4 + 104.0) == Approx(100.0));
}
