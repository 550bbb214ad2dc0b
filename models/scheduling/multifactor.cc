#include "models/scheduling/multifactor.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "models/scheduling/fair_tree.h"

namespace headroom::scheduling {
namespace {

constexpr double kMostPriority = 4294967295.0;  // 2^32 - 1

class Multifactor final : public QueueOrder {
 public:
  explicit Multifactor(const MultifactorOptions& options) : o_(options), decay_(DecayPerSecond(options.half_life)) {
    for (const double p : o_.queue_priority) highest_ = std::max(highest_, p);
  }

  std::int64_t period() const override { return std::llround(o_.period * 1e9); }

  double Key(const Cluster& c, JobIndex job) override {
    const Job& j = c.jobs()[job];
    PriorityFactors f;
    f.age = std::min(1.0, static_cast<double>(c.now() - j.submit.ns()) * 1e-9 / o_.max_age);
    const auto it = factor_.find(Owner(j));
    f.fair_share = it == factor_.end() ? 1.0 : it->second;  // nothing used yet
    const double share = static_cast<double>(j.units) / c.units();
    f.size = SizeFactor(o_.size_rule, {share * c.floor().shape().nodes(), static_cast<double>(j.units),
                                       static_cast<double>(c.floor().shape().nodes()), static_cast<double>(c.units()),
                                       j.estimate.seconds() / 60.0});
    if (highest_ > 0.0 && j.queue < o_.queue_priority.size()) f.partition = o_.queue_priority[j.queue] / highest_;
    return -PriorityOf(o_.weights, f, 0.0);
  }

  void Left(const Cluster& c, JobIndex job, std::int64_t) override { Charge(c, job); }

  void Refresh(const Cluster& c) override {
    const double factor = std::pow(decay_, static_cast<double>(c.now() - charged_) * 1e-9);
    for (auto& [owner, usage] : usage_) usage *= factor;
    c.running().Each([&](const RunningJob& r) { Charge(c, r.job); });
    charged_ = c.now();
    Rank();
  }

 private:
  using User = std::pair<std::uint32_t, std::uint32_t>;  ///< queue (0 where they do not matter), user

  User Owner(const Job& j) const { return {o_.queue_shares.empty() ? 0u : j.queue, j.user}; }

  /// Usage since the last charge or its start [unit-seconds].
  void Charge(const Cluster& c, JobIndex job) {
    const std::int64_t from = std::max(charged_, c.records()[job].last_start);
    usage_[Owner(c.jobs()[job])] += static_cast<double>(c.now() - from) * 1e-9 * c.jobs()[job].units;
  }

  void Rank() {
    std::vector<ShareNode> nodes(1);
    for (const double shares : o_.queue_shares) nodes.push_back({0, shares, 0.0, false});
    const std::size_t first = nodes.size();
    for (const auto& [owner, usage] : usage_) {
      const std::uint32_t parent = o_.queue_shares.empty() ? 0 : 1 + owner.first;
      if (parent > 0) nodes[parent].usage += usage;
      nodes.push_back({parent, 1.0, usage, true});
    }
    const std::vector<double> factors = FairTree(nodes, o_.merge_tied);
    std::size_t i = first;
    for (const auto& entry : usage_) factor_[entry.first] = factors[i++];
  }

  MultifactorOptions o_;
  double decay_;
  double highest_ = 0.0;
  std::int64_t charged_ = 0;
  std::map<User, double> usage_;   ///< decayed unit-seconds
  std::map<User, double> factor_;  ///< from the last ranking
};

}  // namespace

double PriorityOf(const PriorityWeights& w, const PriorityFactors& f, double nice) {
  const double sum = w.age * f.age + w.fair_share * f.fair_share + w.size * f.size + w.partition * f.partition + w.qos * f.qos - nice;
  return std::clamp(sum, 1.0, kMostPriority);
}

double DecayPerSecond(double half_life) { return 1.0 - 0.693 / half_life; }

double SizeFactor(SizeRule rule, const JobSize& j) {
  switch (rule) {
    case SizeRule::kLarge: return (j.nodes / j.cluster_nodes + j.cpus / j.cluster_cpus) / 2.0;
    case SizeRule::kSmall:
      return ((j.cluster_nodes - j.nodes) / j.cluster_nodes + (j.cluster_cpus - j.cpus) / j.cluster_cpus) / 2.0;
    case SizeRule::kRelativeToTime:
      return std::clamp(std::max(j.nodes * j.cluster_cpus / j.cluster_nodes, j.cpus) / j.limit_minutes / j.cluster_cpus, 0.0, 1.0);
  }
  return 0.0;
}

std::unique_ptr<QueueOrder> MakeMultifactorOrder(const MultifactorOptions& options) {
  return std::make_unique<Multifactor>(options);
}

}  // namespace headroom::scheduling
