#pragma once

#include <cstdint>

#include "sim/core/random.h"

namespace headroom::power {

/// Equal engines on one bus behind the transformers. SI units. Defaults assumed unless said.
struct GeneratorParams {
  int units = 1;   ///< spares counted
  int needed = 1;  ///< that carry the site
  double rating = 2.5e6;         ///< W of one
  double start = 10.0;           ///< s from the loss of the utility until they take load
  double start_failure = 0.005;  ///< of each, at each start
  double block = 0.5;            ///< share of the rating taken at a time
  double block_interval = 5.0;   ///< s
  double efficiency = 0.38;      ///< at full load; 0.265 L/kWh (2.5..3.1 MW units) over 9.97 kWh/L
  double no_load = 0.07;         ///< fuel without load over that at full load
  double autonomy = 86400.0;     ///< s of those needed at full load
  double retransfer = 300.0;     ///< s of stable utility before the site goes back
  double cool_down = 300.0;      ///< s
  double price = 100.0 / 3.6e9;  ///< USD per J of fuel
  double carbon = 0.270 / 3.6e6;  ///< kg per J of fuel
};

/// Generators that start when the utility is lost and give the site back to it when it has returned.
///
///     standby -> starting -> carrying -> (utility back for `retransfer`) -> cooling down -> standby
///     may take    n rating min(1, block (1 + floor(t / block_interval)))      t since they carry
///     fuel [W]    n rating / efficiency (no_load + (1 - no_load) load / (n rating))
///
/// n run: those installed less those out of service and those that fail at the start, drawn one by one. A load beyond
/// what they may take that nothing else carries trips them all, until the utility is back. Out of fuel they stop. Left
/// out: frequency and voltage, single engines that stop, maintenance, refuelling, nitrogen oxides.
class GeneratorSet {
 public:
  enum class State { kStandby, kStarting, kCarrying, kCooling, kTripped, kEmpty };
  /// @throws ConfigError naming the first parameter out of range.
  GeneratorSet(const GeneratorParams& params, std::uint64_t seed);
  /// At `now`: the utility is there or not, `lost` units are out of service. Returns whether the state has changed.
  bool Update(double now, bool utility, int lost);
  State state() const { return state_; }
  bool carrying() const { return state_ == State::kCarrying; }
  int running() const { return running_; }
  int failed() const { return failed_; }      ///< at the last start
  double Available(double now) const;         ///< W from `now` on
  double rated() const { return running_ * params_.rating; }  ///< W
  /// Delivers `watts` over `seconds`; nothing but cooling down burns fuel without.
  void Deliver(double watts, double seconds);
  void Trip() { state_ = State::kTripped; }

  double energy() const { return energy_; }      ///< J delivered
  double fuel() const { return fuel_used_; }     ///< J of heat
  double run_time() const { return run_time_; }  ///< s with engines on
  int starts() const { return starts_; }
  int failures() const { return failures_; }  ///< of single units to start
  /// Chance that at least those needed run at a start, all in service: binomial.
  double Reliability() const;
  const GeneratorParams& params() const { return params_; }

 private:
  GeneratorParams params_;
  RandomStream dice_;
  State state_ = State::kStandby;
  int running_ = 0, failed_ = 0, starts_ = 0, failures_ = 0;
  double since_ = 0.0;       // s, of the state
  double utility_ = -1.0;    // s at which it came back; below 0: it is not there
  double tank_;              // J
  double energy_ = 0.0, fuel_used_ = 0.0, run_time_ = 0.0;
};

}  // namespace headroom::power
