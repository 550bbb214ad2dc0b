#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "models/serving/request.h"
#include "sim/core/random.h"

namespace headroom::serving {

/// What must be met; infinite where nothing is asked [s].
struct Slo {
  double ttft = std::numeric_limits<double>::infinity();
  double tpot = std::numeric_limits<double>::infinity();
  double e2e = std::numeric_limits<double>::infinity();
  bool any() const { return ttft < kInf || tpot < kInf || e2e < kInf; }
  static constexpr double kInf = std::numeric_limits<double>::infinity();
};

/// A kind of request with an SLO of its own.
struct RequestClass {
  std::string name;
  double share = 1.0;  ///< of requests, relative to the other classes
  std::int8_t priority = 0;
  double admitted = 1.0;  ///< share of AdmissionParams::outstanding up to which it is let in
  Slo slo;
};

struct AdmissionParams {
  /// Requests per replica that takes requests; more are turned away.
  double outstanding = std::numeric_limits<double>::infinity();
};

/// A user gives up `timeout` after a try was sent, or at once if it is turned away, waits backoff *
/// 2^(tries before - 1) and tries again, from the first token on, at most `retries` times.
struct PatienceParams {
  double timeout = std::numeric_limits<double>::infinity();  ///< s until the whole answer is there
  std::uint32_t retries = 0;
  double backoff = 1.0;  ///< s
};

/// Failures of replicas, at random with exponential times between them, or at given instants.
struct FailureParams {
  struct Fault {
    std::uint32_t replica = 0;
    double at = 0.0, repair = 0.0;  ///< s from the start of the run; s
  };
  double mean_time = 0.0;  ///< s between failures of one replica; 0: none at random
  double repair = 0.0;     ///< s until a replica that failed at random starts again, from its detection
  double detection = 0.0;  ///< s from a failure until the router knows; requests hang meanwhile
  double machine_detection = 0.0;  ///< s, of machines that are gone (Deployment::Break)
  double start_up = 0.0;   ///< s from then, or from the end of a Fault::repair, until it answers
  std::vector<Fault> faults;
};

/// Replicas of the new version start at `at`; `after` seconds from when all of them answer they take
/// `weight` of the requests. A weight of 1 drains the old ones.
struct RolloutParams {
  struct Step {
    double after = 0.0, weight = 1.0;
  };
  double at = 0.0, start_up = 0.0;  ///< s
  std::vector<Step> steps;
};

/// Which adapter a request asks for: none, or adapter i of n with probability proportional to
/// 1/i^skew.
struct AdapterDemand {
  std::uint32_t count = 0;
  double share = 1.0;  ///< of requests that ask for one
  double skew = 0.0;
};

/// Class, model and adapter of requests, drawn in order of arrival.
class Labels {
 public:
  Labels(const std::vector<RequestClass>& classes, const std::vector<double>& group_shares,
         const AdapterDemand& adapters, std::uint64_t seed, const std::string& path);
  void Fill(Request& r);
  /// Whether a request goes to the part of `weight`.
  bool Draw(double weight) { return version_.Uniform() < weight; }

 private:
  std::vector<double> classes_, groups_, adapters_;  ///< cumulated, the last is 1
  std::vector<std::int8_t> priorities_;
  double adapter_share_;
  RandomStream class_, group_, adapter_, version_;
};

}  // namespace headroom::serving
