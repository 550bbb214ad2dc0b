#include <catch2/catch.hpp>

#include <sstream>
#include <stdexcept>

#include "models/training/expert_exchange.h"
#include "models/training/host_work.h"
#include "models/training/layer_cost.h"
#include "models/training/routing.h"
#include "tests/models/training/machine.h"

namespace headroom::training {
namespace {

/// One layer of experts on eight accelerators of one domain.
StepParams Experts(std::uint32_t ep) {
  StepParams s = SmallStep();
  s.model.moe = {64, 8, 512, 0, 0};
  s.plan.dp = s.plan.ep = ep;
  s.plan.global_batch = 4 * ep;
  return s;
}

PassTimes LayerOf(const StepParams& s, const compute::KernelModel& machine) {
  return LayerCost(s, machine, 1).Layer(0);
}

// 8 visits on 8 ranks meet 8 (1 - (7/8)^8) = 5.2511 of them, 7/8 of those elsewhere: 4.5947 rows at
// 0.71 x 450 GB/s, and 100 us.
TEST_CASE("a token is sent to each rank of its experts once", "[experts]") {
  const StepParams s = Experts(8);
  const ExpertExchange x = MakeExpertExchange(s.fabric, s.plan, 8);
  CHECK(x.inner == Approx(4.59474).epsilon(1e-5));
  CHECK(x.outer == 0);
  CHECK(x.Seconds(1000, 1000, 2) == Approx(100e-6 + 4.59474 * 2e6 / 319.5e9).epsilon(1e-5));
}

// SimAI, all-to-all of 134,217,728 B: 0.65 of 370.8 GB/s on one node, 0.90 of the bus bandwidth that NICs of 48.5 GB/s allow on four.
TEST_CASE("a collective exchange takes what was measured", "[experts]") {
  const double bytes = 134217728;
  const StepParams one = Experts(8), four = Experts(32);
  CHECK(CollectiveExchangeSeconds(one.fabric, one.plan, bytes) == Approx(bytes * 7 / 8 / (0.65 * 370.8e9)).epsilon(0.06));
  CHECK(CollectiveExchangeSeconds(four.fabric, four.plan, bytes) == Approx(bytes * 3 / 4 / (0.90 * 48.5e9)).epsilon(0.04));
  // A slow network is not beaten.
  StepParams thin = Experts(32);
  thin.fabric.scale_out.nic = 1e9;
  CHECK(CollectiveExchangeSeconds(thin.fabric, thin.plan, bytes) > bytes * 3 / 4 / 1e9);
}

// 4 domains: 4 (1 - (3/4)^8) = 3.5995 of them, 3/4 of those other ones.
TEST_CASE("a token crosses to each other domain once", "[experts]") {
  StepParams s = Experts(32);
  ExpertExchange x = MakeExpertExchange(s.fabric, s.plan, 8);
  CHECK(x.outer == Approx(2.69966).epsilon(1e-5));
  s.plan.experts.domains_per_token = 1;
  x = MakeExpertExchange(s.fabric, s.plan, 8);
  CHECK(x.outer == Approx(0.75));
  CHECK(x.inner < MakeExpertExchange(s.fabric, Experts(32).plan, 8).inner);
}

TEST_CASE("another micro-batch's compute hides an exchange, and pays for it", "[experts]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = Experts(8);
  s.plan.graphs = Graphs::kStep;
  const PassTimes shown = LayerOf(s, machine);
  s.plan.overlap.ep = true;
  const PassTimes hidden = LayerOf(s, machine);
  const double exchange = shown.forward.ep + shown.backward.ep;
  const double room = shown.forward.compute + shown.backward.compute + shown.weight.compute;
  const double took = 0.9 * std::min(exchange, room);
  CHECK(hidden.forward.ep + hidden.backward.ep == Approx(exchange - took * 0.85));
  CHECK(hidden.forward.ep_hidden + hidden.backward.ep_hidden == Approx(took));
}

TEST_CASE("an exchange within a domain is hidden where the plan says no more", "[experts]") {
  const compute::KernelModel machine = IdealMachine();
  for (const std::uint32_t ep : {8, 16}) {
    StepParams s = Experts(ep);
    REQUIRE(s.fabric.scale_up.domain == 8);
    const double shown = LayerOf(s, machine).forward.ep;
    s.plan.overlap.ep_within_domain = true;
    CHECK((LayerOf(s, machine).forward.ep < shown) == (ep == 8));
  }
}

TEST_CASE("work on routed rows grows with the busiest rank", "[experts]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = Experts(8);
  s.plan.graphs = Graphs::kStep;
  const PassTimes even = LayerOf(s, machine);
  s.plan.experts.busiest = 1.5;
  const PassTimes skewed = LayerOf(s, machine);
  // 64 experts of 3 x 2048 x 512 over 8 ranks; 1024 x 8 rows at 1e15 FLOP/s.
  CHECK(skewed.forward.compute - even.forward.compute ==
        Approx(0.5 * 8192 * 2 * 2 * 2048 * 512 / 1e15).epsilon(0.01));
  CHECK(skewed.forward.ep > even.forward.ep);
}

TEST_CASE("without graphs a layer takes no less than its launches", "[experts][host]") {
  const compute::KernelModel machine = IdealMachine();
  StepParams s = Experts(8);
  s.framework.launch = 1e-3;
  s.plan.graphs = Graphs::kStep;
  CHECK(LayerOf(s, machine).forward.host == 0);
  s.plan.graphs = Graphs::kStatic;
  const PassTimes part = LayerOf(s, machine);
  // Two grouped products of 8 local experts in bf16, two launches each, and one activation; the exchange runs meanwhile.
  CHECK(part.forward.ep > 0);
  CHECK(part.forward.host + part.forward.ep == Approx((2 * 2 * 8 + 2) * 1e-3 - 8192.0 * 2 * 2 * 2048 * 512 / 1e15));
  s.plan.graphs = Graphs::kNone;
  CHECK(LayerOf(s, machine).forward.host > part.forward.host + 31e-3);
}

TEST_CASE("the busiest rank by hand", "[routing]") {
  CHECK(BusiestRank({1, 1, 1, 1}, 2) == 1);
  CHECK(BusiestRank({3, 1, 1, 1}, 2) == Approx(4.0 / 3));
  CHECK(BusiestRank({0, 0}, 2) == 1);
  CHECK(BusiestRank({5, 1, 2, 9}, 1) == 1);
}

// 1, 1/2, 1/3, 1/4 sum to 25/12; two visits: 0.96, 0.48, 0.32, 0.24; dealt to two ranks 1 3 | 2 4.
TEST_CASE("popularity falls with the rank of an expert", "[routing]") {
  const std::vector<double> loads = ZipfLoads(4, 2, 1, 2);
  CHECK(loads[0] == Approx(0.96));
  CHECK(loads[1] == Approx(0.32));
  CHECK(loads[2] == Approx(0.48));
  CHECK(BusiestRank(loads, 2) == Approx(1.28));
  // No expert gets more than every token.
  const std::vector<double> steep = ZipfLoads(8, 2, 4, 8);
  CHECK(*std::max_element(steep.begin(), steep.end()) == 1);
  double sum = 0;
  for (double x : steep) sum += x;
  CHECK(sum == Approx(2));
}

TEST_CASE("recorded routing is read by expert and layer", "[routing]") {
  std::istringstream in("# recorded\nlayer,expert,tokens\n0,0,30\n0,3,10\n1,1,5\n1,2,5\n");
  const RoutingTrace trace = ReadRouting(in, 4);
  REQUIRE(trace.layers.size() == 2);
  CHECK(trace.Busiest(2) == Approx(0.5 * (1.5 + 1)));
}

TEST_CASE("bad routing is refused by line", "[routing]") {
  const auto refuse = [](const char* text) {
    std::istringstream in(text);
    try {
      ReadRouting(in, 4);
    } catch (const std::invalid_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(refuse("") == "no rows");
  CHECK(refuse("layer,expert\n") == "line 1: there is no column 'tokens'");
  CHECK(refuse("layer,expert,tokens\n0,4,1\n") == "line 2: expert is 4; the model has experts 0 to 3");
  CHECK(refuse("layer,expert,tokens\n0,1\n") == "line 2: there is no tokens");
  CHECK(refuse("layer,expert,tokens\n0,1,x\n") == "line 2: tokens is 'x'; it must be a number of at least 0");
  CHECK(refuse("layer,expert,tokens\n7,1,0\n") == "layer 7 has no tokens");
}

}  // namespace
}  // namespace headroom::training
