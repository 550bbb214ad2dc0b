#include "models/training/replay/trace_replay.h"

#include <algorithm>
#include <cmath>

#include "sim/core/balance.h"
#include "sim/core/check.h"

namespace headroom::training {

TraceReplay::TraceReplay(Engine& engine, const ReplayGraph& graph, TraceReplayParams params,
                         std::function<void()> on_end)
    : engine_(engine), graph_(graph), params_(std::move(params)), on_end_(std::move(on_end)) {
  for (const HeldPart& part : params_.parts) {
    HR_CHECK(part.port != nullptr && part.accelerators <= part.port->accelerators, params_.name,
             part.accelerators);
    const auto index = static_cast<std::uint32_t>(ports_.size());
    ports_.push_back({part.port, part.host_load});
    for (std::uint32_t i = 0; i < part.accelerators && ranks_.size() < graph_.rank_count(); ++i) {
      ranks_.push_back({index});
      ++ports_.back().count[kIdle];
    }
    part.port->clock.Subscribe([this, index](Instant now, const double& clock) {
      Port& port = ports_[index];
      if (running_) {
        Tally(&port, now.ns());
        Flush(&port);
      }
      port.clock = clock;
    });
    ports_.back().clock = part.port->clock.value();
  }
  HR_CHECK(ranks_.size() == graph_.rank_count(), params_.name, ranks_.size(), graph_.rank_count());
}

void TraceReplay::Start() {
  HR_CHECK(!running_ && completed_ == 0, params_.name);
  running_ = true;
  started_ = engine_.now();
  for (Port& p : ports_) p.since = started_.ns();
  waits_ = graph_.waits;
  met_.assign(graph_.node_count(), 0);
  lanes_.assign(graph_.lanes, {});
  group_lanes_.assign(graph_.groups.size(), {});
  next_node_.assign(graph_.node_count(), kNone);
  next_instance_.assign(graph_.instances.size(), kNone);
  missing_.resize(graph_.instances.size());
  for (std::size_t i = 0; i < missing_.size(); ++i)
    missing_[i] = graph_.member_begin[i + 1] - graph_.member_begin[i];
  for (std::uint32_t n = 0; n < graph_.node_count(); ++n)
    if (graph_.waits[n] == 0) Issue(n);
  // The end is told from an event, as it is for graphs that take time.
  engine_.After({}, Phase::kCompletion, [this] { Run(); });
}

/// Tells successors of what is done until nothing more happens at this instant.
void TraceReplay::Run() {
  for (std::size_t at = 0; at < done_.size(); ++at) {
    const std::uint32_t n = done_[at];
    for (std::uint32_t e = graph_.next_begin[n]; e < graph_.next_begin[n + 1]; ++e)
      if (--waits_[graph_.next[e]] == 0) Issue(graph_.next[e]);
  }
  completed_ += static_cast<std::uint32_t>(done_.size());
  done_.clear();
  if (completed_ < graph_.node_count() || !running_) return;
  ended_ = engine_.now();
  Settle(ended_);
  running_ = false;
  if (on_end_) on_end_();
}

void TraceReplay::Issue(std::uint32_t node) {
  switch (graph_.kind[node]) {
    case NodeKind::kMark:
      return Done(node);
    case NodeKind::kReceive:
      if (met_[node]++ == 1) Done(node);
      return;
    case NodeKind::kCollective: {
      const std::uint32_t instance = graph_.partner[node];
      if (--missing_[instance] > 0) return;
      Lane& lane = group_lanes_[graph_.instances[instance].group];
      if (lane.busy) return Queue(&lane, &next_instance_, instance);
      return BeginCollective(instance);
    }
    default: {
      Lane& lane = lanes_[graph_.lane[node]];
      if (lane.busy) return Queue(&lane, &next_node_, node);
      return Begin(node);
    }
  }
}

void TraceReplay::Queue(Lane* lane, std::vector<std::uint32_t>* next, std::uint32_t item) {
  if (lane->head == kNone) {
    lane->head = item;
  } else {
    (*next)[lane->tail] = item;
  }
  lane->tail = item;
}

std::uint32_t TraceReplay::Unqueue(Lane* lane, const std::vector<std::uint32_t>& next) {
  const std::uint32_t item = lane->head;
  if (item != kNone) lane->head = next[item];
  return item;
}

void TraceReplay::Begin(std::uint32_t node) {
  const ReplayGraph::Length& length = graph_.length[node];
  const std::uint32_t rank = graph_.rank[node];
  std::int64_t ns = std::max(length.fixed, length.clocked);
  const double clock = ports_[ranks_[rank].port].clock;
  if (clock < 1 && length.clocked > 0)
    ns =
        std::max(length.fixed,
                 static_cast<std::int64_t>(std::ceil(static_cast<double>(length.clocked) / clock)));
  if (ns == 0) {
    if (graph_.kind[node] == NodeKind::kSend && met_[graph_.partner[node]]++ == 1)
      Done(graph_.partner[node]);
    return Done(node);
  }
  lanes_[graph_.lane[node]].busy = true;
  if (graph_.kind[node] == NodeKind::kSend) {
    Account(rank, 0, 1);
    Account(graph_.rank[graph_.partner[node]], 0, 1);
  } else if (!graph_.lane_host[graph_.lane[node]]) {
    Account(rank, 1, 0);
  }
  engine_.After(Duration::Ns(ns), Phase::kCompletion, [this, node] { End(node); });
}

void TraceReplay::End(std::uint32_t node) {
  const std::uint32_t rank = graph_.rank[node];
  Lane& lane = lanes_[graph_.lane[node]];
  if (graph_.kind[node] == NodeKind::kSend) {
    const std::uint32_t receive = graph_.partner[node];
    Account(rank, 0, -1);
    Account(graph_.rank[receive], 0, -1);
    if (met_[receive]++ == 1) Done(receive);
  } else if (!graph_.lane_host[graph_.lane[node]]) {
    Account(rank, -1, 0);
  }
  lane.busy = false;
  Done(node);
  while (!lane.busy) {
    const std::uint32_t next = Unqueue(&lane, next_node_);
    if (next == kNone) break;
    Begin(next);
  }
  Run();
}

void TraceReplay::Done(std::uint32_t node) { done_.push_back(node); }

void TraceReplay::BeginCollective(std::uint32_t instance) {
  const ReplayGraph::Instance& i = graph_.instances[instance];
  if (i.length == 0) return DoneCollective(instance);
  group_lanes_[i.group].busy = true;
  for (std::uint32_t m = graph_.member_begin[instance]; m < graph_.member_begin[instance + 1]; ++m)
    Account(graph_.rank[graph_.members[m]], 0, 1);
  engine_.After(Duration::Ns(i.length), Phase::kCompletion,
                [this, instance] { EndCollective(instance); });
}

void TraceReplay::EndCollective(std::uint32_t instance) {
  for (std::uint32_t m = graph_.member_begin[instance]; m < graph_.member_begin[instance + 1]; ++m)
    Account(graph_.rank[graph_.members[m]], 0, -1);
  Lane& lane = group_lanes_[graph_.instances[instance].group];
  lane.busy = false;
  DoneCollective(instance);
  while (!lane.busy) {
    const std::uint32_t next = Unqueue(&lane, next_instance_);
    if (next == kNone) break;
    BeginCollective(next);
  }
  Run();
}

void TraceReplay::DoneCollective(std::uint32_t instance) {
  for (std::uint32_t m = graph_.member_begin[instance]; m < graph_.member_begin[instance + 1]; ++m)
    Done(graph_.members[m]);
}

void TraceReplay::Account(std::uint32_t rank, int computing, int communicating) {
  Rank& r = ranks_[rank];
  r.computing = static_cast<std::uint16_t>(r.computing + computing);
  r.communicating = static_cast<std::uint16_t>(r.communicating + communicating);
  const State state = r.computing > 0 ? kComputing : r.communicating > 0 ? kCommunicating : kIdle;
  if (state == r.state) return;
  Port& port = ports_[r.port];
  Tally(&port, engine_.now().ns());
  --port.count[r.state];
  ++port.count[state];
  r.state = state;
}

void TraceReplay::Tally(Port* port, std::int64_t now) {
  const std::int64_t passed = now - port->since;
  if (passed == 0) return;
  port->since = now;
  for (int s = 0; s < kStates; ++s) port->spent[s] += port->count[s] * passed;
}

/// What was spent goes to the meters at the clock that held.
void TraceReplay::Flush(Port* port) {
  const double shares[kStates] = {params_.power.idle, params_.power.communication,
                                  params_.power.gemm};
  double seconds[kStates], energy = 0, held = 0;
  for (int s = 0; s < kStates; ++s) {
    seconds[s] = static_cast<double>(port->spent[s]) * 1e-9;
    port->spent[s] = 0;
    held += seconds[s];
    const double scale = params_.clock_law.Power(port->clock, s == kComputing ? 1.0 : 0.0);
    energy +=
        seconds[s] * params_.tdp * (params_.power.idle + (shares[s] - params_.power.idle) * scale);
  }
  port->port->energy.Add(energy);
  port->port->held.Add(held);
  port->port->busy.Add(seconds[kComputing] + seconds[kCommunicating]);
  port->port->host.Add(port->host_load * (seconds[kComputing] + seconds[kCommunicating]));
  sums_.energy += energy;
  sums_.held += held;
  sums_.computing += seconds[kComputing];
  sums_.communicating += seconds[kCommunicating];
}

void TraceReplay::Settle(Instant now) {
  if (!running_) return;
  for (Port& port : ports_) {
    Tally(&port, now.ns());
    Flush(&port);
  }
}

ReplayResults TraceReplay::Results() const {
  ReplayResults out = sums_;
  const Instant end = running_ ? engine_.now() : ended_;
  out.makespan = running_ ? 0 : (ended_ - started_).seconds();
  Balance held(params_.name + ".accelerator_seconds");
  held.In((end - started_).seconds() * graph_.rank_count());
  held.Out(out.held);
  held.Assert(1e-9);
  return out;
}

}  // namespace headroom::training
