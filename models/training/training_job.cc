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
  to->straggler += from.straggler * times;
  to->shrunk += from.shrunk * times;
}

std::uint32_t NodesOf(const HeldAccelerators& held, std::uint32_t per_node) { return (held.count() + per_node - 1) / per_node; }

}  // namespace

TrainingJob::TrainingJob(Engine& engine, const StepModel& model, TrainingJobParams params,
                         std::function<void()> on_end)
    : engine_(engine),
      model_(model),
      params_(std::move(params)),
      held_(params_.parts),
      on_end_(std::move(on_end)),
      now_model_(&model),
      replicas_(model.params().plan.dp),
      step_tokens_(model.params().plan.tokens_per_step()),
      step_traffic_(TrafficOfStep(model)),
      dues_(params_.checkpoint.tiers.size() + 1),
      tier_writes_(params_.checkpoint.tiers.size()),
      stock_(params_.checkpoint.tiers, NodesOf(held_, params_.faults.accelerators_per_node), params_.checkpoint.keep),
      straggler_stream_(params_.faults.seed, params_.faults.path + ".stragglers"),
      silent_stream_(params_.faults.seed, params_.faults.path + ".silent"),
      tier_copies_(params_.checkpoint.tiers.size()) {
  for (const HeldPart& part : params_.parts) {
    HR_CHECK(part.port != nullptr && part.accelerators <= part.port->accelerators, params_.name,
             part.accelerators);
    part.port->clock.Subscribe([this](Instant now, const double&) { OnClock(now); });
    part.port->pace.Subscribe([this](Instant now, const double&) { OnClock(now); });
  }
}

const StepResult& TrainingJob::AtClock(const StepModel& model, double clock) {
  const std::int64_t key = std::max<std::int64_t>(1, std::llround(clock * 1e4));
  const std::tuple at(model.params().plan.dp, key, stretch_, nic_stretch_);
  const auto it = known_.find(at);
  if (it != known_.end()) return it->second;
  StepResult step = Stretched(model.params(), model.Evaluate(std::min(1.0, key * 1e-4)), stretch_, nic_stretch_);
  return known_.emplace(at, std::move(step)).first->second;
}

/// The step at the clock and pace that hold: the ports' pace stretches all of it at the same power, a slow node or late data
/// have all wait.
const StepResult& TrainingJob::Current() {
  const double clock = held_.Clock(), pace = held_.Pace();
  paced_ = AtClock(*now_model_, clock);
  if (now_model_ != &model_) {
    const double share = step_tokens_ / model_.params().plan.tokens_per_step();
    paced_.breakdown.shrunk = paced_.step_time - share * AtClock(model_, clock).step_time;
  }
  if (pace < 1) {
    const StepBreakdown parts = paced_.breakdown;
    paced_.step_time /= pace;
    paced_.breakdown = {};
    AddScaled(parts, 1 / pace, &paced_.breakdown);
    for (PowerPhase& phase : paced_.phases) phase.seconds /= pace;
  }
  const auto wait = [this](double until, const char* what, double* part) {
    const double seconds = until - paced_.step_time;
    if (seconds <= 1e-9 * paced_.step_time) return;
    const double share = paced_.step_time / until;
    *part = seconds;
    paced_.mean_watts = paced_.mean_watts * share + params_.idle_watts * (1 - share);
    paced_.busy_share *= share;
    paced_.step_time = until;
    paced_.phases.push_back({what, seconds, params_.idle_watts, false});
  };
  double slow = outer_pace_;
  if (!slow_.empty()) slow = std::min(slow, params_.faults.stragglers.pace);
  wait(paced_.step_time / slow, "straggler", &paced_.breakdown.straggler);
  wait(params_.data_seconds, "data", &paced_.breakdown.data);
  return paced_;
}

void TrainingJob::Start() {
  HR_CHECK(!running_, params_.name);
  if (params_.data.store != nullptr) {
    reader_ = std::make_unique<DataReader>(engine_, params_.data, [this](double seconds) { SetDataSeconds(seconds); });
    reader_->Start(1 / AtClock(model_, 1.0).step_time);
  }
  running_ = true;
  // What was stopped elsewhere before has waited since.
  if (elapsed_ > 0) {
    const double gap = (engine_.now() - settled_).seconds();
    elapsed_ += gap;
    lost_.queue += gap;
  }
  settled_ = engine_.now();
  step_start_ = settled_.seconds();
  current_ = &Current();
  SetDues();
  ScheduleFault();
  ScheduleStraggler();
  ScheduleSilent();
  if (resume_pause_ > 0 || completed_ > 0) return Pause(Mode::kRestarting, resume_pause_, &TrainingJob::BeginLoading);
  Schedule();
}

