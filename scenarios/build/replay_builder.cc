#include <fmt/format.h>

#include <utility>

#include "models/training/replay/trace_replay.h"
#include "scenarios/build/kernel_choice.h"
#include "scenarios/build/work.h"
#include "scenarios/read/traces/chakra.h"

namespace headroom::scenario {
namespace {

using training::RankTrace;
using training::ReplayGraph;

class ReplayWork final : public Work {
 public:
  ReplayWork(const WorkSite& site, ReplayGraph graph)
      : name_(site.workload.name()), graph_(std::move(graph)) {
    const catalog::Accelerator& chip = *site.system.accelerator;
    training::TraceReplayParams params;
    params.name = name_;
    params.tdp = chip.tdp();
    params.power = training::PowerSharesOf(chip);
    for (const PortRun& run : site.ports) params.parts.push_back({run.port, run.accelerators, run.host_load});
    replay_ = std::make_unique<training::TraceReplay>(site.engine, graph_, std::move(params),
                                                      [this] { on_done_(); });
  }
  std::string Size() const override {
    return fmt::format("replays {} nodes of {} ranks, at least {:.3g} s", graph_.node_count(),
                       graph_.rank_count(), *ExpectedSeconds());
  }
  std::optional<double> ExpectedSeconds() const override {
    return static_cast<double>(graph_.least) * 1e-9;
  }
  void Start(std::function<void()> on_done) override {
    on_done_ = std::move(on_done);
    replay_->Start();
  }
  Settler& settler() override { return *replay_; }
  double Energy() const override { return replay_->Results().energy; }
  double Held() const override { return replay_->Results().held; }
  void SetMetrics(MetricSet& m) const override {
    const training::ReplayResults r = replay_->Results();
    const std::string at = "workloads." + name_ + ".";
    if (!replay_->running()) m.Set(at + "makespan", r.makespan, "s");
    m.Set(at + "nodes", graph_.node_count(), "1");
    if (r.held == 0) return;
    m.Set(at + "computing", r.computing / r.held, "1");
    m.Set(at + "communicating", r.communicating / r.held, "1");
  }

 private:
  std::string name_;
  ReplayGraph graph_;
  std::unique_ptr<training::TraceReplay> replay_;
  std::function<void()> on_done_;
};

/// What large kernels of the chip reach.
training::Roofline RooflineOf(const compute::KernelModel& kernels, compute::Precision precision) {
  constexpr double kSide = 8192, kBytes = 1e9;
  const compute::KernelCost product = kernels.Gemm({kSide, kSide, kSide, 1}, precision);
  training::Roofline r;
  r.launch = kernels.Elementwise(0).seconds;
  r.rate = 2 * kSide * kSide * kSide / product.seconds * kernels.training_gemm_derate();
  r.bandwidth = kBytes / (kernels.Elementwise(kBytes).seconds - r.launch);
  r.host_link = kernels.accelerator().host_link();
  return r;
}

/// `f()`, its ConfigErrors turned into errors at `path`; nothing after one.
template <class F>
auto Try(const BuildContext& context, const std::string& path, F f)
    -> std::optional<decltype(f())> {
  try {
    return f();
  } catch (const ConfigError& e) {
    if (e.findings().empty()) context.Error(path, e.what());
    for (const Finding& finding : e.findings()) context.Error(path, finding.message);
    return std::nullopt;
  }
}

/// Traces that lack what the chosen `compute` goes by would replay as if computation took no time.
void WarnOfNoTime(const BuildContext& context, const std::string& path,
                  const std::vector<RankTrace>& traces, bool modelled) {
  bool recorded = false, sized = false;
  for (const RankTrace& trace : traces)
    for (const training::TraceNode& n : trace.nodes) {
      if (n.host || n.kind != training::NodeKind::kCompute) continue;
      recorded |= n.recorded > 0;
      sized |= n.sized;
    }
  if (!modelled && sized && !recorded)
    context.Warning(
        path + ".compute",
        "no computation has a recorded duration; `modelled` would take num_ops and tensor_size");
  if (modelled && recorded && !sized)
    context.Warning(path + ".compute",
                    "no computation has num_ops or tensor_size; durations are as recorded");
}

std::vector<RankTrace> ReadAll(const std::vector<std::string>& files) {
  std::vector<RankTrace> traces;
  for (std::size_t rank = 0; rank < files.size(); ++rank)
    traces.push_back(
        DecodeChakra(ReadTraceBytes(files[rank]), files[rank], static_cast<std::uint32_t>(rank)));
  return traces;
}

}  // namespace

Claim ClaimReplay(const schema::Workload&, const std::string& path) {
  return {path + ".trace.files", "", 0};
}

std::uint32_t ReplayRanks(const schema::Workload& workload, const std::string& folder) {
  try {
    return static_cast<std::uint32_t>(TraceFiles(workload.trace().files(), folder).size());
  } catch (const ConfigError&) {
    return 1;  // the builder says what is wrong
  }
}

std::unique_ptr<Work> BuildReplay(const WorkSite& site) {
  const BuildContext& context = site.context;
  const schema::TraceReplay& t = site.workload.trace();
  const std::string path = site.path + ".trace";
  training::ReplayGraphParams params;
  params.fabric = site.fabric;
  params.modelled = t.compute() == "modelled";
  if (params.modelled) {
    const catalog::Accelerator& chip = *site.system.accelerator;
    const compute::KernelModel kernels(
        chip, ChooseKernels(context, chip, "", path,
                            {"transformer-engine", "primus", "maxtext", "neuron"}));
    const compute::Precision precision = compute::PrecisionFromName(t.precision());
    if (!kernels.Supports(precision)) {
      context.Error(path + ".precision",
                    fmt::format("{} has no {} rate", chip.name(), t.precision()));
      return nullptr;
    }
    params.roofline = RooflineOf(kernels, precision);
  }
  if (!t.groups().empty()) {
    const std::string file =
        t.groups().front() == '/' ? t.groups() : site.folder + "/" + t.groups();
    auto groups = Try(context, path + ".groups", [&] { return ReadGroups(file); });
    if (!groups) return nullptr;
    params.groups = std::move(*groups);
  }
  auto traces =
      Try(context, path + ".files", [&] { return ReadAll(TraceFiles(t.files(), site.folder)); });
  if (!traces) return nullptr;
  for (const RankTrace& trace : *traces)
    if (trace.callers > 0)
      context.Warning(
          path + ".files",
          fmt::format("{}: {} control dependencies name callers, not what a node waits for; "
                      "they are left out",
                      trace.file, trace.callers));
  WarnOfNoTime(context, path, *traces, params.modelled);
  auto graph =
      Try(context, path + ".files", [&] { return ReplayGraph(std::move(*traces), params); });
  if (!graph) return nullptr;
  return std::make_unique<ReplayWork>(site, std::move(*graph));
}

}  // namespace headroom::scenario
