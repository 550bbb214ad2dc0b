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
  /// Starts it on these units of the jobs' workload; `on_end` is called at its end.
  void Begin(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& runs, std::function<void()> on_end);

  /// Called when it has its accelerators, before it starts.
  void OnPlaced(std::function<void(const std::vector<Slice>& held)> watcher) { on_placed_ = std::move(watcher); }

  std::string Size() const override { return shown().Size() + ", queued"; }
  std::optional<std::string> Verdict() const override { return stand_in_->Verdict(); }
  std::optional<double> ExpectedSeconds() const override;
  void Start(std::function<void()> on_done) override { on_done_ = std::move(on_done); }
  Settler& settler() override { return settler_; }
  std::optional<double> Tokens() const override { return shown().Tokens(); }
  std::optional<double> Outstanding() const override { return work_ ? work_->Outstanding() : stand_in_->Outstanding() ? std::optional(0.0) : std::nullopt; }
  void SetMetrics(MetricSet& metrics) const override;
  void WriteTables(Recorder& recorder) const override { if (work_) work_->WriteTables(recorder); }
  std::vector<WorkEvent> Events() const override;
  double PricedTokens() const override { return work_ ? work_->PricedTokens() : 0.0; }
  double Energy() const override { return work_ ? work_->Energy() : 0.0; }
  double Held() const override { return work_ ? work_->Held() : 0.0; }
  UplinkUse uplink_use() const override { return work_ ? work_->uplink_use() : UplinkUse{}; }
  void SetUplinkStretch(double stretch) override { if (work_) work_->SetUplinkStretch(stretch); }
  void SetFabricLoss(const FabricLoss& loss, Instant now) override { if (work_) work_->SetFabricLoss(loss, now); }
  bool tells_traffic() const override { return stand_in_->tells_traffic(); }
  void AddTraffic(std::vector<PartTraffic>* parts) const override { if (work_) work_->AddTraffic(parts); }
  std::vector<KindTraffic> TrafficByKind() const override { return work_ ? work_->TrafficByKind() : std::vector<KindTraffic>{}; }
  const training::StepModel* step_model() const override { return stand_in_->step_model(); }

 private:
  struct Delegate final : Settler {
    Settler* inner = nullptr;
    void Settle(Instant now) override { if (inner) inner->Settle(now); }
  };
  const Work& shown() const { return work_ ? *work_ : *stand_in_; }

  std::string name_;
  const schema::Queued& queued_;
  const schema::Workload& workload_;
  std::vector<Slice> all_, held_;
  std::uint32_t units_;
  Site site_;
  Engine& engine_;
  std::unique_ptr<std::vector<Slice>> stand_in_slices_;
  std::unique_ptr<Work> stand_in_, work_;
  Delegate settler_;
  std::function<void()> on_done_;
  std::function<void(const std::vector<Slice>&)> on_placed_;
  std::optional<double> began_;  ///< s
};

/// Null after an error.
std::unique_ptr<QueuedWork> MakeQueuedWork(const BuildContext& context, const schema::Workload& workload, const std::vector<Slice>& all,
                                           const QueuedWork::Site& site);

}  // namespace headroom::scenario
