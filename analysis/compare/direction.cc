#include "analysis/compare/direction.h"

#include <array>

namespace headroom::report {
namespace {

struct Rule {
  std::string_view part;  ///< stands in the name
  Direction direction;
};

/// The first rule whose part stands in the name decides.
constexpr std::array kRules = {
    Rule{"site.accelerators", Direction::kNeither},
    Rule{"site.power.min", Direction::kNeither},
    Rule{"site.power.it_mean", Direction::kNeither},
    Rule{"coincident_peak", Direction::kLess},
    Rule{"site.power.compliant", Direction::kMore},
    Rule{"site.headroom.", Direction::kMore},
    Rule{"tokens_per_second", Direction::kMore},
    Rule{"flops", Direction::kMore},
    Rule{"utilisation", Direction::kMore},
    Rule{"goodput", Direction::kMore},
    Rule{"bus_bandwidth", Direction::kMore},
    Rule{".completed", Direction::kMore},
    Rule{"slo_attainment", Direction::kMore},
    Rule{"prefix_hit_rate", Direction::kMore},
    Rule{"charge_", Direction::kMore},
    Rule{"step_time", Direction::kLess},
    Rule{".time.", Direction::kLess},
    Rule{".collectives.", Direction::kLess},
    Rule{"makespan", Direction::kLess},
    Rule{"memory_peak", Direction::kLess},
    Rule{"kv_cache_peak", Direction::kLess},
    Rule{".rejected", Direction::kLess},
    Rule{".preempted", Direction::kLess},
    Rule{".failed", Direction::kLess},
    Rule{".ttft.", Direction::kLess},
    Rule{".tpot.", Direction::kLess},
    Rule{".itl.", Direction::kLess},
    Rule{".e2e.", Direction::kLess},
    Rule{".wait.", Direction::kLess},
    Rule{"slowdown", Direction::kLess},
    Rule{"turnaround", Direction::kLess},
    Rule{"per_token", Direction::kLess},
    Rule{"site.power.", Direction::kLess},
    Rule{"site.energy.", Direction::kLess},
    Rule{"site.cost.", Direction::kLess},
    Rule{"site.pue", Direction::kLess},
    Rule{"site.wue", Direction::kLess},
    Rule{"site.cooling.case_max", Direction::kLess},
    Rule{"site.cooling.throttled", Direction::kLess},
    Rule{"equivalent_cycles", Direction::kLess},
    Rule{"site.failures", Direction::kLess},
    Rule{"energy_balance_error", Direction::kNeither},
};

}  // namespace

Direction DirectionOf(std::string_view metric) {
  for (const Rule& rule : kRules)
    if (metric.find(rule.part) != metric.npos) return rule.direction;
  return Direction::kNeither;
}

}  // namespace headroom::report
