#include "models/serving/iteration_cost.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::serving {
namespace {

/// table[index], computed by `compute` at the first use.
template <class F>
const Cost& Memoised(std::vector<Cost>& table, std::uint32_t index, const F& compute) {
  if (index >= table.size()) table.resize(index + 1, Cost{-1.0, 0.0, 0.0, {}});
  Cost& entry = table[index];
  if (entry.seconds < 0.0) entry = compute(static_cast<double>(index));
  return entry;
}

std::uint32_t CeilDiv(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

}  // namespace

IterationCost::IterationCost(std::unique_ptr<const StepOperators> operators,
                             const EngineSettings& engine, std::uint32_t pipeline_stages,
                             double eager, double prompt_overhead, std::uint32_t context_ranks)
    : operators_(std::move(operators)),
      engine_(engine),
      stages_(pipeline_stages),
      context_ranks_(context_ranks),
      groups_(operators_->groups()),
      idle_power_(operators_->idle_power()),
      power_limit_(operators_->power_limit()),
      eager_(eager),
      prompt_overhead_(prompt_overhead),
      prefill_fixed_(operators_->PrefillAttention(1.0, 1.0)) {
  HR_CHECK(stages_ >= 1 && context_ranks_ >= 1, stages_, context_ranks_);
}

const Cost& IterationCost::Tokens(std::uint32_t tokens) const {
  return Memoised(tokens_, engine_.Padded(tokens), [&](double m) { return operators_->Tokens(m); });
}

const Cost& IterationCost::Head(std::uint32_t sequences) const {
  return Memoised(head_, sequences, [&](double s) { return operators_->Head(s); });
}

/// Mean over the groups of work that takes the busiest one `busiest`: the others wait for `1 - share` of it.
Cost IterationCost::Uneven(const Cost& busiest, double share) const {
  if (share >= 1.0) return busiest;
  Cost mean = share * busiest + operators_->Waiting((1.0 - share) * busiest.seconds);
  mean.compute = busiest.compute;
  return mean;
}

Cost IterationCost::Tokens(std::uint32_t tokens, std::uint32_t busiest) const {
  const std::uint32_t padded = engine_.Padded(busiest);
  const Cost& own = Memoised(own_, padded, [&](double m) { return operators_->OwnTokens(m); });
  const Cost& shared = Memoised(shared_, tokens, [&](double m) { return operators_->SharedTokens(m); });
  return shared + Uneven(own, static_cast<double>(tokens) / (static_cast<double>(padded) * groups_));
}

Cost IterationCost::Head(std::uint32_t sequences, std::uint32_t busiest) const {
  const std::uint32_t as_many = busiest * groups_;
  return Uneven(Head(as_many), static_cast<double>(sequences) / as_many);
}

std::uint32_t IterationCost::MicroBatches(std::uint32_t sequences) const {
  return std::clamp<std::uint32_t>(sequences, 1, stages_);
}

IterationCost::DecodeLine IterationCost::DecodeAttention(std::uint32_t decodes,
                                                         double context_sum) const {
  const std::uint32_t n = engine_.Padded(decodes);
  if (n >= decodes_.size()) decodes_.resize(n + 1);
  std::vector<Cost>& row = decodes_[n];
  if (row.empty())
    for (int k = 0; k < kKnots; ++k)
      row.push_back(operators_->DecodeAttention(n, std::ldexp(1.0, k)));
  // Padding sequences have next to no context, so the table is read at the mean over padded ones.
  const double mean = context_sum / n;
  const int knot = std::clamp(
      static_cast<int>(std::bit_width(static_cast<std::uint64_t>(mean))) - 1, 0, kKnots - 2);
  const double low = std::ldexp(1.0, knot);
  const Cost per_mean_key = (1.0 / low) * (row[knot + 1] + -1.0 * row[knot]);
  return {row[knot] + (mean - low) * per_mean_key, (1.0 / n) * per_mean_key,
          knot == kKnots - 2 ? 1e18 : (2.0 * low - mean) * n};
}

/// The allowed clock, or the one at which device work keeps to the power limit.
double IterationCost::ClockFor(const Cost& device, double clock) const {
  const double above = device.energy - idle_power_ * device.seconds;
  if (device.energy <= power_limit_ * device.seconds || clock <= power::kStoppedClock) return clock;
  const double compute = device.compute / device.seconds;
  return std::min(clock, power::ClockWithin(power_limit_, power::kLeastClock, [&](double f) {
                    return idle_power_ + above * law_.Energy(f, compute) / Device(device, f);
                  }));
}

IterationTime IterationCost::Combine(const Shape& shape, std::uint32_t micro_batches,
                                     const Cost& device, double allowed) const {
  const double clock = ClockFor(device, allowed);
  const double work = Device(device, clock);
  const double host = Host(shape.sequences);
  const double seconds = shape.graph ? work : std::max(work, eager_ + (engine_.launches ? host : 0.0));
  IterationTime t;
  t.wall =
      engine_.host_overlapped ? std::max(seconds, host) + engine_.host_exposed : seconds + host;
  const double active = static_cast<double>(micro_batches) / stages_;
  t.busy = active * work;
  const double above_idle = active * (device.energy - idle_power_ * device.seconds);
  const double compute = device.seconds > 0.0 ? device.compute / device.seconds : 0.0;
  const double law = law_.Energy(clock, compute);
  t.energy = above_idle * law + idle_power_ * t.wall;
  t.use = device.use;
  t.use.Scale(device.seconds > 0.0 ? t.busy / device.seconds : 0.0, active * law);
  return t;
}

IterationTime IterationCost::Mixed(std::uint32_t prefill_tokens, std::uint32_t chunks,
                                   std::uint32_t emitting, const Cost& prefill,
                                   std::uint32_t decodes, std::uint64_t context_sum,
                                   double clock, const Extra& extra, const Busiest* busiest) const {
  const std::uint32_t nodes = speculation_.Nodes(extra.drafted);
  const std::uint32_t checked = decodes * (1 + nodes);
  const Shape shape{prefill_tokens + checked, chunks + decodes, emitting + checked,
                    prefill_tokens == 0 || (engine_.graph_prompts && prefill_tokens + checked <= engine_.graph_tokens)};
  const std::uint32_t k = MicroBatches(shape.sequences);
  const std::uint32_t own = CeilDiv(prefill_tokens, context_ranks_);
  const double prompts = static_cast<double>(own) / (own + checked);
  const std::uint32_t tokens = CeilDiv(own + checked, k);
  Cost device;
  if (busiest == nullptr) {
    device = (1.0 + prompt_overhead_ * prompts) * Tokens(tokens);
    if (shape.emitting > 0) device += Head(CeilDiv(shape.emitting, k));
  } else {
    const double share = static_cast<double>(busiest->tokens) / (prefill_tokens + checked);
    const auto most = std::max(CeilDiv(tokens, groups_), static_cast<std::uint32_t>(std::ceil(share * tokens - 1e-9)));
    device = (1.0 + prompt_overhead_ * prompts) * Tokens(tokens, most);
    if (shape.emitting > 0) device += Head(CeilDiv(shape.emitting, k), CeilDiv(busiest->emitting, k));
  }
  double prompt_seconds = prompts * device.seconds;
  double prompt_above = prompts * (device.energy - idle_power_ * device.seconds);
  // One kernel per layer reads all prompts: its fixed time counts once.
  const auto as_one = [&](const Cost& prompts_of, std::uint32_t count) {
    return ((1.0 + prompt_overhead_) / k) * (prompts_of + -std::max(0.0, count - 1.0) * prefill_fixed_);
  };
  Cost attention;
  if (busiest == nullptr) {
    attention = as_one(prefill, chunks);
  } else if (chunks > 0) {
    // Prefill() is the mean over groups.
    attention = Uneven(groups_ * as_one(busiest->prefill, busiest->chunks),
                       busiest->prefill.seconds > 0.0 ? prefill.seconds / (groups_ * busiest->prefill.seconds) : 1.0);
  }
  prompt_seconds += attention.seconds;
  prompt_above += attention.energy - idle_power_ * attention.seconds;
  if (decodes > 0) {
    const std::uint32_t sequences = CeilDiv(decodes, k);
    const std::uint32_t most = busiest == nullptr ? sequences : std::max(sequences, CeilDiv(busiest->decodes, k) * groups_);
    const double share = static_cast<double>(sequences) / most, keys = static_cast<double>(context_sum) / k;
    attention += Uneven(extra.drafted > 0 ? VerifyAttention(most, keys / share, nodes + 1) : DecodeAttention(most, keys / share).at, share);
    if (speculation_.tree.empty() && extra.drafted > 0)
      device += static_cast<double>(extra.drafted) * DraftPass(CeilDiv(decodes, k), keys);
    // A pass drafts after every candidate of the position before.
    for (std::uint32_t i = 0; !speculation_.tree.empty() && i < extra.drafted; ++i) {
      const std::uint32_t width = speculation_.Width(i);
      device += DraftPass(CeilDiv(decodes * width, k), keys * width);
    }
  }
  device += attention;
  if (speculation_.draft == Draft::kModel && prefill_tokens > 0 && speculation_.tokens > 0)
    device += speculation_.model->Tokens(CeilDiv(own, k));
  if (extra.adapters > 0) device += operators_->Adapters(CeilDiv(own + checked, k), extra.adapters);
  device.use.AddPrompts(prompt_seconds, prompt_above);
  IterationTime t = Combine(shape, k, device, clock);
  t.wall += extra.load;
  t.energy += extra.load * idle_power_;
  return t;
}

DecodeRun IterationCost::Decodes(std::uint32_t decodes, std::uint64_t context_sum, double clock,
                                 std::uint32_t adapters, std::uint32_t busiest) const {
  const std::uint32_t k = MicroBatches(decodes);
  const std::uint32_t n = CeilDiv(decodes, k), of_one = CeilDiv(busiest, k);
  const std::uint32_t most = std::max(n, of_one * groups_);
  const double share = static_cast<double>(n) / most;
  const double growth = static_cast<double>(decodes) / k / share;
  DecodeLine line = DecodeAttention(most, static_cast<double>(context_sum) / k / share);
  line.at = Uneven(line.at, share);
  line.per_key = Uneven(line.per_key, share);
  Cost now = (busiest == 0 ? Tokens(n) + Head(n) : Tokens(n, of_one) + Head(n, of_one)) + line.at;
  if (adapters > 0) now += operators_->Adapters(n, adapters);
  const Cost next = now + growth * line.per_key;
  const Shape shape{decodes, decodes, decodes};
  DecodeRun run;
  run.first = Combine(shape, k, now, clock);
  const IterationTime second = Combine(shape, k, next, clock);
  run.increment = {second.wall - run.first.wall, second.busy - run.first.busy,
                   second.energy - run.first.energy, second.use};
  run.increment.use -= run.first.use;
  double valid = std::max(1.0, std::ceil(line.room / growth));
  if (engine_.host_overlapped) {
    // Hidden device time: the line holds until it meets the host's.
    const double at = Device(now, ClockFor(now, clock));
    const double slack = Host(decodes) - at;
    const double slope = Device(next, ClockFor(next, clock)) - at;
    if (slack > 0.0 && slope > 0.0) valid = std::clamp(std::floor(slack / slope), 1.0, valid);
  }
  run.valid = static_cast<std::uint64_t>(valid);
  return run;
}

double IterationCost::LoneRequest(std::uint32_t input_tokens, std::uint32_t output_tokens) const {
  double t = 0.0;
  for (std::uint32_t done = 0; done < input_tokens;) {
    const std::uint32_t chunk = std::min(engine_.max_tokens / groups_, input_tokens - done);
    done += chunk;
    const Cost prefill = Prefill(chunk, done);
    const bool ends = done == input_tokens;
    const Busiest lone{chunk, 1, ends, 0, prefill};
    t += Mixed(chunk, 1, ends, prefill, 0, 0, 1.0, {}, groups_ > 1 ? &lone : nullptr).wall;
  }
  const IterationTime middle = Decodes(1, input_tokens + output_tokens / 2, 1.0, 0, groups_ > 1 ? 1 : 0).first;
  return t + middle.wall * (output_tokens - 1);
}

}  // namespace headroom::serving
