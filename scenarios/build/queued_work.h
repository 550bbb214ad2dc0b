#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/build/work.h"

namespace headroom::scenario {

/// Training or serving that queues as one job among those of a workload of jobs: it is built on the accelerators that it gets, at
/// the moment at which it gets them, so that its speed is what their place in the fabric gives. Until then a stand-in on the first
/// accelerators of the workload says what it is and whether it fits.
///
/// Training that is preempted, or whose node fails, is built anew where it starts again and goes on from what was safe. Serving is not
/// moved: it keeps its accelerators until it is done.
class QueuedWork final : public Work {
 public:
  using Site = std::function<WorkSite(const std::vector<Slice>& held)>;
  /// `all` are the slices of the jobs' workload.
  QueuedWork(const schema::Workload& workload, std::vector<Slice> all, std::uint32_t units, Site site, Engine& engine, std::unique_ptr<Work> stand_in,
             std::unique_ptr<std::vector<Slice>> stand_in_slices);

  const std::string& name() const { return name_; }
  const schema::Queued& queued() const { return queued_; }
  std::uint32_t units() const { return units_; }
  /// What the scheduler is told that it takes [s]; nothing where neither the scenario nor the model says.
  std::optional<double> estimate() const;
  /// Starts it on these units of the jobs' workload; `on_end` is called at its end. One that was stopped before goes on `restart` s later.
  void Begin(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& runs, double restart, std::function<void()> on_end);
  bool moves() const { return stand_in_->resumable() != nullptr; }
  /// Takes it off its units; as Resumable::Stop().
  void Leave(bool keep, Instant since);
  /// It left for good, before its end.
  void GiveUp();
  /// Running: as Resumable's.
  void Stall();
  void SetStragglerPace(double pace);
  /// W of one of its accelerators.
  double watts() const { return watts_; }
  void set_watts(double watts) { watts_ = watts; }

  /// Called when it has its accelerators, before it starts.
  void OnPlaced(std::function<void(const std::vector<Slice>& held)> watcher) { on_placed_ = std::move(watcher); }

  std::string Size() const override { return shown().Size() + ", queued"; }
  std::optional<std::string> Verdict() const override { return stand_in_->Verdict(); }
  std::optional<double> ExpectedSeconds() const override;
  void Start(std::function<void()> on_done) override { on_done_ = std::move(on_done); }
  Settler& settler() override { return settler_; }
  std::optional<double> Tokens() const override { return shown().Tokens(); }
  std::optional<QueueState> Queue() const override { return work_ ? work_->Queue() : stand_in_->Queue() ? std::optional(QueueState{}) : std::nullopt; }
  void SetMetrics(MetricSet& metrics) const override;
  void WriteTables(Recorder& recorder) const override { if (ran()) ran()->WriteTables(recorder); }
  std::vector<WorkEvent> Events() const override;
  double PricedTokens() const override { return ran() ? ran()->PricedTokens() : 0.0; }
  double Energy() const override { return ran() ? ran()->Energy() : 0.0; }
  double Held() const override { return ran() ? ran()->Held() : 0.0; }
  UplinkUse uplink_use() const override { return work_ ? work_->uplink_use() : UplinkUse{}; }
  void SetUplinkStretch(double stretch) override { if (work_) work_->SetUplinkStretch(stretch); }
  void SetFabricLoss(const FabricLoss& loss, Instant now) override { if (work_) work_->SetFabricLoss(loss, now); }
  bool tells_traffic() const override { return stand_in_->tells_traffic(); }
  void AddTraffic(std::vector<PartTraffic>* parts) const override { if (ran()) ran()->AddTraffic(parts); }
  std::vector<KindTraffic> TrafficByKind() const override { return ran() ? ran()->TrafficByKind() : std::vector<KindTraffic>{}; }
  const training::StepModel* step_model() const override { return stand_in_->step_model(); }

 private:
  struct Delegate final : Settler {
    Settler* inner = nullptr;
    void Settle(Instant now) override { if (inner) inner->Settle(now); }
  };
  const Work* ran() const { return work_ ? work_.get() : past_.empty() ? nullptr : past_.back().get(); }
  const Work& shown() const { return ran() ? *ran() : *stand_in_; }

  std::string name_;
  const schema::Queued& queued_;
  const schema::Workload& workload_;
  std::vector<Slice> all_, held_;
  std::uint32_t units_;
  Site site_;
  Engine& engine_;
  std::unique_ptr<std::vector<Slice>> stand_in_slices_;
  std::unique_ptr<Work> stand_in_, work_;
  std::vector<std::unique_ptr<Work>> past_;  ///< stopped; ports still know them
  double watts_ = 0.0;
  Delegate settler_;
  std::function<void()> on_done_;
  std::function<void(const std::vector<Slice>&)> on_placed_;
  std::optional<double> began_;  ///< s, first
  std::vector<WorkEvent> moves_;
};

/// Null after an error.
std::unique_ptr<QueuedWork> MakeQueuedWork(const BuildContext& context, const schema::Workload& workload, const std::vector<Slice>& all,
                                           const QueuedWork::Site& site);

}  // namespace headroom::scenario
