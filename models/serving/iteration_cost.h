#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "models/power/clock_power.h"
#include "models/power/load_port.h"
#include "models/serving/engine_preset.h"
#include "models/serving/speculation.h"
#include "models/serving/step_operators.h"

namespace headroom::serving {

/// One iteration as the clock on the wall sees it.
struct IterationTime {
  double wall = 0.0;    ///< s
  double busy = 0.0;    ///< s of kernels on each accelerator
  double energy = 0.0;  ///< J of each accelerator, waiting included
  KernelUse use;        ///< of `busy`, and of `energy` what is above idle power
};

/// Decode-only iterations of an unchanged batch: iteration i = 0, 1, ... takes first + i *
/// increment.
struct DecodeRun {
  IterationTime first;
  IterationTime increment;
  std::uint64_t valid = 1;  ///< iterations for which the line holds
};

/// What an iteration does beside plain prompts and decodes.
struct Extra {
  std::uint32_t drafted = 0;   ///< tokens drafted and checked for each decode
  std::uint32_t adapters = 0;  ///< low-rank adapters in the batch
  double load = 0.0;           ///< s for which the batch waits for adapters to be copied in
};

/// Where groups share the batch (StepOperators::groups()): the most that one of them has of an iteration. It lasts until the
/// last of them is through, layer by layer.
struct Busiest {
  std::uint32_t tokens = 0;  ///< of prompts and checked
  std::uint32_t chunks = 0, emitting = 0, decodes = 0;
  Cost prefill;  ///< sum of its IterationCost::Prefill()
};

/// Time of an iteration from tables over StepOperators; one per type of replica, shared by all of
/// that type.
///
///     device = tokens(m) + head(emitting) + sum prefill_attention(q, c) + decode_attention(n, sum
///     of contexts) host   = host_fixed + host_per_sequence * sequences (EngineSettings::Host) wall   = device + host,  or
///     max(device, host) + host_exposed   (see EngineSettings)
///
/// Prompts of one iteration share the fixed time of their attention, and take 1 + prompt_overhead times their part of tokens() and their attention.
/// Where no graph holds the iteration, device is at least the host's time to start its kernels.
/// tokens() and head() are tabulated for every m met, after graph padding. Decode attention depends
/// on the mean context and is linear between knots at powers of two, so a run of decodes is an
/// arithmetic series. Under a clock share f the compute part takes 1/f; energy above idle follows
/// power::ClockLaw. Where device work would draw more than the board's power limit, its clock is the one that
/// meets the limit.
///
/// Pipeline stages: the batch runs as k = min(pp, sequences) micro-batches that follow each other
/// through the stages, so a token takes one pass over all layers with a k-th of the batch, and an
/// accelerator is busy k/pp of that time.
///
/// Context ranks: each reads its part of a prompt's tokens, all of them take every decode.
///
/// Left out: interference of prefill and decode kernels within an iteration; imbalance of stages.
class IterationCost {
 public:
  /// `prompt_overhead`: share by which prompts take longer than their kernels alone. `context_ranks`: accelerators among which
  /// the tokens of prompts are split (context parallelism). `eager`: host time to start the kernels of an iteration that no graph holds [s].
  IterationCost(std::unique_ptr<const StepOperators> operators, const EngineSettings& engine,
                std::uint32_t pipeline_stages = 1, double eager = 0.0,
                double prompt_overhead = 0.0, std::uint32_t context_ranks = 1);

  /// Before the first iteration.
  void SetSpeculation(Speculation speculation) { speculation_ = std::move(speculation); }
  const Speculation& speculation() const { return speculation_; }

  /// Attention of one prompt chunk, that of a draft included; sum these for `prefill` below.
  Cost Prefill(std::uint32_t query, std::uint32_t context) const;
  /// An iteration of `prefill_tokens` in `chunks` prompts, of which `emitting` end in it, and
  /// `decodes` sequences with `context_sum` keys in all, their new tokens included.
  IterationTime Mixed(std::uint32_t prefill_tokens, std::uint32_t chunks, std::uint32_t emitting,
                      const Cost& prefill, std::uint32_t decodes, std::uint64_t context_sum,
                      double clock, const Extra& extra = {}, const Busiest* busiest = nullptr) const;
  /// `decodes` > 0 sequences whose contexts grow by one key per iteration from `context_sum`; `busiest` of them are of one
  /// group (0: all groups have as many).
  DecodeRun Decodes(std::uint32_t decodes, std::uint64_t context_sum, double clock,
                    std::uint32_t adapters = 0, std::uint32_t busiest = 0) const;
  std::uint32_t groups() const { return groups_; }

  /// Host time to start the kernels of an iteration that no graph holds [s].
  double eager() const { return eager_; }
  double idle_power() const { return idle_power_; }
  const EngineSettings& engine() const { return engine_; }
  /// Time of a lone request, for the start of closed loops.
  double LoneRequest(std::uint32_t input_tokens, std::uint32_t output_tokens) const;

 private:
  struct Shape {
    std::uint32_t tokens = 0, sequences = 0, emitting = 0;
    bool graph = true;  ///< else the host starts kernel by kernel
  };
  const Cost& Tokens(std::uint32_t tokens) const;
  const Cost& Head(std::uint32_t sequences) const;
  Cost Tokens(std::uint32_t tokens, std::uint32_t busiest) const;
  Cost Head(std::uint32_t sequences, std::uint32_t busiest) const;
  Cost Uneven(const Cost& busiest, double share) const;
  Cost DraftPass(std::uint32_t sequences, double context_sum) const;
  Cost DraftToken(std::uint32_t sequences, double context_sum) const;
  Cost VerifyAttention(std::uint32_t sequences, double context_sum, std::uint32_t query) const;
  struct DecodeLine {
    Cost at;       ///< at context_sum
    Cost per_key;  ///< per key more in it
    double room;   ///< keys for which the line holds
  };
  DecodeLine DecodeAttention(std::uint32_t decodes, double context_sum) const;
  /// At the clock of a group that is off memory and links stand too.
  double Device(const Cost& device, double clock) const {
    if (clock <= power::kStoppedClock) return device.seconds / clock;
    return device.seconds + device.compute * (1.0 / clock - 1.0);
  }
  double Host(std::uint32_t sequences) const {
    return engine_.Host(sequences);
  }
  double ClockFor(const Cost& device, double clock) const;
  IterationTime Combine(const Shape& shape, std::uint32_t micro_batches, const Cost& device,
                        double clock) const;
  std::uint32_t MicroBatches(std::uint32_t sequences) const;

  std::unique_ptr<const StepOperators> operators_;
  EngineSettings engine_;
  std::uint32_t stages_, context_ranks_, groups_;
  Speculation speculation_;
  double idle_power_, power_limit_, eager_, prompt_overhead_;
  Cost prefill_fixed_;
  power::ClockLaw law_;
  static constexpr int kKnots = 23;          ///< mean contexts 1, 2, 4 ... 2^22
  mutable std::vector<Cost> tokens_, head_, own_, shared_;  ///< filled as shapes are met; seconds < 0: not yet
  mutable std::vector<std::vector<Cost>> decodes_;  ///< [sequences][knot]
  mutable std::map<std::uint64_t, Cost> verify_;    ///< by query, sequences and context
};

}  // namespace headroom::serving
