#include <catch2/catch.hpp>

#include "tests/topology/generate/max_flow.h"
#include "topology/generate/generator.h"

using namespace headroom::topology;

// GB200 NVL72: 18 links of 50 GB/s to 18 chips of 72 ports.
TEST_CASE("an NVL72 domain has 18 planes of 72 ports", "[topology][domain]") {
  const Network net = BuildNvlinkDomain(72, 900e9, 50e9, 1e-6);
  CHECK(net.summary.leaves == 18);
  CHECK(net.summary.host_cables == 72 * 18);
  CHECK(net.summary.bisection == 32.4e12);
  CHECK(BisectionFlow(net) == Approx(32.4e12));
  const auto links = LinksFrom(net.graph, 5);
  for (std::uint32_t v = 0; v < 72; ++v) CHECK(links[v] == (v == 5 ? 0u : 2u));
  CHECK(VertexName(net.graph[72 + 17]) == "nvswitch-18");
}
