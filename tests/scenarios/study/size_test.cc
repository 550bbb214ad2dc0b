#include "scenarios/study/size.h"

#include <catch2/catch.hpp>

#include "scenarios/study/rack_draw.h"
#include "sim/core/diagnostics.h"
#include "tests/scenarios/study/prepared.h"

using namespace headroom;
using namespace headroom::study;

namespace {

SizeAnswer Sized(const std::string& text) {
  const scenario::Prepared p = PreparedFrom(text);
  return SizeAt(p, "nameplate", Nameplates(p)).answers.front();
}

const LimitAnswer& Of(const SizeAnswer& a, Limit limit) {
  for (const LimitAnswer& l : a.limits)
    if (l.limit == limit) return l;
  FAIL("the limit is not told");
  throw 0;
}

}  // namespace

// 1360 kg a rack: 13.6 t carry ten, 14.9 t too.
TEST_CASE("weight alone carries its mass over a rack's", "[size]") {
  CHECK(Sized(Hall("{mass: 13.6 t}")).fits == 10);
  const SizeAnswer a = Sized(Hall("{mass: 14.9 t}"));
  CHECK(a.fits == 10);
  const LimitAnswer& weight = Of(a, Limit::kWeight);
  CHECK(weight.binds);
  CHECK(weight.use.used == Approx(13600.0));
  CHECK(weight.next_step == Approx(60.0));
  CHECK(weight.unit_buys == 1);
}

// A rack of 132 kW has 72 NICs; a busway of 500 kW carries 400 kW, three racks.
TEST_CASE("ports, busways and floor are counted in whole racks", "[size]") {
  CHECK(Sized(Hall("{ports: 720}")).fits == 10);
  CHECK(Sized(Hall("{ports: 719}")).fits == 9);
  CHECK(Sized(Hall("{busway: {rating: 500 kW, count: 4}}")).fits == 12);
  const SizeAnswer floor = Sized(Hall("{racks: 12}"));
  CHECK(floor.uses[Limit::kSpace].used <= 12);
  CHECK(floor.fits < 12);  // network racks stand there too
}

// 180 L/min of PG25 is 3.07 kg/s: a unit of 31.48 kg/s serves ten racks, though its 2 MW would carry 17.
TEST_CASE("a CDU takes its racks by flow where flow runs out before heat", "[size]") {
  const SizeAnswer a = Sized(Hall("{cdus: 3}"));
  CHECK(a.fits == 30);
  CHECK(a.uses.flow_binds);
  CHECK(Of(a, Limit::kCdus).binds);
  CHECK(Of(a, Limit::kCdus).unit_buys == 10);
}

TEST_CASE("the feed carries racks, network, conversion and cooling, and one rack more is too much", "[size]") {
  const SizeAnswer a = Sized(Hall("{racks: 100}", "{utility: {limit: 6 MW}}"));
  const SiteUses& u = a.uses;
  CHECK(u[Limit::kFeed].used == Approx(u.racks + u.network + u.losses + u.cooling));
  CHECK(u.racks == Approx(a.fits * 132e3).epsilon(1e-6));
  CHECK(u[Limit::kFeed].used <= 6e6);
  CHECK(Of(a, Limit::kFeed).binds);
  CHECK(Of(a, Limit::kFeed).next_step > 0.0);
  CHECK(a.stranded == 0.0);
  CHECK(a.second > a.fits);
}

TEST_CASE("what another limit keeps from use is stranded", "[size]") {
  const SizeAnswer a = Sized(Hall("{mass: 13.6 t}", "{utility: {limit: 6 MW}}"));
  CHECK(a.fits == 10);
  CHECK(a.stranded == Approx(6e6 - a.uses[Limit::kFeed].used));
  CHECK(Of(a, Limit::kFeed).alone > 10);
}

