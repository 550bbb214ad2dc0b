#include "scenarios/build/job_workers.h"

#include <algorithm>

namespace headroom::scenario {
namespace {

const Duration kLong = Duration::FromSeconds(365.0 * 86400.0);  ///< until a node is expected of which nothing is known

}  // namespace

JobWorkers::JobWorkers(Engine& engine, scheduling::Scheduler& scheduler, const WorkerParams& params)
    : engine_(engine),
      scheduler_(scheduler),
      params_(params),
      state_(scheduler.cluster().floor().shape().nodes(), State::kRunning),
      used_(state_.size()),
      most_(0),
      there_(state_.size()) {
  params_.max = std::min<std::uint32_t>(params_.max, static_cast<std::uint32_t>(state_.size()));
}

void JobWorkers::Start() {
  for (std::uint32_t n = params_.min; n < state_.size(); ++n) {
    scheduler_.Interrupt(n, engine_.now(), engine_.now() + kLong);
    Set(n, State::kGone);
  }
  most_ = there_;
  Look();
}

std::uint32_t JobWorkers::UnitsOf(std::uint32_t node) const {
  const std::vector<std::uint32_t>& begin = scheduler_.cluster().floor().shape().node_begin;
  return begin[node + 1] - begin[node];
}

void JobWorkers::Set(std::uint32_t node, State state) {
  node_seconds_ += (engine_.now() - since_).seconds() * static_cast<double>(there_);
  since_ = engine_.now();
  there_ += (state != State::kGone) - (state_[node] != State::kGone);
  most_ = std::max(most_, there_);
  state_[node] = state;
}

double JobWorkers::NodeSeconds() const { return node_seconds_ + (engine_.now() - since_).seconds() * static_cast<double>(there_); }

/// Nodes to launch, lowest first, before any limit.
std::vector<std::uint32_t> JobWorkers::Wanted() const {
  std::vector<std::uint32_t> room(state_.size(), 0), out;
  for (std::uint32_t n = 0; n < state_.size(); ++n)
    room[n] = state_[n] == State::kRunning ? scheduler_.cluster().floor().free_in_node(n) : UnitsOf(n);
  std::vector<bool> wanted(state_.size(), false);
  std::uint64_t left = 0;
  for (const std::uint32_t r : room) left += r;
  scheduler_.cluster().waiting().Each([&](const scheduling::WaitingJob& w) {
    // A job of one node goes whole to the first that has room; a larger one takes what there is. Nodes that are there first.
    if (left < w.units) return;
    const std::uint32_t largest = *std::max_element(room.begin(), room.end());
    std::uint32_t due = w.units;
    for (const bool there : {true, false})
      for (std::uint32_t n = 0; n < state_.size() && due > 0; ++n) {
        if ((state_[n] != State::kGone || wanted[n]) != there || room[n] == 0 || (w.units <= largest && room[n] < w.units)) continue;
        const std::uint32_t take = std::min(due, room[n]);
        room[n] -= take;
        due -= take;
        left -= take;
        if (!there) wanted[n] = true;
      }
  });
  for (std::uint32_t n = 0; n < wanted.size(); ++n)
    if (wanted[n]) out.push_back(n);
  return out;
}

void JobWorkers::Look() {
  if (scheduler_.open() == 0) return;
  const std::vector<std::uint32_t> wanted = Wanted();
  std::uint32_t launching = 0, running = 0;
  for (const State s : state_) {
    launching += s == State::kLaunching;
    running += s == State::kRunning;
  }
  const double pending = params_.upscaling * std::max(1u, running);
  for (const std::uint32_t n : wanted) {
    if (running + launching >= params_.max || launching + 1.0 > pending + 1e-9) break;
    ++launching;
    ++launches_;
    Set(n, State::kLaunching);
    engine_.After(Duration::FromSeconds(params_.launch), Phase::kArrival, [this, n] {
      Set(n, State::kRunning);
      used_[n] = engine_.now();
      scheduler_.BringUp(n);
    });
  }
  for (std::uint32_t n = 0; n < state_.size(); ++n) {
    if (state_[n] != State::kRunning) continue;
    if (scheduler_.cluster().floor().free_in_node(n) < UnitsOf(n)) used_[n] = engine_.now();
    const bool idle = (engine_.now() - used_[n]).seconds() >= params_.idle && scheduler_.cluster().waiting().empty();
    if (!idle || running <= params_.min || scheduler_.cluster().floor().free_in_node(n) < UnitsOf(n)) continue;
    --running;
    scheduler_.Interrupt(n, engine_.now(), engine_.now() + kLong);
    Set(n, State::kGone);
  }
  engine_.After(Duration::FromSeconds(params_.every), Phase::kDecision, [this] { Look(); });
}

}  // namespace headroom::scenario
