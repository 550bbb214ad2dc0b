#include <google/protobuf/util/message_differencer.h>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "models/training/replay/trace_replay.h"
#include "scenarios/read/traces/chakra.h"
#include "scenarios/read/traces/chakra_messages.h"

using namespace headroom;
using training::RankTrace;

namespace {

/// Folder of the reference traces; empty where they are not there.
std::string Folder() {
  const char* shared = std::getenv("HEADROOM_SHARED");
  const std::string folder =
      (shared != nullptr ? std::string(shared) : std::string(HEADROOM_SOURCE_DIR) + "/../shared") +
      "/data/training/chakra";
  if (std::filesystem::exists(folder)) return folder;
  std::printf("skipped: no reference traces\n");
  return "";
}

training::ReplayGraphParams TwoDomains() {
  training::ReplayGraphParams p;
  p.fabric.scale_up = {network::ScaleUpShape::kSwitch, 8, 450e9, 1e-6, 0.82, true, 0.6};
  p.fabric.scale_out.nic = 50e9;
  return p;
}

double Replay(const std::string& pattern) {
  std::vector<RankTrace> traces;
  const std::vector<std::string> files = scenario::TraceFiles(pattern, "");
  for (std::uint32_t r = 0; r < files.size(); ++r)
    traces.push_back(scenario::DecodeChakra(scenario::ReadTraceBytes(files[r]), files[r], r));
  const training::ReplayGraph graph(std::move(traces), TwoDomains());
  Engine engine;
  power::LoadPort port;
  port.accelerators = graph.rank_count();
  training::TraceReplayParams params;
  params.parts = {{&port, graph.rank_count()}};
  training::TraceReplay replay(engine, graph, params);
  replay.Start();
  engine.RunAll();
  return replay.Results().makespan;
}

}  // namespace

TEST_CASE("collective micro-benchmarks replay to the closed form", "[chakra][reference]") {
  const std::string folder = Folder();
  if (folder.empty()) return;
  using network::Operation;
  for (const auto& [name, op] : {std::pair{"all_reduce", Operation::kAllReduce},
                                 {"all_gather", Operation::kAllGather},
                                 {"reduce_scatter", Operation::kReduceScatter},
                                 {"all_to_all", Operation::kAllToAll}})
    for (const std::uint32_t n : {4u, 8u, 16u}) {
      const auto fabric = TwoDomains().fabric;
      const double bytes = 1048576.0 * (op == Operation::kAllGather ? n : 1);
      const double closed = network::Cost(fabric, network::MakeGroup(fabric, n, 1), op,
                                          network::Algorithm::kAuto, bytes)
                                .seconds;
      INFO(name << " " << n);
      CHECK(Replay(folder + "/" + name + "/" + std::to_string(n) + "npus_1MB/" + name +
                   ".{rank}.et") == Approx(closed).margin(1e-9));
    }
}

TEST_CASE("the custom ring replays to its hand-worked time", "[chakra][reference]") {
  const std::string folder = Folder();
  if (folder.empty()) return;
  const double send = network::SendSeconds(TwoDomains().fabric, false, false, 131072);
  CHECK(Replay(folder + "/custom_ring_allreduce_8npus_1MB/custom_allreduce.{rank}.et") ==
        Approx(14 * send + 7 * 7e-6).margin(14e-9));
}

// Its 1,209 kernels of one stream take 292,828 us; no replay is shorter than they are, or longer
// than everything together.
TEST_CASE("a recorded trace replays on one rank", "[chakra][reference]") {
  const std::string folder = Folder();
  if (folder.empty()) return;
  const double t = Replay(folder + "/pytorch_recorded.0.et");
  CHECK(t >= 0.292828);
  CHECK(t <= 0.292828 + 0.036715 + 0.052252);
}

TEST_CASE("every reference trace is the same messages after reading and writing",
          "[chakra][reference]") {
  const std::string folder = Folder();
  if (folder.empty()) return;
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".et") continue;
    const std::string path = entry.path().string(), bytes = scenario::ReadTraceBytes(path);
    const scenario::ChakraMessages once = scenario::ParseChakra(bytes, path);
    const std::string written = scenario::SerializeChakra(once);
    const scenario::ChakraMessages twice = scenario::ParseChakra(written, path);
    CHECK(scenario::SerializeChakra(twice) == written);
    REQUIRE(once.nodes.size() == twice.nodes.size());
    using google::protobuf::util::MessageDifferencer;
    CHECK(MessageDifferencer::Equals(once.metadata, twice.metadata));
    for (std::size_t i = 0; i < once.nodes.size(); ++i)
      CHECK(MessageDifferencer::Equals(once.nodes[i], twice.nodes[i]));
    const RankTrace decoded = scenario::DecodeChakra(bytes, path, 0);
    REQUIRE(decoded.nodes.size() == once.nodes.size());
    for (std::size_t i = 0; i < once.nodes.size(); ++i) {
      CHECK(decoded.nodes[i].id == once.nodes[i].id());
      CHECK(decoded.name(decoded.nodes[i]) == once.nodes[i].name());
      CHECK(decoded.nodes[i].recorded ==
            static_cast<std::int64_t>(once.nodes[i].duration_micros()) * 1000);
    }
    ++files;
  }
  CHECK(files >= 121);
}
