#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/runs/child_runs.h"
#include "scenarios/schema/serve.pb.h"
#include "sim/config/yaml_tree.h"

namespace headroom::capacity {

using runs::Going;

/// What an output token takes of one kind of kernel (models/serving/kernel_shares.h).
struct KernelPrice {
  std::string name;
  double energy = 0.0;         ///< J at the utility
  std::optional<double> cost;  ///< USD per million
};

/// How one run of a deployment went.
struct Load {
  double rate = 0.0;      ///< requests/s offered; of a closed loop: users
  std::uint32_t replicas = 0;  ///< 0: as in the file; of pools: times their smallest whole ratio
  double attainment = 0.0;     ///< share of requests that meet the SLOs; see Question::each
  bool meets = false;
  double ttft_p99 = 0.0, tpot_p99 = 0.0;      ///< s
  double output_rate = 0.0;                   ///< tokens/s
  double per_user = 0.0;                      ///< median tokens/s of a user
  std::optional<double> cost;                 ///< USD per million output tokens
  double energy = 0.0;                        ///< J per output token
  std::vector<KernelPrice> kernels;           ///< of `energy` and `cost`, which they add up to
  double accelerators = 0.0;                  ///< of the site
};

struct Question {
  std::string workload;          ///< empty: the only one that serves
  double tolerance = 0.02;       ///< of the answer, relative
  bool each = false;             ///< each SLO at the share as its own percentile, not all of them together
  std::vector<std::string> set;  ///< `--set` of the user
  int jobs = 1;
};

/// What was found for one accelerator type; without an answer `problem` says why.
struct Answer {
  std::string name;
  std::optional<Load> highest, fewest;
  std::vector<Load> curve;  ///< up to `highest`
  std::string problem;
};

/// Told of each run, for a progress line.
using Tell = std::function<void(const Load&)>;

/// A serving workload whose rate can be changed.
///
/// A run meets the SLOs if at least `slo.share` of its requests meet all of them (with `each`: each of them), rejected
/// ones counted as missing. Rates go up by doubling from the file's own until a run misses and down by halving until one
/// meets, then by bisection until the two are within the tolerance; nothing but the rate changes between runs, so lengths
/// and the random streams behind arrivals are the same. The answer is the highest rate that was seen to meet.
class Capacity {
 public:
  /// @throws ConfigError where the scenario has no such workload, no SLO or no end of its requests.
  Capacity(config::Node root, std::string path, Question question);

  /// The highest rate; nothing if none was found between 1/1024 of the file's rate and 1024 times it, or interrupted.
  std::optional<Load> HighestRate(const Tell& tell, const Going& going);
  /// The fewest replicas that carry `rate`, of at most `most` (0: what the site's accelerators hold); nothing if `most`
  /// do not.
  std::optional<Load> FewestReplicas(double rate, std::uint32_t most, const Tell& tell, const Going& going);
  /// Runs at shares of `highest`, in order.
  std::vector<Load> Curve(double highest, const std::vector<double>& shares, const Tell& tell, const Going& going);
  /// From now on the first system of the site is of this type.
  void UseType(const std::string& type);

  double share() const { return share_; }
  const std::string& workload() const { return question_.workload; }
  const std::string& rate_unit() const { return unit_; }
  /// What ended the search without an answer, for a person; empty if nothing did.
  const std::string& problem() const { return problem_; }

 private:
  void TakeArrival(const schema::Arrival& arrival, const std::string& at);
  std::string RateOverride(double rate) const;
  std::vector<std::string> ReplicaOverrides(std::uint32_t replicas) const;
  /// Runs of the scenario with each list of `--set`, in order.
  std::vector<runs::RunResult> RunAll(const std::vector<std::vector<std::string>>& settings, int jobs, const Going& going) const;
  std::optional<Load> Run(double rate, std::uint32_t replicas, const Going& going);
  Load Read(const MetricSet& metrics, double rate, std::uint32_t replicas) const;

  config::Node root_;
  std::string path_;
  Question question_;
  std::vector<std::string> type_;
  double share_ = 0.99, own_rate_ = 1.0, trace_rate_ = 0.0;
  std::uint32_t size_ = 1;  ///< accelerators of a replica; of pools: of their smallest whole ratio
  std::uint32_t readers_ = 0, writers_ = 0;  ///< of that ratio; 0: no pools
  bool users_ = false;
  std::string key_;  ///< of the rate, below requests.arrival
  std::string unit_ = "1/s", problem_;
};

std::string CapacityText(const Capacity& capacity, const std::vector<Answer>& answers);
std::string CapacityCsv(const std::vector<Answer>& answers);
std::string CapacityJson(const Capacity& capacity, const std::vector<Answer>& answers);

}  // namespace headroom::capacity