void TrainingJob::Schedule() {
  if (end_event_.valid()) engine_.Cancel(end_event_);
  end_event_ = {};
  if (mode_ != Mode::kTraining || stalled_) return;
  ScheduleCheckpoint();
  if (params_.steps > 0) ScheduleEnd();
  if (reader_) reader_->SetPace(1 / current_->step_time);
}

void TrainingJob::ScheduleEnd() {
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
  current_ = &Current();
  Schedule();
}

void TrainingJob::SetStragglerPace(double pace) {
  if (pace == outer_pace_) return;
  if (running_) Settle(engine_.now());
  outer_pace_ = pace;
  if (!running_) return;
  current_ = &Current();
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
  CancelDrains();
  if (fault_event_.valid()) engine_.Cancel(fault_event_);
  running_ = false;
  if (reader_) reader_->Stop();
  if (on_end_) on_end_();
}

void TrainingJob::Record(double start, double duration, const StepBreakdown& breakdown,
                         std::uint64_t count) {
  if (count == 0) return;
  runs_.push_back({completed_, start, duration, count, breakdown, step_tokens_});
  completed_ += count;
  tokens_ += step_tokens_ * static_cast<double>(count);
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
  const bool training = mode_ == Mode::kTraining && !stalled_;
  double watts = training ? current_->mean_watts : params_.idle_watts, busy = training ? current_->busy_share : 0.0;
  const std::uint32_t here = held_.present();
  if (training && now_model_ != &model_ && here > 0) {
    // Replicas that lack a node idle.
    const double share = std::min(1.0, now_model_->params().plan.accelerators() / static_cast<double>(here));
    watts = watts * share + params_.idle_watts * (1 - share);
    busy *= share;
  }
  if (training) {
    // With a node gone, or while it waits, what the meters hold counts as constant between couplings.
    if (held_.wants_phases() && here == held_.count() && now_model_ == &model_) TellPhases(now.seconds() - seconds, seconds);
    Advance(seconds);
    const double steps = seconds / current_->step_time;
    held_.AddTraffic(network::Traffic().Add(step_traffic_.total(), steps));
    sent_.Add(step_traffic_, steps);
  } else if (stalled_) {
    lost_.detection += seconds;
  } else {
    LostIn(mode_) += seconds;
  }
  held_.Add(seconds, watts, busy);
  energy_ += here * watts * seconds;
  held_seconds_ += here * seconds;
}

TrainingResults TrainingJob::Results() const {
  TrainingResults out;
  out.steps = completed_;
  out.energy = energy_;
  out.elapsed_seconds = elapsed_;
  out.lost = lost_;
  out.failures = failures_;
  out.checkpoints = checkpoints_;
  out.tier_copies = tier_copies_;
  out.corruptions = seen_;
  out.corrupted = !corruptions_.empty();
  out.tokens = tokens_;
  Balance tokens(params_.name + ".tokens");
  tokens.In(tokens_);
  std::vector<const StepRun*> order;
  std::uint64_t counted = 0;
  const auto add_waits = [&](const StepBreakdown& parts, double times) {
    out.lost.data += parts.data * times;
    out.lost.straggler += parts.straggler * times;
    out.lost.shrunk += parts.shrunk * times;
    out.productive_seconds -= (parts.data + parts.straggler + parts.shrunk) * times;
  };
  for (const StepRun& r : runs_) {
    tokens.Out(r.tokens * r.count);
    HR_CHECK(r.first_index == counted, params_.name, r.first_index, counted);
    counted += r.count;
    out.productive_seconds += r.duration * r.count;
    add_waits(r.breakdown, r.count);
    order.push_back(&r);
  }
  HR_CHECK(counted == completed_, params_.name, counted, completed_);
  tokens.Assert(1e-12);
  if (running_) {
    out.productive_seconds += step_spent_;
    add_waits(step_parts_, 1);
  }
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
