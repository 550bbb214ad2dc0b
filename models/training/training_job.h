#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "models/training/held_accelerators.h"
#include "models/training/step_model.h"
#include "sim/engine/engine.h"
#include "sim/engine/port.h"

namespace headroom::training {

struct TrainingJobParams {
  std::string name;
  std::uint64_t steps = 0;  ///< 0: until the run ends
  std::vector<HeldPart> parts;
};

/// `count` equal steps one after the other.
struct StepRun {
  std::uint64_t first_index = 0;
  double start = 0;     ///< s from the run's start
  double duration = 0;  ///< s of one step
  std::uint64_t count = 0;
  StepBreakdown breakdown;
};

struct TrainingResults {
  std::uint64_t steps = 0;
  double tokens = 0;
  double step_time = 0;     ///< median, lower of two
  StepBreakdown breakdown;  ///< of that step
  double productive_seconds = 0;
  double elapsed_seconds = 0;
  double goodput = 1;  ///< productive over elapsed
  double energy = 0;   ///< J over all its accelerators
};

/// A training job on the engine. Steps are worked out once per clock share (rounded to 1e-4) and repeated by arithmetic:
/// there is an event where the job starts, where a clock changes and where it ends, none per step. The slowest clock of
/// its ports sets the pace; a step under way when it changes keeps its share done. Power at the meters is the mean
/// of the step; a port that wants phases gets the step's phases one after the other (all stages alike, in phase).
/// Left out: faults, checkpoints, data feeding, stragglers.
class TrainingJob : public Settler {
 public:
  /// `engine`, `model` and the ports outlive the job. `on_end` is called at the end of its last
  /// step.
  TrainingJob(Engine& engine, const StepModel& model, TrainingJobParams params,
              std::function<void()> on_end = {});
  /// Takes its accelerators now.
  void Start();
  void Settle(Instant now) override;
  bool running() const { return running_; }
  /// After Settle(). @throws InternalError if tokens do not add up.
  TrainingResults Results() const;
  const std::vector<StepRun>& steps() const { return runs_; }
  /// The step at the clock that holds now, and how far into it the job is [s].
  const StepResult& step() const { return *current_; }
  double offset() const { return done_ * current_->step_time; }
  const std::string& name() const { return params_.name; }

 private:
  const StepResult& AtClock(double clock);
  void OnClock(Instant now);
  void Schedule();
  void Finish();
  void Advance(double seconds);
  void TellPhases(double start, double seconds);
  void Record(double start, double duration, const StepBreakdown& breakdown, std::uint64_t count);

  Engine& engine_;
  const StepModel& model_;
  TrainingJobParams params_;
  HeldAccelerators held_;
  std::function<void()> on_end_;
  std::map<std::int64_t, StepResult> known_;  ///< by clock in units of 1e-4
  const StepResult* current_ = nullptr;
  bool running_ = false;
  Instant started_, settled_;
  EventId end_event_;
  std::uint64_t completed_ = 0;
  double done_ = 0;           ///< share of the step under way
  double step_start_ = 0;     ///< s, where it began
  double step_spent_ = 0;     ///< s spent in it
  StepBreakdown step_parts_;  ///< of what is done of it
  double energy_ = 0;
  double elapsed_ = 0;
  std::vector<StepRun> runs_;
};

}  // namespace headroom::training
