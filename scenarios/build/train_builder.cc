#include <fmt/format.h>

#include <utility>

#include "models/training/search/nearest_plan.h"
#include "models/training/step_account.h"
#include "models/training/step_model.h"
#include "models/training/training_job.h"
#include "scenarios/build/train_recovery.h"
#include "scenarios/build/train_routing.h"
#include "scenarios/build/train_setup.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {
namespace {

class TrainingWork final : public Work, public Resumable {
 public:
  TrainingWork(const WorkSite& site, compute::KernelModel kernels, training::StepParams params)
      : name_(site.workload.name()),
        engine_(site.engine),
        kernels_(std::move(kernels)),
        model_(std::move(params), kernels_),
        full_clock_(model_.Evaluate()),
        steps_(site.workload.train().steps()),
        accelerators_(site.accelerators) {
    training::TrainingJobParams job;
    job.name = name_;
    job.steps = steps_;
    for (const PortRun& run : site.ports) job.parts.push_back({run.port, run.accelerators, run.host_load});
    FillRecovery(site, model_, full_clock_, &job);
    tells_ = job.checkpoint.store != nullptr || job.faults.next != nullptr;
    for (const training::CheckpointTier& t : job.checkpoint.tiers) tiers_.push_back(t.name);
    looks_for_corruption_ = job.faults.silent.rate > 0.0;
    job_ = std::make_unique<training::TrainingJob>(engine_, model_, std::move(job), [this] { on_done_(); });
  }

  std::string Size() const override {
    return fmt::format("trains {} on {} accelerators, {} of {:.3g} s", model_.params().model.name, accelerators_,
                       steps_ ? fmt::format("{} steps", steps_) : "steps", full_clock_.step_time);
  }
  std::optional<std::string> Verdict() const override {
    if (full_clock_.memory.fits) return std::nullopt;
    const auto nearest = training::NearestFittingPlan(model_.params(), kernels_);
    return full_clock_.memory.text +
           (nearest ? "; the nearest plan that fits: " + training::DifferenceText(model_.params().plan, *nearest)
                    : std::string("; no plan on as many accelerators fits"));
  }
  std::optional<double> ExpectedSeconds() const override {
    if (steps_ == 0) return std::nullopt;
    return static_cast<double>(steps_) * full_clock_.step_time;
  }
  void Start(std::function<void()> on_done) override {
    on_done_ = std::move(on_done);
    job_->Start();
  }
  Settler& settler() override { return *job_; }
  std::optional<double> Tokens() const override {
    return job_->tokens_passed();
  }
  UplinkUse uplink_use() const override {
    return {full_clock_.step_time, training::UplinkSeconds(model_.params(), full_clock_)};
  }
  void SetUplinkStretch(double stretch) override { job_->SetUplinkStretch(stretch); }
  void SetFabricLoss(const FabricLoss& loss, Instant) override { job_->SetNicStretch(loss.cut.empty() ? loss.nic : kCutOff); }
  bool tells_traffic() const override { return true; }
  void AddTraffic(std::vector<PartTraffic>* parts) const override {
    parts->push_back({0, accelerators_, job_->sent().total()});
  }
  std::vector<KindTraffic> TrafficByKind() const override {
    const training::StepTraffic t = job_->sent();
    return {{"tensor-parallel", t.tp}, {"context-parallel", t.cp}, {"expert-parallel", t.ep},
            {"pipeline", t.pp},        {"data-parallel", t.dp}};
  }
  const training::StepModel* step_model() const override { return &model_; }
  Resumable* resumable() override { return this; }
  std::optional<double> Watts() const override { return full_clock_.mean_watts; }
  void Stall() override { job_->Stall(); }
  void Stop(bool keep, Instant since) override { job_->Stop(keep, since.seconds()); }
  void ContinueFrom(Resumable& before, double restart) override { job_->ContinueFrom(*dynamic_cast<TrainingWork&>(before).job_, restart); }
  void SetStragglerPace(double pace) override { job_->SetStragglerPace(pace); }
  double PricedTokens() const override { return job_->tokens(); }
  double Energy() const override { return job_->energy(); }
  double Held() const override { return job_->held_seconds(); }
  std::vector<WorkEvent> Events() const override;
  void SetMetrics(MetricSet& m) const override;
  void WriteTables(Recorder& recorder) const override;

