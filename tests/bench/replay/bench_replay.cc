#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <vector>

#include "models/training/replay/trace_replay.h"
#include "scenarios/read/traces/chakra.h"

namespace headroom {
namespace {

using training::NodeKind;
using training::RankTrace;
using training::TraceNode;
using training::TraceOperation;

constexpr std::uint32_t kDomain = 8;

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// One rank of a tensor-parallel, pipelined job: per layer compute of a length of its own, an
/// all-reduce of its domain, and every eighth layer a message to the rank one domain on; all ranks
/// meet at the end.
class RankMaker {
 public:
  RankMaker(std::uint32_t rank, std::uint32_t ranks, std::uint32_t layers)
      : rank_(rank), ranks_(ranks) {
    trace_.file = fmt::format("bench.{}.et", rank);
    for (std::uint32_t layer = 0; layer < layers; ++layer) {
      TraceNode n;
      n.kind = NodeKind::kCompute;
      n.recorded = 1000 * (20 + (rank * 7 + layer * 13) % 31);
      Add(n, "layer");
      n = {};
      n.kind = NodeKind::kCompute;
      n.recorded = 5000;
      n.host = true;
      Add(n, "launch");
      Add(Collective(1 << 22, fmt::format("{}", rank / kDomain + 1)), "tp_all_reduce");
      if (layer % 8 == 7) {
        Message(NodeKind::kSend, (rank + kDomain) % ranks_, layer);
        Message(NodeKind::kReceive, (rank + ranks_ - kDomain) % ranks_, layer);
      }
    }
    Add(Collective(1 << 26, ""), "dp_all_reduce");
  }
  RankTrace Take() { return std::move(trace_); }

 private:
  TraceNode Collective(double bytes, const std::string& group) {
    TraceNode n;
    n.kind = NodeKind::kCollective;
    n.operation = TraceOperation::kAllReduce;
    n.bytes = bytes;
    n.sized = true;
    n.group = trace_.GroupIndex(group);
    return n;
  }
  void Message(NodeKind kind, std::uint32_t peer, std::uint32_t tag) {
    TraceNode n;
    n.kind = kind;
    n.peer = peer;
    n.tag = tag;
    n.bytes = 1 << 20;
    n.sized = true;
    Add(n, kind == NodeKind::kSend ? "pp_send" : "pp_receive");
  }
  void Add(TraceNode n, const char* name) {
    n.id = trace_.nodes.size();
    trace_.SetName(&n, name);
    const auto before = static_cast<std::uint32_t>(n.id);
    trace_.Append(
        n, before == 0 ? std::vector<std::uint32_t>{} : std::vector<std::uint32_t>{before - 1});
  }

  std::uint32_t rank_, ranks_;
  RankTrace trace_;
};

/// Times of one pass over the work [s of CPU].
struct Pass {
  double decode = 0, build = 0, replay = 0;
  double total() const { return decode + build + replay; }
};

Pass Measure(const std::vector<std::string>& files, const training::ReplayGraphParams& params,
             std::uint32_t* nodes) {
  Pass pass;
  const double start = CpuSeconds();
  std::vector<RankTrace> traces;
  for (std::uint32_t r = 0; r < files.size(); ++r)
    traces.push_back(scenario::DecodeChakra(files[r], fmt::format("bench.{}.et", r), r));
  const double decoded = CpuSeconds();
  const training::ReplayGraph graph(std::move(traces), params);
  const double built = CpuSeconds();
  Engine engine;
  power::LoadPort port;
  port.accelerators = graph.rank_count();
  training::TraceReplayParams replay_params;
  replay_params.tdp = 700;
  replay_params.parts = {{&port, graph.rank_count()}};
  training::TraceReplay replay(engine, graph, replay_params);
  replay.Start();
  engine.RunAll();
  if (replay.Results().makespan <= 0) std::abort();
  pass.decode = decoded - start;
  pass.build = built - decoded;
  pass.replay = CpuSeconds() - built;
  *nodes = graph.node_count();
  return pass;
}

int Main(bool smoke) {
  const std::uint32_t ranks = smoke ? 16 : 512, layers = smoke ? 10 : 615;
  std::vector<std::string> files;
  training::ReplayGraphParams params;
  params.fabric.scale_up = {network::ScaleUpShape::kSwitch, kDomain, 450e9, 1e-6, 0.82, false, 0.6};
  params.fabric.scale_out.nic = 50e9;
  for (std::uint32_t r = 0; r < ranks; ++r) {
    files.push_back(scenario::EncodeChakra(RankMaker(r, ranks, layers).Take()));
    params.groups[fmt::format("{}", r / kDomain + 1)].push_back(r);
  }
  std::uint32_t nodes = 0;
  std::vector<Pass> passes;
  for (int i = 0; i < (smoke ? 1 : 7); ++i) passes.push_back(Measure(files, params, &nodes));
  const auto median = [&](auto what) {
    std::vector<double> all;
    for (const Pass& p : passes) all.push_back(what(p));
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
  };
  const auto line = [&](const char* name, double seconds) {
    fmt::print("{:<16}{:>12.2f} million nodes/s\n", name, nodes / std::max(seconds, 1e-9) * 1e-6);
  };
  fmt::print("{} ranks, {} nodes\n", ranks, nodes);
  line("decode", median([](const Pass& p) { return p.decode; }));
  line("check", median([](const Pass& p) { return p.build; }));
  line("replay", median([](const Pass& p) { return p.replay; }));
  line("all", median([](const Pass& p) { return p.total(); }));
  return 0;
}

}  // namespace
}  // namespace headroom

int main(int argc, char** argv) {
  return headroom::Main(argc > 1 && std::strcmp(argv[1], "--smoke") == 0);
}
