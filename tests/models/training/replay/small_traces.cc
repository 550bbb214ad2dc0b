#include "tests/models/training/replay/small_traces.h"

#include <cmath>

namespace headroom::training {

std::uint32_t SmallTrace::Add(TraceNode node, const char* name, const Deps& deps) {
  node.id = trace_.nodes.size();
  trace_.SetName(&node, name);
  return trace_.Append(node, deps);
}

std::uint32_t SmallTrace::Compute(double micros, const Deps& deps) {
  TraceNode n;
  n.kind = NodeKind::kCompute;
  n.recorded = std::llround(micros * 1000);
  return Add(n, "compute", deps);
}

std::uint32_t SmallTrace::Host(double micros, const Deps& deps) {
  const std::uint32_t i = Compute(micros, deps);
  last().host = true;
  return i;
}

std::uint32_t SmallTrace::Send(std::uint32_t to, double bytes, const Deps& deps,
                               std::uint32_t tag) {
  TraceNode n;
  n.kind = NodeKind::kSend;
  n.peer = to;
  n.bytes = bytes;
  n.tag = tag;
  n.sized = true;
  return Add(n, "send", deps);
}

std::uint32_t SmallTrace::Receive(std::uint32_t from, double bytes, const Deps& deps,
                                  std::uint32_t tag) {
  TraceNode n;
  n.kind = NodeKind::kReceive;
  n.peer = from;
  n.bytes = bytes;
  n.tag = tag;
  n.sized = true;
  return Add(n, "receive", deps);
}

std::uint32_t SmallTrace::Collective(TraceOperation op, double bytes, const Deps& deps,
                                     const std::string& group) {
  TraceNode n;
  n.kind = NodeKind::kCollective;
  n.operation = op;
  n.bytes = bytes;
  n.sized = true;
  n.group = trace_.GroupIndex(group);
  return Add(n, "collective", deps);
}

ReplayGraphParams SmallFabric() {
  ReplayGraphParams p;
  p.fabric.scale_up = {network::ScaleUpShape::kSwitch, 8, 450e9, 1e-6, 0.82, false, 0.6};
  p.fabric.scale_out.nic = 50e9;
  return p;
}

std::vector<RankTrace> Traces(std::vector<SmallTrace> ranks) {
  std::vector<RankTrace> out;
  for (SmallTrace& r : ranks) out.push_back(std::move(r.trace()));
  return out;
}

Played Play(const ReplayGraph& graph, double clock) {
  Engine engine;
  power::LoadPort port;
  port.name = "a";
  port.accelerators = graph.rank_count();
  port.clock.Set({}, clock);
  TraceReplayParams params;
  params.name = "replay";
  params.tdp = 700;
  params.parts = {{&port, graph.rank_count()}};
  Played out;
  TraceReplay replay(engine, graph, params, [&] { out.ended = engine.now().seconds(); });
  replay.Start();
  engine.RunAll();
  out.results = replay.Results();
  out.energy = port.energy.total();
  out.held = port.held.total();
  out.busy = port.busy.total();
  return out;
}

}  // namespace headroom::training