 private:
  std::string name_;
  Engine& engine_;
  compute::KernelModel kernels_;
  training::StepModel model_;
  training::StepResult full_clock_;
  std::uint64_t steps_;
  std::uint32_t accelerators_;
  bool tells_ = false;  ///< what it lost: it saves its state, or may fail
  bool looks_for_corruption_ = false;
  std::vector<std::string> tiers_;
  std::unique_ptr<training::TrainingJob> job_;
  std::function<void()> on_done_;
};

void TrainingWork::SetMetrics(MetricSet& m) const {
  const std::string at = "workloads." + name_ + ".";
  m.Set(at + "memory_peak", full_clock_.memory.fullest.total(), "B");
  if (!full_clock_.memory.fits) return;
  const training::TrainingResults r = job_->Results();
  m.Set(at + "steps", static_cast<double>(r.steps), "1");
  if (tells_) {
    m.Set(at + "failures", static_cast<double>(r.failures), "1");
    m.Set(at + "checkpoints", static_cast<double>(r.checkpoints), "1");
    const training::LostTime& l = r.lost;
    const std::pair<const char*, double> losses[] = {
        {"checkpoint", l.checkpoint}, {"redone", l.redone},   {"detection", l.detection}, {"waiting", l.waiting},
        {"restart", l.restart},       {"loading", l.loading}, {"data", l.data}};
    for (const auto& [cause, seconds] : losses) m.Set(at + "lost." + cause, seconds, "s");
    const std::pair<const char*, double> rare[] = {{"corrupted", l.corrupted}, {"straggler", l.straggler}, {"shrunk", l.shrunk}, {"queue", l.queue}};
    for (const auto& [cause, seconds] : rare)
      if (seconds > 0.0) m.Set(at + "lost." + cause, seconds, "s");
    for (std::size_t t = 0; t < tiers_.size(); ++t) m.Set(at + "tier_checkpoints." + tiers_[t], static_cast<double>(r.tier_copies[t]), "1");
    if (looks_for_corruption_) {
      m.Set(at + "corruptions_seen", static_cast<double>(r.corruptions), "1");
      m.Set(at + "corrupted", r.corrupted ? 1.0 : 0.0, "1");
    }
  }
  if (r.steps == 0) return;
  const double per_accelerator = r.step_time * accelerators_;
  m.Set(at + "step_time", r.step_time, "s");
  m.Set(at + "tokens_per_second_per_accelerator", full_clock_.tokens / per_accelerator, "1/s");
  m.Set(at + "model_flops_per_accelerator", full_clock_.model_flops / per_accelerator, "FLOP/s");
  m.Set(at + "hardware_flops_per_accelerator", full_clock_.hardware_flops / per_accelerator, "FLOP/s");
  m.Set(at + "model_flops_utilisation",
        full_clock_.model_flops / per_accelerator / kernels_.Peak(model_.params().plan.precision), "1");
  m.Set(at + "goodput", r.goodput, "1");
  const training::StepBreakdown& b = r.breakdown;
  const std::pair<const char*, double> parts[] = {
      {"compute", b.compute},       {"tp_exposed", b.tp_exposed}, {"cp_exposed", b.cp_exposed},
      {"ep_exposed", b.ep_exposed}, {"pp_exposed", b.pp_exposed}, {"dp_exposed", b.dp_exposed},
      {"bubble", b.bubble},         {"optimizer", b.optimizer},   {"stall", b.stall + b.data + b.straggler}};
  for (const auto& [part, seconds] : parts) m.Set(at + "time." + part, seconds, "s");
}

std::vector<WorkEvent> TrainingWork::Events() const {
  std::vector<WorkEvent> out;
  for (const training::JobEvent& e : job_->events()) out.push_back({e.time, e.kind, name_, e.what});
  return out;
}

void TrainingWork::WriteTables(Recorder& recorder) const {
  std::vector<std::int64_t> index;
  std::vector<double> start, duration;
  for (const training::StepRun& run : job_->steps())
    for (std::uint64_t i = 0; i < run.count; ++i) {
      index.push_back(static_cast<std::int64_t>(run.first_index + i));
      start.push_back(run.start + static_cast<double>(i) * run.duration);
      duration.push_back(run.duration);
    }
  recorder.WriteTable({"/workloads/" + name_ + "/steps",
                       "step",
                       {{"index", "1", "optimizer step, from 0", index, {}},
                        {"start", "s", "time from the start of the run", start, {}},
                        {"duration", "s", "length of the step", duration, {}}}});
}

}  // namespace

Claim ClaimTrain(const schema::Workload& workload, const std::string& path) {
  const schema::Train& t = workload.train();
  const schema::Parallelism& p = t.parallelism();
  Claim claim{path + ".train", t.accelerators().type(), t.accelerators().count()};
  if (claim.count == 0 && p.dp() > 0) claim.count = p.tp() * p.pp() * p.cp() * p.dp();
  return claim;
}

std::unique_ptr<Work> BuildTrain(const WorkSite& site) {
  const BuildContext& context = site.context;
  const std::string path = site.path + ".train";
  auto setup = MakeTrainSetup(context, site.workload.train(), path, *site.system.accelerator, site.fabric,
                              site.accelerators);
  if (!setup) return nullptr;
  const auto broken = training::Check(setup->params.plan, setup->params.model, site.accelerators);
  for (const auto& p : broken) context.Error(path + "." + p.field, p.message);
  if (!broken.empty()) return nullptr;
  setup->params.plan.experts.busiest = BusiestOf(context, site.workload.train().moe().routing(), site.path + ".train.moe.routing", site.folder, setup->params.model, setup->params.plan.ep);
  setup->params.power_limit = site.system.power_limit;
  return std::make_unique<TrainingWork>(site, std::move(setup->kernels), std::move(setup->params));
}

}  // namespace headroom::scenario
