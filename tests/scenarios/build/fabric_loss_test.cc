#include "scenarios/build/fabric_loss.h"

#include <catch2/catch.hpp>

#include "scenarios/build/facility_builder.h"
#include "scenarios/runs/quiet_run.h"
#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

namespace {

/// 64 servers of eight NICs; with rails a block of 32 of them has eight leaves.
std::string Site(const std::string& fabric, const std::string& faults = "") {
  return "schema: 1\nsite:\n  systems: [{name: train, type: dgx-h100, count: 64}]\n  fabric: {" + fabric + "}\n" + faults +
         R"(workloads:
  - name: job
    train: {model: llama-3.1-8b, sequence: 4096, global_batch: 512, parallelism: {tp: 4, zero: 1, sequence_parallel: true}}
run: {duration: 20 min}
)";
}

double Steps(const std::string& text) {
  Sample s(text);
  const MetricSet metrics = runs::RunQuietly(*s.prepared);
  CHECK(metrics.Find("energy_balance_error")->value < 1e-9);
  return metrics.Find("workloads.job.steps")->value;
}

}  // namespace

TEST_CASE("a rail's leaf costs its nodes one NIC, another leaf all of them", "[fabric_loss]") {
  Sample s(Site("type: rail-optimized"));
  const auto systems = TakeStock(*s.context);
  const BuiltFacility f = BuildFacility(*s.context, systems);
  const topology::FabricSummary& fabric = f.site->systems()[0].fabric;
  REQUIRE(fabric.rails);
  REQUIRE(fabric.leaves == 16);
  const Slice low{0, 0, 16}, high{0, 504, 8};  // nodes 1 and 2; node 64
  const auto of = [&](const LostSwitches& lost, const std::vector<Slice>& slices) { return LossOf(lost, slices, systems, *f.site); };
  CHECK(of({{3}, {}, {}}, {low}).nic == Approx(8.0 / 7.0));
  CHECK(of({{3, 4}, {}, {}}, {low}).nic == Approx(8.0 / 6.0));
  CHECK(of({{3}, {}, {}}, {high}).nic == 1.0);  // another block
  CHECK(of({{8}, {}, {}}, {high}).nic == Approx(8.0 / 7.0));
  CHECK(of({{0, 1, 2, 3, 4, 5, 6, 7}, {}, {}}, {low}).cut == std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 16}});
  // Spines: only what leaves its leaf block feels them.
  CHECK(of({{}, {0}, {}}, {low}).uplink == 1.0);
  const double n = fabric.spines;
  CHECK(of({{}, {0}, {}}, {low, high}).uplink >= 1.0);
  CHECK(of({{}, {0}, {}}, {Slice{0, 0, 512}}).uplink == Approx(n / (n - 1.0)));
  std::vector<int> all(fabric.spines);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
  CHECK(of({{}, all, {}}, {Slice{0, 0, 512}}).uplink == kCutOff);
}

TEST_CASE("training slows with a lost rail and spine, and stands without its leaf", "[fabric_loss][simulation]") {
  const auto fault = [](const char* what, const char* where) {
    return std::string("  faults: [{at: 0.1 h, what: ") + what + ", where: " + where + "}]\n";
  };
  const double healthy = Steps(Site("type: rail-optimized"));
  const double rail = Steps(Site("type: rail-optimized", fault("leaf-loss", "leaf-1")));
  const double spine = Steps(Site("type: rail-optimized", fault("spine-loss", "spine-1")));
  CHECK(rail < healthy - 1.0);
  CHECK(rail > 0.7 * healthy);
  CHECK(spine <= healthy);
  CHECK(spine > 0.9 * healthy);
  const double whole = Steps(Site("type: fat-tree"));
  const double cut = Steps(Site("type: fat-tree", fault("leaf-loss", "leaf-1")));
  CHECK(cut == Approx(0.3 * whole).margin(1.5));
  CHECK_THROWS_WITH(Steps(Site("type: fat-tree", fault("core-loss", "core-1"))), Catch::Contains("the site has no core"));
}

namespace {

double MetricOf(const std::string& work, bool lost, const std::string& metric) {
  std::string text = Site("type: fat-tree", lost ? "  faults: [{at: 0.1 h, what: leaf-loss, where: leaf-1}]\n" : "");
  const std::size_t from = text.find("  - name: job"), to = text.find("run:");
  text.replace(from, to - from, work);
  Sample s(text);
  const MetricSet metrics = runs::RunQuietly(*s.prepared);
  const Metric* found = metrics.Find("workloads.job." + metric);
  REQUIRE(found);
  return found->value;
}

std::string Serving(const char* model, const char* plan) {
  return std::string("  - name: job\n    serve: {model: ") + model + ", precision: fp8, replicas: 2, parallelism: " + plan +
         ", requests: {arrival: {poisson: 2 /s}, prompt_tokens: {fixed: 500}, output_tokens: {fixed: 50}}}\n";
}

std::string Batch(int accelerators) {
  return "  - name: job\n    jobs: {power: 80 %, synthetic: {rate: 300 /h, accelerators: {fixed: " + std::to_string(accelerators) +
         "}, duration: {fixed: 3 min}, until: 15 min}}\n";
}

}  // namespace

// Both replicas of 16 lie on the first nodes, below the lost leaf: 6 of 20 minutes are served. A replica in one domain needs no fabric.
TEST_CASE("replicas that span nodes stand without their leaf, others do not feel it", "[fabric_loss][simulation]") {
  const std::string wide = Serving("llama-3.1-405b", "{tp: 8, pp: 2}"), narrow = Serving("llama-3.1-8b", "{tp: 1}");
  const double healthy = MetricOf(wide, false, "requests.completed"), cut = MetricOf(wide, true, "requests.completed");
  CHECK(healthy > 1000.0);
  CHECK(cut == Approx(0.3 * healthy).epsilon(0.1));
  CHECK(MetricOf(narrow, true, "requests.completed") == MetricOf(narrow, false, "requests.completed"));
}

TEST_CASE("batch jobs of several nodes stand without their leaf, those of one do not feel it", "[fabric_loss][simulation]") {
  CHECK(MetricOf(Batch(16), true, "jobs.completed") < MetricOf(Batch(16), false, "jobs.completed"));
  CHECK(MetricOf(Batch(8), true, "jobs.completed") == MetricOf(Batch(8), false, "jobs.completed"));
}
