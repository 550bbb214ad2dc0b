#include "models/serving/kv_flows.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/core/check.h"
#include "sim/flow/max_min_network.h"

namespace headroom::serving {
namespace {

constexpr double kAtWork = std::numeric_limits<double>::infinity();

DataRate Rate(double bytes_per_second) { return bytes_per_second * unit::B_per_s; }

}  // namespace

KvFlows::KvFlows(Engine& engine, const KvTransferParams& params, KvLeaves leaves)
    : engine_(engine),
      params_(params),
      leaves_(std::move(leaves)),
      network_(std::make_unique<MaxMinNetwork>(&engine)),
      sender_free_(leaves_.senders.size()),
      receiver_free_(leaves_.receivers.size()) {
  HR_CHECK(leaves_.uplinks > 0.0, leaves_.uplinks);
  for (std::size_t i = 0; i < leaves_.senders.size(); ++i)
    send_.push_back(network_->AddLink(fmt::format("send-{}", i), Rate(params_.send)));
  for (std::size_t i = 0; i < leaves_.receivers.size(); ++i)
    receive_.push_back(network_->AddLink(fmt::format("receive-{}", i), Rate(params_.receive)));
  std::uint32_t last = 0;
  for (const std::vector<std::uint32_t>* side : {&leaves_.senders, &leaves_.receivers})
    for (const std::uint32_t leaf : *side) last = std::max(last, leaf);
  for (std::uint32_t leaf = 0; leaf <= last; ++leaf) {
    up_.push_back(network_->AddLink(fmt::format("up-{}", leaf), Rate(leaves_.uplinks)));
    down_.push_back(network_->AddLink(fmt::format("down-{}", leaf), Rate(leaves_.uplinks)));
  }
}

void KvFlows::Begin(RequestIndex request, std::size_t from, std::size_t to, std::uint64_t tokens, double ready,
                    double started, std::function<void()> done) {
  const double bytes = params_.bytes_per_token * static_cast<double>(tokens);
  waiting_.push_back({request, from, to, bytes, ready, started, std::move(done), {}, {}});
  BeginWaiting();
}

void KvFlows::BeginWaiting() {
  for (auto t = waiting_.begin(); t != waiting_.end();) {
    if (sender_free_[t->from] == kAtWork || receiver_free_[t->to] == kAtWork) {
      ++t;
      continue;
    }
    const RequestIndex request = t->request;
    const auto [place, fresh] = moving_.try_emplace(request, std::move(*t));
    HR_CHECK(fresh, request);
    t = waiting_.erase(t);
    Open(place->second);
  }
}

void KvFlows::Open(Transfer& t) {
  double left = t.bytes;
  if (params_.layers > 0) {
    // What the NICs could move before the prompt was read to its end is gone.
    const double layers = params_.layers, first = t.started + (t.ready - t.started) / layers;
    const double since = std::max({first, sender_free_[t.from], receiver_free_[t.to]});
    const double gone = std::min(params_.send, params_.receive) * std::max(0.0, t.ready - since);
    left = std::max(t.bytes / layers, t.bytes - gone);
  }
  sender_free_[t.from] = receiver_free_[t.to] = kAtWork;
  std::vector<FlowLinkId> links = {send_[t.from], receive_[t.to]};
  const std::uint32_t from = leaves_.senders[t.from], to = leaves_.receivers[t.to];
  if (from != to) links.insert(links.end(), {up_[from], down_[to]});
  t.flow = network_->Open(network_->AddRoute(links), left, 1.0, [this, request = t.request] { Moved(request); });
}

void KvFlows::Moved(RequestIndex request) {
  Transfer& t = moving_.at(request);
  const double now = engine_.now().seconds();
  sender_free_[t.from] = receiver_free_[t.to] = now;
  t.flow = {};
  ++count_;
  bytes_ += t.bytes;
  seconds_ += now + params_.latency - t.ready;
  t.arrival = engine_.After(Duration::FromSeconds(params_.latency), Phase::kArrival, [this, request] {
    const auto found = moving_.find(request);
    const std::function<void()> done = std::move(found->second.done);
    moving_.erase(found);
    done();
  });
  BeginWaiting();
}

void KvFlows::Cancel(RequestIndex request) {
  std::erase_if(waiting_, [&](const Transfer& t) { return t.request == request; });
  const auto found = moving_.find(request);
  if (found == moving_.end()) return;
  const Transfer& t = found->second;
  if (t.arrival.valid()) {
    engine_.Cancel(t.arrival);
  } else {
    network_->Cancel(t.flow);
    sender_free_[t.from] = receiver_free_[t.to] = engine_.now().seconds();
  }
  moving_.erase(found);
  BeginWaiting();
}

void KvFlows::SetStretch(double stretch) {
  for (const std::vector<FlowLinkId>* side : {&up_, &down_})
    for (const FlowLinkId link : *side) network_->SetBandwidth(link, Rate(leaves_.uplinks / stretch));
}

}  // namespace headroom::serving
