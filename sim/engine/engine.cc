#include "sim/engine/engine.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/check.h"
#include "sim/engine/continuous.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/shared_clock.h"

namespace headroom {

namespace {
/// Thresholds that one system may report at one instant; more is a model that does not move on.
constexpr std::uint32_t kMaxThresholdsPerInstant = 1000;
}  // namespace

class Engine::Impl {
 public:
  struct Continuous {
    ContinuousSystem* system;
    Instant at;              ///< how far it is advanced
    EventId threshold = {};  ///< its next one
    bool touched = false;
    Instant last_threshold = Instant::Ns(-1);
    std::uint32_t repeats = 0;  ///< thresholds at `last_threshold`
  };

  void Run(Instant end, bool all) {
    HR_CHECK(!running_, now_.ns());
    const Raised running(&running_);
    stopped_ = false;
    end_ = end;
    Rearm();
    while (!stopped_ && (all ? queue_.size() > 0 || held() : queue_.Head() <= end || held())) {
      if (!held()) {
        RunAlone();
      } else if (RunCoupled()) {
        break;
      }
    }
    if (!stopped_ && !all) now_ = end;
  }

  EventId At(Instant when, Phase phase, Callback callback) {
    HR_CHECK(when >= now_, when.ns(), now_.ns());
    const EventId id{queue_.Push(when, static_cast<std::uint32_t>(phase), std::move(callback))};
    if (coupled_ && !clock_->in_timer() && when < clock_->armed()) clock_->Arm(when);
    return id;
  }

  void Settle(Continuous& c) {
    if (c.at == now_) return;
    const Duration step = now_ - c.at;
    c.at = now_;
    c.system->Advance(step);
  }

  void Touch(std::uint32_t place) {
    Settle(systems_[place]);
    if (!std::exchange(systems_[place].touched, true)) touched_.push_back(place);
  }

  bool held() const { return clock_ && clock_->held(); }

  EventQueue queue_;
  std::vector<Continuous> systems_;
  std::vector<std::uint32_t> touched_;
  std::unique_ptr<SharedClock> clock_;
  Instant now_;
  std::uint64_t events_run_ = 0;
  bool stopped_ = false;

  /// Runs inside SimGrid's timer: everything due at the armed instant, then arms for the next.
  void OnTimer() {
    const Instant due = clock_->due();
    while (queue_.size() > 0 && queue_.Head() <= due) {
      RunHead();
      if (stopped_) clock_->Leave();
    }
    reached_end_ = due >= end_;
    if (reached_end_ || !clock_->held()) clock_->Leave();
    clock_->Arm(std::min(queue_.Head(), end_));
  }

 private:
  /// True within a scope.
  struct Raised {
    explicit Raised(bool* flag) : flag_(flag) { *flag_ = true; }
    ~Raised() { *flag_ = false; }
    Raised(const Raised&) = delete;
    Raised& operator=(const Raised&) = delete;
    bool* flag_;
  };

  void RunHead() {
    now_ = queue_.Head();
    ++events_run_;
    struct Slot {
      EventQueue& queue;
      std::uint32_t index;
      ~Slot() { queue.Release(index); }
    } slot{queue_, queue_.Pop()};
    queue_.callback(slot.index)();
    if (!touched_.empty()) Rearm();
  }

  void RunAlone() {
    while (!stopped_ && queue_.size() > 0 && queue_.Head() <= end_ && !held()) RunHead();
  }

  /// Runs on SimGrid's clock until the end, a stop, or the last activity; true if the end was
  /// reached.
  bool RunCoupled() {
    const Raised coupled(&coupled_);
    reached_end_ = false;
    clock_->Arm(std::min(queue_.Head(), end_));
    clock_->Run();
    return reached_end_;
  }

  void Rearm() {
    for (std::size_t i = 0; i < touched_.size(); ++i) {
      const std::uint32_t place = touched_[i];
      systems_[place].touched = false;
      if (systems_[place].threshold.valid()) queue_.Cancel(systems_[place].threshold.value);
      systems_[place].threshold = {};
      const Duration wait = systems_[place].system->TimeToThreshold();
      HR_CHECK(wait >= Duration(), wait.ns());
      if (wait >= Instant::Max() - now_) continue;
      systems_[place].threshold =
          At(now_ + wait, Phase::kCompletion, [this, place] { Threshold(place); });
    }
    touched_.clear();
  }

  void Threshold(std::uint32_t place) {
    Continuous& c = systems_[place];
    c.threshold = {};
    c.repeats = c.last_threshold == now_ ? c.repeats + 1 : 0;
    c.last_threshold = now_;
    HR_CHECK(c.repeats < kMaxThresholdsPerInstant, place, now_.ns());
    Touch(place);
    systems_[place].system->OnThreshold(now_);
  }

  Instant end_;
  bool running_ = false;
  bool coupled_ = false;
  bool reached_end_ = false;
};

Engine::Engine() : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

Instant Engine::now() const { return impl_->now_; }

EventId Engine::At(Instant when, Phase phase, Callback callback) {
  return impl_->At(when, phase, std::move(callback));
}

EventId Engine::After(Duration delay, Phase phase, Callback callback) {
  return impl_->At(impl_->now_ + delay, phase, std::move(callback));
}

bool Engine::Cancel(EventId id) { return impl_->queue_.Cancel(id.value); }

void Engine::Add(ContinuousSystem* system) {
  system->place_ = static_cast<std::uint32_t>(impl_->systems_.size());
  impl_->systems_.push_back({.system = system, .at = impl_->now_});
  impl_->Touch(system->place_);
}

void Engine::Touch(ContinuousSystem* system) {
  HR_CHECK(system->place_ < impl_->systems_.size(), system->place_);
  impl_->Touch(system->place_);
}

void Engine::Settle(ContinuousSystem* system) {
  HR_CHECK(system->place_ < impl_->systems_.size(), system->place_);
  impl_->Settle(impl_->systems_[system->place_]);
}

void Engine::Run(Instant end) {
  HR_CHECK(end >= impl_->now_, end.ns(), impl_->now_.ns());
  impl_->Run(end, false);
}

void Engine::RunAll() { impl_->Run(Instant::Max(), true); }

void Engine::Stop() { impl_->stopped_ = true; }

std::uint64_t Engine::events_run() const { return impl_->events_run_; }

std::size_t Engine::pending() const { return impl_->queue_.size(); }

SharedClock* Engine::shared_clock() { return impl_->clock_.get(); }

void Engine::Attach(std::unique_ptr<SharedClock> clock) {
  HR_CHECK(!impl_->clock_);
  impl_->clock_ = std::move(clock);
}

Callback Engine::on_timer() {
  return [impl = impl_.get()] { impl->OnTimer(); };
}

}  // namespace headroom
