#include "models/training/collective_job.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::training {

CollectiveJob::CollectiveJob(Engine& engine, CollectiveJobParams params,
                             std::function<void()> on_end)
    : engine_(engine),
      params_(std::move(params)),
      held_(params_.parts),
      on_end_(std::move(on_end)) {
  for (double bytes : params_.sizes) {
    const network::CollectiveCost cost =
        network::Cost(params_.fabric, params_.group, params_.operation, params_.algorithm, bytes);
    const double leaving =
        params_.group.domains > 1
            ? std::min(cost.seconds, network::LeavingBound(params_.fabric, params_.group,
                                                           params_.operation, cost.in_network, bytes))
            : 0.0;
    const network::Traffic traffic = network::Traffic().Add(
        network::TrafficOf(params_.group, params_.operation, cost.in_network, bytes), params_.group.ranks);
    runs_.push_back({bytes, length_, cost, leaving, traffic});
    all_.Add(traffic, params_.repeat);
    length_ += cost.seconds * params_.repeat;
    leaving_ += leaving * params_.repeat;
  }
}

void CollectiveJob::Start() {
  HR_CHECK(!running_, params_.name);
  running_ = true;
  settled_ = engine_.now();
  for (CollectiveRun& r : runs_) r.start += settled_.seconds();
  Schedule();
}

void CollectiveJob::Schedule() {
  if (end_event_.valid()) engine_.Cancel(end_event_);
  const auto ns = static_cast<std::int64_t>(std::ceil((1 - done_) * Length() * 1e9));
  end_event_ = engine_.After(Duration::Ns(ns), Phase::kCompletion, [this] { Finish(); });
}

void CollectiveJob::SetUplinkStretch(double stretch) {
  uplink_ = stretch;
  SetStretch();
}

void CollectiveJob::SetNicStretch(double stretch) {
  nic_ = stretch;
  SetStretch();
}

void CollectiveJob::SetStretch() {
  const double stretch = params_.group.beyond_leaf ? std::max(uplink_, nic_) : nic_;
  if (stretch == stretch_) return;
  if (running_) Settle(engine_.now());
  stretch_ = stretch;
  if (running_) Schedule();
}

/// A run that was slowed is told at the mean pace of the whole job.
void CollectiveJob::Finish() {
  end_event_ = {};
  Settle(engine_.now());
  running_ = false;
  mean_stretch_ += (1 - done_) * stretch_;
  done_ = 1;
  if (mean_stretch_ > 1 + 1e-9) {
    double start = runs_.empty() ? 0 : runs_.front().start;
    for (CollectiveRun& r : runs_) {
      const double seconds = r.cost.seconds + (mean_stretch_ - 1) * r.leaving;
      r.cost.bus_bandwidth *= r.cost.seconds / seconds;
      r.cost.seconds = seconds;
      r.start = start;
      start += seconds * params_.repeat;
    }
  }
  if (on_end_) on_end_();
}

void CollectiveJob::Settle(Instant now) {
  if (!running_ || now <= settled_) return;
  const double seconds = (now - settled_).seconds();
  settled_ = now;
  const double share = std::min(1 - done_, seconds / Length());
  done_ += share;
  mean_stretch_ += share * stretch_;
  held_.Add(seconds, params_.watts, 1.0);
  held_.AddTraffic(network::Traffic().Add(all_, share));
  sent_.Add(all_, share);
  energy_ += held_.count() * params_.watts * seconds;
}

}  // namespace headroom::training
