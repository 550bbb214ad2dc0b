#include "sim/flow/flow_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/check.h"

namespace headroom {

FlowNetwork::~FlowNetwork() {
  engine_.Cancel(report_);
  for (const Flow& f : flows_)
    if (f.stage != Stage::kFree) engine_.Cancel(f.event);
}

FlowLinkId FlowNetwork::AddLink(std::string name, DataRate bandwidth, Duration latency) {
  HR_CHECK(bandwidth.si() >= 0.0 && std::isfinite(bandwidth.si()), name, bandwidth.si());
  HR_CHECK(latency >= Duration(), name, latency.ns());
  links_.push_back({std::move(name), bandwidth.in(unit::B_per_s), latency});
  return FlowLinkId(static_cast<std::uint32_t>(links_.size() - 1));
}

FlowRouteId FlowNetwork::AddRoute(const std::vector<FlowLinkId>& links) {
  HR_CHECK(!links.empty());
  Route route;
  for (const FlowLinkId id : links) {
    HR_CHECK(id.index() < links_.size(), id.index(), links_.size());
    HR_CHECK(std::count(route.links.begin(), route.links.end(), id.index()) == 0,
             links_[id.index()].name);
    route.links.push_back(id.index());
    route.latency = route.latency + links_[id.index()].latency;
  }
  const auto [known, added] =
      route_of_.emplace(route.links, FlowRouteId(static_cast<std::uint32_t>(routes_.size())));
  if (added) routes_.push_back(std::move(route));
  return known->second;
}

void FlowNetwork::SetBandwidth(FlowLinkId link, DataRate bandwidth) {
  HR_CHECK(link.index() < links_.size(), link.index());
  HR_CHECK(bandwidth.si() >= 0.0 && std::isfinite(bandwidth.si()), bandwidth.si());
  if (links_[link.index()].bandwidth == bandwidth.in(unit::B_per_s)) return;
  links_[link.index()].bandwidth = bandwidth.in(unit::B_per_s);
  BandwidthChanged(link.index());
}

DataRate FlowNetwork::bandwidth(FlowLinkId link) const {
  return links_[link.index()].bandwidth * unit::B_per_s;
}

FlowId FlowNetwork::Open(FlowRouteId route, double bytes, double weight, Callback on_done) {
  HR_CHECK(route.index() < routes_.size(), route.index());
  HR_CHECK(bytes >= 0.0 && std::isfinite(bytes), bytes);
  HR_CHECK(weight > 0.0 && std::isfinite(weight), weight);
  if (free_.empty()) {
    HR_CHECK(flows_.size() < 1u << kPlaceBits, flows_.size());
    free_.push_back(static_cast<std::uint32_t>(flows_.size()));
    flows_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  const FlowId id{++sequence_ << kPlaceBits | place};
  flows_[place] = {id, route, Stage::kLatency, bytes, weight, {}, std::move(on_done)};
  ++open_;
  ledger_.In(bytes);
  const Duration latency = routes_[route.index()].latency;
  if (bytes == 0.0) {
    ReportAt(place, engine_.now() + latency);
  } else if (latency > Duration()) {
    flows_[place].event = engine_.After(latency, Phase::kCompletion, [this, place] {
      flows_[place].stage = Stage::kMoving;
      Started(place);
    });
  } else {
    flows_[place].stage = Stage::kMoving;
    Started(place);
  }
  return id;
}

bool FlowNetwork::Cancel(FlowId id) {
  if (Find(id) == nullptr) return false;
  const std::uint32_t place = PlaceOf(id);
  Flow& f = flows_[place];
  if (f.stage == Stage::kMoving) {
    ledger_.Stored(RemainingOf(place));
    Stopped(place);
  } else {
    if (f.stage == Stage::kLatency) ledger_.Stored(f.bytes);
    engine_.Cancel(f.event);
  }
  Free(place);
  return true;
}

DataRate FlowNetwork::Rate(FlowId id) {
  const Flow* f = Find(id);
  return f != nullptr && f->stage == Stage::kMoving ? RateOf(PlaceOf(id)) * unit::B_per_s
                                                    : DataRate();
}

DataRate FlowNetwork::Load(FlowLinkId link) {
  HR_CHECK(link.index() < links_.size(), link.index());
  return LoadOf(link.index()) * unit::B_per_s;
}

double FlowNetwork::Remaining(FlowId id) {
  const Flow* f = Find(id);
  if (f == nullptr || f->stage == Stage::kMoved) return 0.0;
  return f->stage == Stage::kLatency ? f->bytes : RemainingOf(PlaceOf(id));
}

Balance FlowNetwork::Bytes() {
  Balance bytes("bytes on links");
  bytes.In(ledger_.in());
  bytes.Stored(ledger_.stored());
  bytes.Out(MovedBytes());
  for (std::uint32_t place = 0; place < flows_.size(); ++place) {
    if (flows_[place].stage == Stage::kLatency) bytes.Stored(flows_[place].bytes);
    if (flows_[place].stage == Stage::kMoving) bytes.Stored(RemainingOf(place));
  }
  return bytes;
}

void FlowNetwork::ReportAt(std::uint32_t place, Instant at) {
  flows_[place].stage = Stage::kMoved;
  flows_[place].event = engine_.At(at, Phase::kCompletion, [this, place] { Report(place); });
}

void FlowNetwork::Moved(std::uint32_t place) {
  flows_[place].stage = Stage::kMoved;
  flows_[place].event = {};
  if (moved_.empty())
    report_ = engine_.At(engine_.now(), Phase::kCompletion, [this] { ReportMoved(); });
  moved_.push_back(flows_[place].id);
}

/// After all that ends at this instant.
void FlowNetwork::ReportMoved() {
  std::sort(moved_.begin(), moved_.end());
  for (const FlowId id : moved_)
    if (Find(id) != nullptr) ReportAt(PlaceOf(id), engine_.now());
  moved_.clear();
}

void FlowNetwork::Report(std::uint32_t place) {
  Callback on_done = std::move(flows_[place].on_done);
  Free(place);
  if (on_done) on_done();
}

void FlowNetwork::Free(std::uint32_t place) {
  flows_[place].stage = Stage::kFree;
  flows_[place].on_done.Reset();
  free_.push_back(place);
  --open_;
}

const FlowNetwork::Flow* FlowNetwork::Find(FlowId id) const {
  const std::uint32_t place = PlaceOf(id);
  if (!id.valid() || place >= flows_.size()) return nullptr;
  const Flow& f = flows_[place];
  return f.id == id && f.stage != Stage::kFree ? &f : nullptr;
}

}  // namespace headroom
