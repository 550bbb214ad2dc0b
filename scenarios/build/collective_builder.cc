#include <fmt/format.h>

#include "models/training/collective_job.h"
#include "models/training/step_params.h"
#include "scenarios/build/work.h"
#include "sim/config/quantity_text.h"

namespace headroom::scenario {
namespace {

/// "1GiB": the size as a metric's name has it.
std::string SizeName(double bytes) {
  constexpr std::pair<double, const char*> kUnits[] = {{0x1p40, "TiB"}, {0x1p30, "GiB"}, {0x1p20, "MiB"},
                                                       {0x1p10, "KiB"}, {1e12, "TB"},    {1e9, "GB"},
                                                       {1e6, "MB"},     {1e3, "kB"}};
  for (const auto& [unit, name] : kUnits)
    if (bytes >= unit && bytes / unit == static_cast<double>(static_cast<std::int64_t>(bytes / unit)))
      return fmt::format("{}{}", static_cast<std::int64_t>(bytes / unit), name);
  return fmt::format("{}B", bytes);
}

class CollectiveWork final : public Work {
 public:
  CollectiveWork(const WorkSite& site, training::CollectiveJobParams params)
      : name_(site.workload.name()), accelerators_(site.accelerators), operation_(site.workload.collective().operation()),
        repeat_(params.repeat) {
    job_ = std::make_unique<training::CollectiveJob>(site.engine, std::move(params), [this] { on_done_(); });
    for (const training::CollectiveRun& run : job_->runs()) seconds_ += run.cost.seconds * repeat_;
  }
  std::string Size() const override {
    return fmt::format("{} over {} accelerators, {} sizes", operation_, accelerators_, job_->runs().size());
  }
  std::optional<double> ExpectedSeconds() const override { return seconds_; }
  void Start(std::function<void()> on_done) override {
    on_done_ = std::move(on_done);
    job_->Start();
  }
  Settler& settler() override { return *job_; }
  double Energy() const override { return job_->energy(); }
  double Held() const override { return seconds_ * accelerators_; }
  UplinkUse uplink_use() const override { return {job_->length(), job_->leaving()}; }
  bool tells_traffic() const override { return true; }
  void AddTraffic(std::vector<PartTraffic>* parts) const override { parts->push_back({0, accelerators_, job_->sent()}); }
  std::vector<KindTraffic> TrafficByKind() const override { return {{operation_, job_->sent()}}; }
  void SetUplinkStretch(double stretch) override { job_->SetUplinkStretch(stretch); }
  void SetFabricLoss(const FabricLoss& loss, Instant) override { job_->SetNicStretch(loss.cut.empty() ? loss.nic : kCutOff); }
  void SetMetrics(MetricSet& m) const override {
    for (const training::CollectiveRun& run : job_->runs()) {
      const std::string at = fmt::format("workloads.{}.collectives.{}", name_, SizeName(run.bytes));
      m.Set(at + ".time", run.cost.seconds, "s");
      m.Set(at + ".bus_bandwidth", run.cost.bus_bandwidth, "B/s");
    }
  }

 private:
  std::string name_;
  std::uint32_t accelerators_;
  std::string operation_;
  std::uint32_t repeat_;
  double seconds_ = 0.0;
  std::unique_ptr<training::CollectiveJob> job_;
  std::function<void()> on_done_;
};

}  // namespace

Claim ClaimCollective(const schema::Workload& workload, const std::string& path) {
  return {path + ".collective", "", workload.collective().ranks()};
}

std::unique_ptr<Work> BuildCollective(const WorkSite& site) {
  const schema::Collective& c = site.workload.collective();
  const std::string path = site.path + ".collective";
  training::CollectiveJobParams params;
  params.name = site.workload.name();
  params.fabric = site.fabric;
  params.group = network::MakeGroup(site.fabric, site.accelerators, 1);
  params.operation = network::OperationFromName(c.operation());
  params.algorithm = network::AlgorithmFromName(c.algorithm());
  params.sizes.assign(c.sizes().begin(), c.sizes().end());
  params.repeat = c.repeat();
  const catalog::Accelerator& chip = *site.system.accelerator;
  params.watts = chip.tdp() * training::PowerSharesOf(chip).communication;
  params.watts = std::min(params.watts, site.system.power_limit);
  for (const PortRun& run : site.ports) params.parts.push_back({run.port, run.accelerators, run.host_load});
  try {
    return std::make_unique<CollectiveWork>(site, std::move(params));
  } catch (const ConfigError& e) {
    for (const Finding& f : e.findings()) site.context.Error(path + ".algorithm", f.message);
    return nullptr;
  }
}

}  // namespace headroom::scenario
