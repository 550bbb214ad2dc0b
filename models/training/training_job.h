#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/training/held_accelerators.h"
#include "models/training/recovery.h"
#include "models/training/step_model.h"
#include "models/training/step_traffic.h"
#include "sim/engine/engine.h"
#include "sim/engine/port.h"

namespace headroom::training {

struct TrainingJobParams {
  std::string name;
  std::uint64_t steps = 0;  ///< 0: until the run ends
  std::vector<HeldPart> parts;
  double idle_watts = 0;    ///< of an accelerator of the job that waits
  double data_seconds = 0;  ///< s to read one step's data at the start; prefetched, so a step takes no less
  DataPlan data;            ///< sets data_seconds as it goes
  CheckpointPlan checkpoint;
  FaultPlan faults;
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
  double productive_seconds = 0;  ///< in steps that still count, waits for data taken off
  double elapsed_seconds = 0;
  double goodput = 1;  ///< productive over elapsed
  double energy = 0;   ///< J over all its accelerators
  LostTime lost;       ///< elapsed less productive
  std::uint64_t failures = 0;
  std::uint64_t checkpoints = 0;  ///< written
};

/// A training job on the engine. Steps are worked out once per clock share (rounded to 1e-4) and
/// repeated by arithmetic: there is an event where the job starts, where a clock changes and where
/// it ends, none per step. The slowest clock of its ports sets the pace; a step under way when it
/// changes keeps its share done. Power at the meters is the mean of the step; a port that wants phases
/// gets the step's phases one after the other (all stages alike, in phase) while all nodes are there. Checkpoints and faults (recovery.h)
/// add their own events; a fault takes the job back to the last checkpoint written, and what it
/// undid leaves steps(). While the job waits its accelerators draw `idle_watts`; those of a lost
/// node are not held. Left out: stragglers, shrinking to the nodes that are left.
class TrainingJob : public Settler {
 public:
  /// `engine`, `model` and the ports outlive the job. `on_end` is called at the end of its last
  /// step.
  TrainingJob(Engine& engine, const StepModel& model, TrainingJobParams params,
              std::function<void()> on_end = {});
  /// Takes its accelerators now.
  void Start();
  void Settle(Instant now) override;
  /// From now on what a step sends over the uplinks of leaves takes `stretch` times as long as alone.
  void SetUplinkStretch(double stretch);
  /// From now on all that a step sends over NICs takes at least so many times as long.
  void SetNicStretch(double stretch);
  /// From now on one step's data takes so long to read [s].
  void SetDataSeconds(double seconds);
  bool running() const { return running_; }
  /// After Settle(). @throws InternalError if tokens or times do not add up.
  TrainingResults Results() const;
  const std::vector<StepRun>& steps() const { return runs_; }
  /// The step at the clock that holds now, and how far into it the job is [s].
  const StepResult& step() const { return *current_; }
  double offset() const { return done_ * current_->step_time; }
  const std::string& name() const { return params_.name; }
  /// Tokens of steps that count, whole ones.
  double tokens() const { return model_.params().plan.tokens_per_step() * completed_; }
  /// Steps that faults undid, parts included.
  double undone() const { return undone_; }
  double energy() const { return energy_; }  ///< J
  /// What its accelerators sent so far, steps that faults undid included.
  StepTraffic sent() const;
  /// Accelerator-seconds; those of lost nodes are not held.
  double held_seconds() const { return elapsed_ * held_.count() - absent_seconds_; }
  const std::vector<JobEvent>& events() const { return events_; }

 private:
  enum class Mode { kTraining, kSaving, kDetecting, kWaiting, kRestarting, kLoading };

  const StepResult& AtClock(double clock);
  const StepResult& Current();
  void OnClock(Instant now);
  void SetStretch(double* which, double stretch);
  void Schedule();
  void Finish();
  void Advance(double seconds);
  void TellPhases(double start, double seconds);
  void Resume();
  void ScheduleCheckpoint();
  void BeginCheckpoint();
  void EndCheckpoint();
  void StartWriting();
  void ScheduleFault();
  void OnFault();
  void RollBack();
  void OnDetected();
  void OnNodeReady();
  void BeginRestart();
  void BeginLoading();
  void GoOn();
  void CancelEvents();
  double& LostIn(Mode mode);
  void Pause(Mode mode, double seconds, void (TrainingJob::*then)());
  void Record(double start, double duration, const StepBreakdown& breakdown, std::uint64_t count);

  Engine& engine_;
  const StepModel& model_;
  TrainingJobParams params_;
  HeldAccelerators held_;
  std::function<void()> on_end_;
  /// By clock in units of 1e-4, stretch of the uplinks and of the NICs, and s of one step's data.
  std::map<std::tuple<std::int64_t, double, double, double>, StepResult> known_;
  double stretch_ = 1, nic_stretch_ = 1;
  const StepResult* current_ = nullptr;
  StepResult paced_;  ///< the step under way where its pace is below 1
  bool running_ = false;
  Instant started_, settled_;
  EventId end_event_;
  std::uint64_t completed_ = 0;
  double done_ = 0;           ///< share of the step under way
  double step_start_ = 0;     ///< s, where it began
  double step_spent_ = 0;     ///< s spent in it
  StepBreakdown step_parts_;  ///< of what is done of it
  double energy_ = 0;
  StepTraffic step_traffic_;
  double trained_ = 0;  ///< steps, with those undone
  double elapsed_ = 0;
  std::vector<StepRun> runs_;

  Mode mode_ = Mode::kTraining;
  EventId checkpoint_event_, pause_event_, fault_event_;
  Instant due_;                 ///< when the next checkpoint may begin
  std::uint64_t transfer_ = 0;  ///< of a checkpoint, under way; 0: none
  std::uint64_t data_stream_ = 0;
  std::uint64_t snapshot_ = 0;  ///< steps in the checkpoint that is being written
  std::uint64_t saved_ = 0;     ///< steps in the last one written
  failure::Interruption next_fault_;
  std::uint32_t to_replace_ = 0, awaited_ = 0;  ///< nodes lost; asked for
  std::vector<std::pair<std::uint32_t, double>> to_repair_;  ///< nodes of a domain, and s until they are back
  double undone_ = 0;
  double absent_seconds_ = 0;
  std::uint64_t failures_ = 0, checkpoints_ = 0;
  LostTime lost_;
  std::vector<JobEvent> events_;
};

}  // namespace headroom::training
