#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/training/held_accelerators.h"
#include "models/training/recovery.h"
#include "models/training/step_model.h"
#include "models/training/step_traffic.h"
#include "sim/core/random.h"
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
  ShrinkPlan shrink;  ///< of Reaction::kShrink
};

/// `count` equal steps one after the other.
struct StepRun {
  std::uint64_t first_index = 0;
  double start = 0;     ///< s from the run's start
  double duration = 0;  ///< s of one step
  std::uint64_t count = 0;
  StepBreakdown breakdown;
  double tokens = 0;  ///< of one step
  /// s of one step that brought it on.
  double productive() const { return duration - breakdown.data - breakdown.straggler - breakdown.shrunk; }
};

struct TrainingResults {
  std::uint64_t steps = 0;
  double tokens = 0;
  double step_time = 0;     ///< median, lower of two
  StepBreakdown breakdown;  ///< of that step
  double productive_seconds = 0;  ///< in steps that still count, waits and what fewer replicas cost taken off
  double elapsed_seconds = 0;
  double goodput = 1;  ///< productive over elapsed
  double energy = 0;   ///< J over all its accelerators
  LostTime lost;       ///< elapsed less productive
  std::uint64_t failures = 0;
  std::uint64_t checkpoints = 0;  ///< written to the store
  std::vector<std::uint64_t> tier_copies = {};  ///< written, by tier
  std::uint64_t corruptions = 0;  ///< seen
  bool corrupted = false;         ///< the state at the end holds wrong results that nobody has seen
};

