#include "models/training/collective_job.h"

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
    runs_.push_back({bytes, length_, cost});
    length_ += cost.seconds * params_.repeat;
  }
}

void CollectiveJob::Start() {
  HR_CHECK(!running_, params_.name);
  running_ = true;
  settled_ = engine_.now();
  for (CollectiveRun& r : runs_) r.start += settled_.seconds();
  const auto ns = static_cast<std::int64_t>(std::ceil(length_ * 1e9));
  engine_.After(Duration::Ns(ns), Phase::kCompletion, [this] {
    Settle(engine_.now());
    running_ = false;
    if (on_end_) on_end_();
  });
}

void CollectiveJob::Settle(Instant now) {
  if (!running_ || now <= settled_) return;
  const double seconds = (now - settled_).seconds();
  settled_ = now;
  held_.Add(seconds, params_.watts, 1.0);
  energy_ += held_.count() * params_.watts * seconds;
}

}  // namespace headroom::training
