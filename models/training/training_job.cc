#include "models/training/training_job.h"

#include <algorithm>
#include <cmath>

#include "models/training/step_account.h"
#include "sim/core/balance.h"
#include "sim/core/check.h"

namespace headroom::training {
namespace {

void AddScaled(const StepBreakdown& from, double times, StepBreakdown* to) {
  to->compute += from.compute * times;
  to->tp_exposed += from.tp_exposed * times;
  to->cp_exposed += from.cp_exposed * times;
  to->ep_exposed += from.ep_exposed * times;
  to->pp_exposed += from.pp_exposed * times;
  to->dp_exposed += from.dp_exposed * times;
  to->bubble += from.bubble * times;
  to->optimizer += from.optimizer * times;
  to->stall += from.stall * times;
  to->data += from.data * times;
}

}  // namespace

TrainingJob::TrainingJob(Engine& engine, const StepModel& model, TrainingJobParams params,
                         std::function<void()> on_end)
    : engine_(engine),
      model_(model),
      params_(std::move(params)),
      held_(params_.parts),
      on_end_(std::move(on_end)),
      step_traffic_(TrafficOfStep(model)) {
  for (const HeldPart& part : params_.parts) {
    HR_CHECK(part.port != nullptr && part.accelerators <= part.port->accelerators, params_.name,
             part.accelerators);
    part.port->clock.Subscribe([this](Instant now, const double&) { OnClock(now); });
    part.port->pace.Subscribe([this](Instant now, const double&) { OnClock(now); });
  }
}

const StepResult& TrainingJob::AtClock(double clock) {
  const std::int64_t key = std::max<std::int64_t>(1, std::llround(clock * 1e4));
  const auto it = known_.find({key, stretch_, nic_stretch_, params_.data_seconds});
  if (it != known_.end()) return it->second;
  StepResult step =
      Stretched(model_.params(), model_.Evaluate(std::min(1.0, key * 1e-4)), stretch_, nic_stretch_);
  if (const double wait = params_.data_seconds - step.step_time; wait > 1e-9 * step.step_time) {
    const double share = step.step_time / params_.data_seconds;
    step.breakdown.data = wait;
    step.mean_watts = step.mean_watts * share + params_.idle_watts * (1 - share);
    step.busy_share *= share;
    step.step_time = params_.data_seconds;
  }
  return known_.emplace(std::tuple(key, stretch_, nic_stretch_, params_.data_seconds), std::move(step)).first->second;
}

/// The step at the clock and pace that hold: the pace stretches all of it at the same power.
const StepResult& TrainingJob::Current() {
  const StepResult& step = AtClock(held_.Clock());
  const double pace = held_.Pace();
  if (pace >= 1) return step;
  paced_ = step;
  paced_.step_time = step.step_time / pace;
  paced_.breakdown = {};
  AddScaled(step.breakdown, 1 / pace, &paced_.breakdown);
  for (PowerPhase& phase : paced_.phases) phase.seconds /= pace;
  return paced_;
}

void TrainingJob::Start() {
  HR_CHECK(!running_, params_.name);
  if (const DataPlan& data = params_.data; data.store != nullptr)
    data_stream_ = data.store->OpenStream(data.step, data.step.bytes / AtClock(1.0).step_time,
                                          [this](double rate) { SetDataSeconds(params_.data.step.bytes / rate); });
  running_ = true;
  started_ = settled_ = engine_.now();
  step_start_ = started_.seconds();
  current_ = &Current();
  due_ = started_ + Duration::FromSeconds(params_.checkpoint.every);
  ScheduleFault();
  Schedule();
}

void TrainingJob::Schedule() {
  if (end_event_.valid()) engine_.Cancel(end_event_);
  end_event_ = {};
  if (mode_ != Mode::kTraining) return;
  ScheduleCheckpoint();
  if (params_.steps == 0) return;
  const double left = (double(params_.steps - completed_) - done_) * current_->step_time;
  const auto ns = static_cast<std::int64_t>(std::ceil(std::max(0.0, left) * 1e9));
  end_event_ = engine_.After(Duration::Ns(ns), Phase::kCompletion, [this] { Finish(); });
}

void TrainingJob::OnClock(Instant now) {
  if (!running_) return;
  Settle(now);
  current_ = &Current();
  Schedule();
}

void TrainingJob::SetDataSeconds(double seconds) {
  if (running_) Settle(engine_.now());
  params_.data_seconds = seconds;
  if (!running_) return;
  current_ = &AtClock(held_.Clock());
  Schedule();
}

void TrainingJob::SetUplinkStretch(double stretch) { SetStretch(&stretch_, stretch); }
void TrainingJob::SetNicStretch(double stretch) { SetStretch(&nic_stretch_, stretch); }

void TrainingJob::SetStretch(double* which, double stretch) {
  if (stretch == *which) return;
  if (running_) Settle(engine_.now());
  *which = stretch;
  if (!running_) return;
  current_ = &Current();
  Schedule();
}

void TrainingJob::Finish() {
  end_event_ = {};
  Settle(engine_.now());
  // The end is rounded up to a nanosecond; what rounding may leave of the last step is done.
  if (completed_ < params_.steps) {
    HR_CHECK(completed_ + 1 == params_.steps && done_ > 1 - 1e-6, params_.name, completed_, done_);
    AddScaled(current_->breakdown, 1 - done_, &step_parts_);
    Record(step_start_, step_spent_ + (1 - done_) * current_->step_time, step_parts_, 1);
    done_ = 0;
  }
  CancelEvents();
  if (fault_event_.valid()) engine_.Cancel(fault_event_);
  running_ = false;
  if (data_stream_ != 0) params_.data.store->Cancel(data_stream_);
  if (on_end_) on_end_();
}

void TrainingJob::Record(double start, double duration, const StepBreakdown& breakdown,
                         std::uint64_t count) {
  if (count == 0) return;
  runs_.push_back({completed_, start, duration, count, breakdown});
  completed_ += count;
}

/// Moves the job on by `seconds` at the present clock.
void TrainingJob::Advance(double seconds) {
  const double t = current_->step_time;
  double ahead = done_ + seconds / t;
  // A share this near to one is the step's end: clocks count whole nanoseconds.
  if (std::abs(ahead - std::round(ahead)) * t < 0.5e-9) ahead = std::round(ahead);
  if (params_.steps > 0) ahead = std::min(ahead, double(params_.steps - completed_));
  if (ahead < 1) {
    AddScaled(current_->breakdown, ahead - done_, &step_parts_);
    step_spent_ += (ahead - done_) * t;
    done_ = ahead;
    return;
  }
  if (step_spent_ > 0) {
    AddScaled(current_->breakdown, 1 - done_, &step_parts_);
    const double duration = step_spent_ + (1 - done_) * t;
    Record(step_start_, duration, step_parts_, 1);
    step_start_ += duration;
    ahead -= 1;
  }
  const double whole = std::floor(ahead);
  Record(step_start_, t, current_->breakdown, static_cast<std::uint64_t>(whole));
  step_start_ += whole * t;
  done_ = ahead - whole;
  step_spent_ = done_ * t;
  step_parts_ = {};
  AddScaled(current_->breakdown, done_, &step_parts_);
}

/// The phases of `seconds` from where the step under way stands, to every port that wants them.
void TrainingJob::TellPhases(double start, double seconds) {
  held_.Metered(current_->mean_watts * seconds);
  const std::vector<PowerPhase>& phases = current_->phases;
  double skip = done_ * current_->step_time;
  for (std::size_t i = 0; seconds > 0; i = (i + 1) % phases.size()) {
    const double left = phases[i].seconds - skip;
    skip = std::max(0.0, skip - phases[i].seconds);
    if (left <= 0) continue;
    const double length = std::min(left, seconds);
    held_.Phase({start, length, phases[i].watts, phases[i].active});
    start += length;
    seconds -= length;
  }
}

void TrainingJob::Settle(Instant now) {
  if (!running_ || now <= settled_) return;
  const double seconds = (now - settled_).seconds();
  settled_ = now;
  elapsed_ += seconds;
  const bool training = mode_ == Mode::kTraining;
  const double watts = training ? current_->mean_watts : params_.idle_watts;
  if (training) {
    // With a node gone, or while it waits, what the meters hold counts as constant between couplings.
    if (held_.wants_phases() && held_.present() == held_.count()) TellPhases(now.seconds() - seconds, seconds);
    Advance(seconds);
    held_.AddTraffic(network::Traffic().Add(step_traffic_.total(), seconds / current_->step_time));
    trained_ += seconds / current_->step_time;
  } else {
    LostIn(mode_) += seconds;
  }
  held_.Add(seconds, watts, training ? current_->busy_share : 0.0);
  energy_ += held_.present() * watts * seconds;
  absent_seconds_ += (held_.count() - held_.present()) * seconds;
}

StepTraffic TrainingJob::sent() const {
  StepTraffic out;
  for (network::Traffic StepTraffic::*part : {&StepTraffic::tp, &StepTraffic::cp, &StepTraffic::ep, &StepTraffic::pp, &StepTraffic::dp})
    (out.*part).Add(step_traffic_.*part, trained_);
  return out;
}

TrainingResults TrainingJob::Results() const {
  TrainingResults out;
  out.steps = completed_;
  out.energy = energy_;
  out.elapsed_seconds = elapsed_;
  out.lost = lost_;
  out.failures = failures_;
  out.checkpoints = checkpoints_;
  const double per_step = model_.params().plan.tokens_per_step();
  out.tokens = per_step * completed_;
  Balance tokens(params_.name + ".tokens");
  tokens.In(per_step * completed_);
  std::vector<const StepRun*> order;
  for (const StepRun& r : runs_) {
    tokens.Out(per_step * r.count);
    out.productive_seconds += r.duration * r.count;
    out.lost.data += r.breakdown.data * r.count;
    order.push_back(&r);
  }
  tokens.Assert(1e-12);
  out.productive_seconds += step_spent_ * (running_ ? 1 : 0);
  out.lost.data += running_ ? step_parts_.data : 0.0;
  out.productive_seconds -= out.lost.data;
  // Ends of steps and checkpoints are rounded to nanoseconds.
  Balance time(params_.name + ".time");
  time.In(elapsed_);
  time.Out(out.productive_seconds + out.lost.total());
  time.Assert(1e-5);
  out.goodput = elapsed_ > 0 ? std::min(1.0, out.productive_seconds / elapsed_) : 1;
  std::stable_sort(order.begin(), order.end(),
                   [](const StepRun* a, const StepRun* b) { return a->duration < b->duration; });
  std::uint64_t seen = 0;
  for (const StepRun* r : order) {
    seen += r->count;
    if (2 * seen >= completed_) {
      out.step_time = r->duration;
      out.breakdown = r->breakdown;
      break;
    }
  }
  return out;
}

}  // namespace headroom::training
