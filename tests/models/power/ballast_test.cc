#include "models/power/ballast.h"

#include <catch2/catch.hpp>

using namespace headroom::power;

namespace {

double Energy(const std::vector<Ballast::Piece>& pieces) {
  double sum = 0.0;
  for (const auto& p : pieces) sum += p.seconds * p.watts;
  return sum;
}

}  // namespace

// Level 800 W, 0.1 s late. Of 1 s at 200 W the first 0.1 s stay bare and 0.9 s are filled by 600 W; back at 1000 W the
// ballast stays for 0.1 s and the board's limit cuts 1600 W to 1200 W.
TEST_CASE("ballast follows an edge by its delay, within the board's limit", "[ballast]") {
  Ballast ballast({800.0, 0.1, 0.0}, 1200.0);
  std::vector<Ballast::Piece> out;
  ballast.Advance(1.0, 1000.0, true, &out);
  CHECK(Energy(out) == Approx(1000.0));
  out.clear();
  ballast.Advance(1.0, 200.0, true, &out);
  CHECK(Energy(out) == Approx(200.0 + 0.9 * 600.0).epsilon(1e-12));
  CHECK(out.front().watts == 200.0);
  CHECK(out.back().watts == 800.0);
  out.clear();
  ballast.Advance(1.0, 1000.0, true, &out);
  CHECK(Energy(out) == Approx(1000.0 + 0.1 * 200.0).epsilon(1e-12));
  CHECK(ballast.burnt() == Approx(540.0 + 20.0).epsilon(1e-12));
}

TEST_CASE("ballast without a delay is a floor, and ends with the job", "[ballast]") {
  Ballast ballast({800.0, 0.0, 0.0}, 1200.0);
  std::vector<Ballast::Piece> out;
  ballast.Advance(2.0, 300.0, true, &out);
  ballast.Advance(2.0, 900.0, true, &out);
  ballast.Advance(2.0, 100.0, false, &out);
  CHECK(Energy(out) == Approx(2.0 * (800.0 + 900.0 + 100.0)));
  CHECK(ballast.burnt() == Approx(1000.0));
}

TEST_CASE("cutting a stretch in two changes nothing", "[ballast]") {
  Ballast whole({700.0, 0.03, 0.0}, 1000.0), cut({700.0, 0.03, 0.0}, 1000.0);
  std::vector<Ballast::Piece> a, b;
  for (int i = 0; i < 50; ++i) {
    const double raw = i % 3 == 0 ? 250.0 : 900.0;
    whole.Advance(0.02, raw, true, &a);
    for (int k = 0; k < 4; ++k) cut.Advance(0.005, raw, true, &b);
  }
  CHECK(Energy(a) == Approx(Energy(b)).epsilon(1e-12));
  CHECK(whole.burnt() == Approx(cut.burnt()).epsilon(1e-12));
}
