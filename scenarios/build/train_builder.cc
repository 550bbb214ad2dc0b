#include <fmt/format.h>

#include <utility>

#include "models/training/nearest_fit.h"
#include "models/training/step_model.h"
#include "models/training/training_job.h"
#include "scenarios/build/kernel_choice.h"
#include "scenarios/build/train_recovery.h"
#include "scenarios/build/train_routing.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {
namespace {

training::ParallelPlan PlanOf(const schema::Train& t) {
  training::ParallelPlan p;
  const schema::Parallelism& a = t.parallelism();
  p.tp = a.tp();
  p.pp = a.pp();
  p.virtual_stages = a.virtual_stages();
  p.cp = a.cp();
  p.ep = a.ep();
  p.etp = a.etp();
  p.dp = a.dp();
  p.zero = a.zero();
  p.sequence_parallel = a.sequence_parallel();
  p.schedule = !t.pipeline().empty()      ? training::ScheduleFromName(t.pipeline())
               : a.virtual_stages() > 1   ? training::Schedule::kInterleaved1f1b
                                          : training::Schedule::k1f1b;
  p.recompute = training::RecomputeFromName(t.recompute());
  p.overlap = {t.overlap().tp(), t.overlap().pp(), t.overlap().grad_reduce(), t.overlap().param_gather(),
               t.overlap().cp(), t.overlap().ep()};
  for (const std::string& module : t.recompute_modules()) training::AddModule(module, &p.again);
  p.graphs = training::GraphsFromName(t.graphs());
  p.experts.dispatcher = training::DispatcherFromName(t.moe().dispatcher());
  p.experts.dispatch_bytes = t.moe().dispatch_precision() == "fp8" ? 1 + 1.0 / 32 : 2;
  p.experts.domains_per_token = t.moe().domains_per_token();
  p.context = training::ContextKindFromName(a.context());
  p.adapter = {t.lora().rank(), t.lora().feed_forward()};
  const schema::OffloadPlan& off = t.offload();
  p.offload = {training::PlaceFromName(off.optimizer()), training::PlaceFromName(off.parameters()), off.link(),
               off.host_memory(), off.nvme()};
  p.packing = {t.packing().mean_length(), t.packing().deviation()};
  if (t.has_jitter())
    p.jitter = {training::DistributionFromName(t.jitter().distribution()), t.jitter().deviation(), t.jitter().share()};
  p.micro_batch = t.micro_batch();
  p.global_batch = t.global_batch();
  p.sequence = t.sequence();
  p.precision = compute::PrecisionFromName(t.precision());
  p.layout.assign(t.layout().begin(), t.layout().end());
  return p;
}

class TrainingWork final : public Work {
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
    for (const PortRun& run : site.ports) job.parts.push_back({run.port, run.accelerators});
    FillRecovery(site, model_.params(), &job);
    tells_ = job.checkpoint.store != nullptr || job.faults.next != nullptr;
    job_ = std::make_unique<training::TrainingJob>(engine_, model_, std::move(job), [this] { on_done_(); });
  }

  std::string Size() const override {
    return fmt::format("trains {} on {} accelerators, {} of {:.3g} s", model_.params().model.name, accelerators_,
                       steps_ ? fmt::format("{} steps", steps_) : "steps", full_clock_.step_time);
  }
  std::optional<std::string> Verdict() const override {
    if (full_clock_.memory.fits) return std::nullopt;
    const auto near = training::FindNearestFit(model_.params(), kernels_);
    if (!near) return full_clock_.memory.text + "; no plan within three changes fits";
    return fmt::format("{}; the nearest plan that fits: {} ({:.3g} s a step, {:.1f} GiB)", full_clock_.memory.text,
                       near->changes, near->step_time, near->memory / (1024.0 * 1024 * 1024));
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
    const double part = job_->running() ? job_->offset() / job_->step().step_time : 0.0;
    return job_->tokens() + part * full_clock_.tokens + job_->undone() * full_clock_.tokens;
  }
  const training::StepModel* step_model() const override { return &model_; }
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
      {"bubble", b.bubble},         {"optimizer", b.optimizer},   {"stall", b.stall + b.data}};
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
  const schema::Train& t = site.workload.train();
  const std::string path = site.path + ".train";
  const catalog::Llm sheet = context.library.Resolve(t.model());
  const auto problems = llm::Check(sheet);
  for (const auto& p : problems) context.Error(path + ".model." + p.field, p.message);
  if (!problems.empty()) return nullptr;

  const catalog::Accelerator& chip = *site.system.accelerator;
  const catalog::Kernels& profile = ChooseKernels(context, chip, t.stack(), path + ".stack",
                                                  {"transformer-engine", "primus", "maxtext", "neuron"});
  compute::KernelModel kernels(chip, profile);

  training::StepParams params;
  params.model = llm::Resolve(sheet);
  const training::ParallelPlan written = PlanOf(t);
  params.plan = training::Resolve(written, site.accelerators);
  const auto broken = training::Check(params.plan, params.model, site.accelerators);
  for (const auto& p : broken) context.Error(path + "." + p.field, p.message);
  if (!kernels.Supports(params.plan.precision)) {
    context.Error(path + ".precision", fmt::format("{} has no {} rate", chip.name(), t.precision()));
    return nullptr;
  }
  if (!broken.empty()) return nullptr;
  params.plan.experts.busiest = BusiestOf(site, params.model, params.plan.ep);
  params.fabric = site.fabric;
  params.framework = training::FrameworkFor(params.plan.precision);
  params.linear_derate = params.half_derate = profile.training_gemm_derate();
  params.memory_capacity = chip.memory().capacity();
  params.tdp = chip.tdp();
  params.power = training::PowerSharesOf(chip);
  params.power_limit = site.system.power_limit;
  return std::make_unique<TrainingWork>(site, std::move(kernels), std::move(params));
}

}  // namespace headroom::scenario