TEST_CASE("a larger limit never fits fewer racks, and a limit alone fits no fewer than all together", "[size][property]") {
  std::uint32_t before = 0;
  for (int megawatts = 1; megawatts <= 9; megawatts += 2) {
    const SizeAnswer a = Sized(Hall("{cdus: 6, ports: 5000, racks: 70}",
                                    "{utility: {limit: " + std::to_string(megawatts) + " MW}}"));
    CHECK(a.fits >= before);
    before = a.fits;
    for (const LimitAnswer& l : a.limits) CHECK(l.alone >= a.fits);
  }
}

TEST_CASE("air cooling is asked for what the racks give it, beyond what the chillers can", "[size]") {
  std::string text = Hall("{}");
  text.replace(text.find("cooling: {"), 10, "cooling: {air: {count: 1}, ");
  const SizeAnswer a = Sized(text);
  CHECK(Of(a, Limit::kAir).binds);
  CHECK(a.uses[Limit::kAir].used <= 1e6);
  CHECK(Of(a, Limit::kAir).next_step > 0.0);
}

TEST_CASE("two systems are sized alone and together, in their proportion", "[size]") {
  std::string text = Hall("{ports: 1000}");
  text.replace(text.find("  power:"), 8, "    - {name: chat, type: dgx-h100, count: 16, per_rack: 4}\n  power:");
  const scenario::Prepared p = PreparedFrom(text);
  const SizeBasis b = SizeAt(p, "nameplate", Nameplates(p));
  REQUIRE(b.answers.size() == 3);
  // 16 nodes have 128 ports: 872 / 72 = 12; 8 racks have 576: 424 / 32 = 13.
  CHECK(b.answers[0].fits == 12);
  CHECK(b.answers[1].fits == 13);
  // A set is 2 + 1 racks of 176 ports.
  CHECK(b.answers[2].per_step == 3);
  CHECK(b.answers[2].fits == 5);
}

TEST_CASE("a scenario without limits, and a rack that the floor cannot bear, are refused", "[size]") {
  CHECK_THROWS_WITH(Sized(Hall("{}")), Catch::Contains("sets no limit that racks could meet"));
  CHECK_THROWS_WITH(Sized(Hall("{rack_mass: 1000 kg, racks: 10}")), Catch::Contains("none of it can stand there"));
}

TEST_CASE("racks that train draw less than their nameplate, and idle ones less still", "[size]") {
  const std::string text = R"(schema: 1
site:
  systems:
    - {name: train, type: dgx-h100, count: 4}
    - {name: idle, type: dgx-h100, count: 4}
workloads:
  - name: pretrain
    train: {model: llama-3.1-8b, sequence: 4096, global_batch: 64, steps: 3, accelerators: {type: train},
            parallelism: {tp: 2, pp: 2, zero: 1}}
)";
  const scenario::Prepared p = PreparedFrom(text);
  const auto draw = MeasureRackDraw(p);
  const auto nameplate = Nameplates(p);
  REQUIRE(draw.size() == 2);
  CHECK(draw[0].peak < nameplate[0]);
  CHECK(draw[1].peak < draw[0].peak);
  CHECK(draw[0].mean <= draw[0].peak * (1 + 1e-9));
}

// 2N: either path carries all. Filled to 120 % of its rating at nameplate, one transformer is too small at every size; to 80 % it is not.
TEST_CASE("a single transformer that is filled beyond its rating binds", "[size]") {
  const SizeAnswer full = Sized(Hall("{racks: 100}", "{feeds: {redundancy: 2N}, distribution: {fill: 120 %}}"));
  CHECK(Of(full, Limit::kUnits).binds);
  CHECK(full.fits == 0);
  const SizeAnswer part = Sized(Hall("{racks: 100}", "{feeds: {redundancy: 2N}, distribution: {fill: 80 %}}"));
  CHECK_FALSE(Of(part, Limit::kUnits).binds);
  CHECK(part.uses[Limit::kUnits].used < 1.0);
  CHECK(part.fits > 50);
}
