#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <cstdlib>

#include "models/scheduling/accelerator_sharing.h"
#include "tests/validation/scheduling/shared_table.h"

namespace headroom::validation {
namespace {

using namespace scheduling;

std::vector<ShareRequest> Pods(const SharedTable& t) {
  std::vector<ShareRequest> out;
  for (std::size_t i = 0; i < t.size(); ++i) {
    ShareRequest r;
    r.cpu = static_cast<std::int64_t>(t.number(i, "cpu_milli"));
    r.memory = static_cast<std::int64_t>(t.number(i, "memory_mib"));
    r.accelerators = static_cast<std::uint32_t>(t.number(i, "num_gpu"));
    r.milli = r.accelerators > 0 ? static_cast<std::int64_t>(t.number(i, "gpu_milli")) : 0;
    out.push_back(r);
  }
  return out;
}

/// Percent of all accelerators that are taken once as much as all of them was asked for: pods in random order, some twice,
/// as the reference makes its load.
double Allocated(const std::vector<SharedNode>& nodes, std::vector<ShareRequest> pods, SharePolicy policy, std::uint64_t seed) {
  const std::vector<TypicalRequest> typical = TypicalRequests(pods, 0.95);
  std::int64_t capacity = 0, asked = 0;
  for (const SharedNode& n : nodes) capacity += n.total_left();
  for (const ShareRequest& r : pods) asked += r.total();
  RandomStream random(seed, "openb");
  for (const std::size_t n = pods.size(); static_cast<double>(asked) < 1.3 * static_cast<double>(capacity);) {
    pods.push_back(pods[random.Below(n)]);
    asked += pods.back().total();
  }
  for (std::size_t i = pods.size(); i > 1; --i) std::swap(pods[i - 1], pods[random.Below(i)]);
  AcceleratorSharing sharing(nodes, typical, policy, RandomStream(seed, "ties"));
  std::int64_t arrived = 0, placed = 0;
  for (const ShareRequest& r : pods) {
    if (arrived >= capacity) break;
    arrived += r.total();
    if (sharing.Place(r)) placed += r.total();
  }
  return 100.0 * static_cast<double>(placed) / static_cast<double>(capacity);
}

}  // namespace

TEST_CASE("OpenB: accelerators in use at full arrival, by policy", "[scheduling][openb]") {
  const auto expected = SharedTable::Read("openb_fgd_expected.csv");
  const auto list = SharedTable::Read("traces/openb_node_list_gpu_node.csv");
  if (!expected || !list) return;
  std::vector<SharedNode> nodes;
  for (std::size_t i = 0; i < list->size(); ++i) {
    SharedNode n;
    n.cpu = static_cast<std::int64_t>(list->number(i, "cpu_milli"));
    n.memory = static_cast<std::int64_t>(list->number(i, "memory_mib"));
    n.left.assign(static_cast<std::size_t>(list->number(i, "gpu")), 1000);
    nodes.push_back(std::move(n));
  }
  const std::pair<const char*, SharePolicy> policies[] = {
      {"01-Random", SharePolicy::kRandom},         {"02-DotProd", SharePolicy::kDotProduct}, {"03-GpuClustering", SharePolicy::kClustering},
      {"04-GpuPacking", SharePolicy::kPacking}, {"05-BestFit", SharePolicy::kBestFit},    {"06-FGD", SharePolicy::kFgd}};
  const char* seeds_wanted = std::getenv("HEADROOM_OPENB_SEEDS");
  const int seeds = seeds_wanted ? std::atoi(seeds_wanted) : 2;
  for (const char* workload : {"openb_pod_list_default", "openb_pod_list_gpushare40"}) {
    const auto pods = SharedTable::Read(fmt::format("traces/{}.csv", workload));
    if (!pods) return;
    for (const auto& [name, policy] : policies) {
      double sum = 0.0;
      for (int seed = 0; seed < seeds; ++seed) sum += Allocated(nodes, Pods(*pods), policy, static_cast<std::uint64_t>(seed));
      int rows = 0;
      for (std::size_t i = 0; i < expected->size(); ++i) {
        if (expected->text(i, "workload") != workload || expected->text(i, "policy") != name || expected->text(i, "metric") != "gpu_alloc_pct") continue;
        ++rows;
        const double published = expected->number(i, "arrived_100");
        INFO(workload << " " << name);
        CHECK(sum / seeds == Approx(published).margin(1.0));
        if (seeds_wanted) fmt::print("{} {}: {:.2f}, published {:.2f}\n", workload, name, sum / seeds, published);
      }
      CHECK(rows == 1);
    }
  }
}

}  // namespace headroom::validation