/// A training job on the engine. Steps are worked out once per clock share (rounded to 1e-4) and
/// repeated by arithmetic: there is an event where the job starts, where a clock changes and where
/// it ends, none per step. The slowest clock of its ports sets the pace; a step under way when it
/// changes keeps its share done. Power at the meters is the mean of the step; a port that wants phases
/// gets the step's phases one after the other (all stages alike, in phase) while all nodes are there. Checkpoints and faults (recovery.h)
/// add their own events; a fault takes the job back to the newest copy that is left, and what it
/// undid leaves steps(). While the job waits its accelerators draw `idle_watts`; those of a lost
/// node are not held; those of a replica that lacks a node idle.
///
/// A shrunk job grows again at the end of the step under way when nodes that make another replica are there: it saves its
/// state, restarts on all of them and reads it.
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
  /// A slow node of the place where it runs: it goes at this pace. 1: none.
  void SetStragglerPace(double pace);
  /// Its accelerators are out of order, and it makes no progress until Stop().
  void Stall();
  /// Takes its accelerators away. It keeps all whole steps, or goes back to the newest copy from before `since` [s] that another
  /// place can read, and so in neither case to what its nodes hold.
  void Stop(bool keep, double since);
  /// Before Start(): goes on where `before` was stopped, on new accelerators, `restart` s after its start; its figures go on too.
  void ContinueFrom(const TrainingJob& before, double restart);
  bool running() const { return running_; }
  /// After Settle(). @throws InternalError if tokens or times do not add up.
  TrainingResults Results() const;
  const std::vector<StepRun>& steps() const { return runs_; }
  /// The step at the clock that holds now, and how far into it the job is [s].
  const StepResult& step() const { return *current_; }
  double offset() const { return done_ * current_->step_time; }
  const std::string& name() const { return params_.name; }
  /// Tokens of steps that count, whole ones.
  double tokens() const { return tokens_; }
  /// Tokens so far, whatever became of them: of the step under way in proportion, and undone ones too.
  double tokens_passed() const { return tokens_ + done_ * step_tokens_ + undone_tokens_; }
  /// Steps that faults undid, parts included.
  double undone() const { return undone_; }
  std::uint32_t replicas() const { return replicas_; }  ///< data parallel, that run now
  double energy() const { return energy_; }  ///< J
  /// What its accelerators sent so far, steps that faults undid included.
  const StepTraffic& sent() const { return sent_; }
  /// Accelerator-seconds; those of lost nodes are not held.
  double held_seconds() const { return held_seconds_; }
  const std::vector<JobEvent>& events() const { return events_; }

 private:
  enum class Mode { kTraining, kSaving, kDetecting, kWaiting, kRestarting, kLoading };
  struct Corruption {
    std::uint32_t node = 0;
    double since = 0;   ///< s, of what is wrong
    bool there = true;  ///< the node still computes for the job
    EventId seen;
  };

  const StepResult& AtClock(const StepModel& model, double clock);
  const StepResult& Current();
  void OnClock(Instant now);
  void SetStretch(double* which, double stretch);
  void Schedule();
  void ScheduleEnd();
  void Finish();
  void Advance(double seconds);
  void TellPhases(double start, double seconds);
  void Record(double start, double duration, const StepBreakdown& breakdown, std::uint64_t count);
  // training_job_checkpoint.cc
  bool saves() const { return params_.checkpoint.store != nullptr || !params_.checkpoint.tiers.empty(); }
  void SetDues();
  void ScheduleCheckpoint();
  void BeginCheckpoint();
  void EndCheckpoint();
  void StartWriting();
  void DrainTiers();
  void Drained();
  void CancelDrains();
  // training_job_recovery.cc
  void Resume();
  void ScheduleFault();
  void OnFault();
  void Lose(std::uint32_t node, bool returns);
  void RollBack(double* bucket);
  void OnDetected();
  void OnNodeReady(std::uint32_t node);
  void BeginRestart();
  void BeginLoading();
  void GoOn();
  void CancelEvents();
  double& LostIn(Mode mode);
  void Pause(Mode mode, double seconds, void (TrainingJob::*then)());
  // training_job_reaction.cc
  std::uint32_t Replicas(const StepModel** model) const;
  void UseReplicas();
  void GrowIfPossible();
  void ScheduleStraggler();
  void ScheduleSilent();
  void OnSeen(std::uint64_t id);

  Engine& engine_;
  const StepModel& model_;
  TrainingJobParams params_;
  HeldAccelerators held_;
  std::function<void()> on_end_;
  /// By number of replicas, clock in units of 1e-4, and stretch of the uplinks and of the NICs.
  std::map<std::tuple<std::uint32_t, std::int64_t, double, double>, StepResult> known_;
  double stretch_ = 1, nic_stretch_ = 1;
  const StepModel* now_model_;   ///< of the replicas that run now
  std::uint32_t replicas_;
  double step_tokens_;           ///< of a step now
  StepTraffic step_traffic_;     ///< likewise
  StepResult paced_;             ///< the step under way
  const StepResult* current_ = nullptr;
  bool running_ = false;
  bool stalled_ = false;
  Instant settled_;
  EventId end_event_;
  std::uint64_t completed_ = 0;
  double done_ = 0;           ///< share of the step under way
  double step_start_ = 0;     ///< s, where it began
  double step_spent_ = 0;     ///< s spent in it
  StepBreakdown step_parts_;  ///< of what is done of it
  double energy_ = 0, elapsed_ = 0, tokens_ = 0, held_seconds_ = 0;
  StepTraffic sent_;  ///< of steps undone too
  std::vector<StepRun> runs_;
  std::unique_ptr<DataReader> reader_;

  Mode mode_ = Mode::kTraining;
  EventId checkpoint_event_, pause_event_, fault_event_;
  std::vector<Instant> dues_;   ///< when each tier, and then the store, is due
  std::uint64_t transfer_ = 0;  ///< of a checkpoint that is not drained, under way; 0: none
  std::uint64_t drain_ = 0;     ///< to the store, from a tier
  std::vector<EventId> tier_writes_;  ///< to each tier but the first, under way
  EventId send_;                      ///< copies to other nodes
  Saved snapshot_;                    ///< that is being written
  CheckpointStock stock_;
  double resume_pause_ = 0;  ///< s from Start() until it reads its state
  failure::Interruption next_fault_;
  std::set<std::uint32_t> gone_;           ///< nodes that are away
  std::vector<std::uint32_t> to_replace_;  ///< of them, not asked for yet
  std::vector<std::pair<std::vector<std::uint32_t>, double>> to_repair_;  ///< nodes of a domain, and s until they are back
  std::uint32_t awaited_ = 0;
  bool grows_ = false;  ///< at the end of the step under way
  RandomStream straggler_stream_, silent_stream_;
  std::map<std::uint32_t, std::set<std::uint64_t>> slow_;  ///< what slows each node
  double outer_pace_ = 1;
  std::map<std::uint64_t, Corruption> corruptions_;  ///< not seen yet
  std::uint64_t last_id_ = 0;
  double undone_ = 0, undone_tokens_ = 0;
  std::uint64_t failures_ = 0, checkpoints_ = 0, seen_ = 0;
  std::vector<std::uint64_t> tier_copies_;
  LostTime lost_;
  std::vector<JobEvent> events_;
};

}  // namespace headroom::training
