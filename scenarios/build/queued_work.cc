#include "scenarios/build/queued_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/core/check.h"

namespace headroom::scenario {
namespace {

/// The estimate where the scenario has none: 1.2 times what the model expects.
constexpr double kMargin = 1.2;

/// Units first .. first + count - 1 of `all`, added to `out`.
void Take(const std::vector<Slice>& all, std::uint32_t first, std::uint32_t count, std::vector<Slice>* out) {
  for (const Slice& s : all) {
    if (first >= s.count) {
      first -= s.count;
      continue;
    }
    const std::uint32_t n = std::min(count, s.count - first);
    out->push_back({s.system, s.first + first, n});
    count -= n;
    first = 0;
    if (count == 0) return;
  }
}

}  // namespace

QueuedWork::QueuedWork(const schema::Workload& workload, std::vector<Slice> all, std::uint32_t units, Site site, Engine& engine,
                       std::unique_ptr<Work> stand_in, std::unique_ptr<std::vector<Slice>> stand_in_slices)
    : name_(workload.name()),
      queued_(workload.queued()),
      workload_(workload),
      all_(std::move(all)),
      units_(units),
      site_(std::move(site)),
      engine_(engine),
      stand_in_slices_(std::move(stand_in_slices)),
      stand_in_(std::move(stand_in)) {}

std::optional<double> QueuedWork::estimate() const {
  if (queued_.has_estimate()) return queued_.estimate();
  if (const auto expected = stand_in_->ExpectedSeconds()) return kMargin * *expected;
  return std::nullopt;
}

std::optional<double> QueuedWork::ExpectedSeconds() const {
  const auto expected = stand_in_->ExpectedSeconds();
  if (!expected) return std::nullopt;
  return queued_.at() + *expected;
}

void QueuedWork::Begin(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& runs, double restart, std::function<void()> on_end) {
  HR_CHECK(!work_, name_);
  held_.clear();
  for (const auto& [first, count] : runs) Take(all_, first, count, &held_);
  work_ = FindWorkKind(workload_.kind_case())->build(site_(held_));
  HR_CHECK(work_ != nullptr, name_);  // its stand-in was built without an error
  settler_.inner = &work_->settler();
  const double now = engine_.now().seconds();
  if (past_.empty()) {
    began_ = now;
    moves_.push_back({now, "start", name_, fmt::format("starts on {} accelerators after {:.0f} s in the queue", units_, now - queued_.at())});
  } else {
    work_->resumable()->ContinueFrom(*past_.back()->resumable(), restart);
    moves_.push_back({now, "start", name_, fmt::format("starts again on {} accelerators", units_)});
  }
  if (on_placed_) on_placed_(held_);
  work_->Start([this, on_end = std::move(on_end)] {
    on_end();
    if (on_done_) on_done_();
  });
}

void QueuedWork::Leave(bool keep, Instant since) {
  HR_CHECK(work_ && moves(), name_);
  work_->resumable()->Stop(keep, since);
  settler_.inner = nullptr;
  past_.push_back(std::move(work_));
  moves_.push_back({engine_.now().seconds(), "stop", name_, "is stopped and queues again"});
  if (on_placed_) on_placed_({});
}

void QueuedWork::GiveUp() {
  if (on_done_) std::exchange(on_done_, {})();
}

void QueuedWork::Stall() {
  if (work_ && moves()) work_->resumable()->Stall();
}

void QueuedWork::SetStragglerPace(double pace) {
  if (work_ && moves()) work_->resumable()->SetStragglerPace(pace);
}

void QueuedWork::SetMetrics(MetricSet& metrics) const {
  if (began_) {
    metrics.Set("workloads." + name_ + ".queue_wait", *began_ - queued_.at(), "s");
    if (!past_.empty()) metrics.Set("workloads." + name_ + ".stops", static_cast<double>(past_.size()), "1");
    ran()->SetMetrics(metrics);
  } else if (stand_in_->Verdict()) {
    stand_in_->SetMetrics(metrics);
  }
}

std::vector<WorkEvent> QueuedWork::Events() const {
  std::vector<WorkEvent> out = moves_;
  if (ran()) {
    const std::vector<WorkEvent> own = ran()->Events();
    out.insert(out.end(), own.begin(), own.end());
  }
  std::stable_sort(out.begin(), out.end(), [](const WorkEvent& a, const WorkEvent& b) { return a.time < b.time; });
  return out;
}

std::unique_ptr<QueuedWork> MakeQueuedWork(const BuildContext& context, const schema::Workload& workload, const std::vector<Slice>& all,
                                           const QueuedWork::Site& site) {
  const std::string path = fmt::format("workloads[{}]", workload.name());
  if (!workload.has_train() && !workload.has_serve()) {
    context.Error(path + ".queued", "is of training and serving");
    return nullptr;
  }
  const Claim claim = FindWorkKind(workload.kind_case())->claim(workload, path);
  std::uint32_t there = 0;
  for (const Slice& s : all) there += s.count;
  if (claim.count == 0) context.Error(claim.path + ".accelerators.count", "is due: how many accelerators the job asks for");
  else if (claim.count > there) context.Error(claim.path, fmt::format("asks for {} accelerators and will never start; '{}' has {}", claim.count, workload.queued().among(), there));
  if (!context.diagnostics.ok()) return nullptr;
  auto held = std::make_unique<std::vector<Slice>>();
  Take(all, 0, claim.count, held.get());
  const WorkSite stand_in_site = site(*held);
  auto stand_in = FindWorkKind(workload.kind_case())->build(stand_in_site);
  if (!stand_in) return nullptr;
  const double watts = stand_in->Watts().value_or(stand_in_site.system.accelerator->tdp());
  auto out = std::make_unique<QueuedWork>(workload, all, claim.count, site, stand_in_site.engine, std::move(stand_in), std::move(held));
  out->set_watts(watts);
  if (!out->estimate()) {
    context.Error(path + ".queued.estimate", "is due: the model cannot tell how long it takes");
    return nullptr;
  }
  return out;
}

}  // namespace headroom::scenario
