#include <fmt/format.h>

#include "scenarios/capacity/capacity.h"

namespace headroom::capacity {
namespace {

/// A JSON number, or null.
std::string Number(std::optional<double> v) { return v ? fmt::format("{:.9g}", *v) : "null"; }

}  // namespace

std::string CapacityText(const Capacity& capacity, const std::string& title, const std::vector<Load>& loads) {
  std::string text = title + "\n";
  text += fmt::format("{:>12} {:>9} {:>8} {:>10} {:>10} {:>12} {:>10} {:>12} {:>9}\n", "rate, " + capacity.rate_unit(), "replicas",
                      "SLO met", "TTFT p99", "TPOT p99", "tokens/s", "per user", "USD/1e6 tok", "J/token");
  for (const Load& l : loads)
    text += fmt::format("{:>12.4g} {:>9} {:>7.2f}% {:>8.0f}ms {:>8.1f}ms {:>12.0f} {:>10.1f} {:>12} {:>9.3g}\n", l.rate,
                        l.replicas == 0 ? "all" : std::to_string(l.replicas), 100 * l.attainment, 1e3 * l.ttft_p99,
                        1e3 * l.tpot_p99, l.output_rate, l.per_user, l.cost ? fmt::format("{:.3f}", *l.cost) : "-", l.energy);
  return text;
}

std::string CapacityCsv(const std::vector<std::string>& names, const std::vector<std::vector<Load>>& loads) {
  std::string text =
      "case,rate,replicas,slo_attainment,meets,ttft_p99_s,tpot_p99_s,output_tokens_per_second,tokens_per_second_per_user,"
      "usd_per_million_tokens,joules_per_token,accelerators\n";
  for (std::size_t i = 0; i < loads.size(); ++i)
    for (const Load& l : loads[i])
      text += fmt::format("{},{:.9g},{},{:.9g},{},{:.9g},{:.9g},{:.9g},{:.9g},{},{:.9g},{:.0f}\n", names[i], l.rate, l.replicas,
                          l.attainment, l.meets ? 1 : 0, l.ttft_p99, l.tpot_p99, l.output_rate, l.per_user,
                          l.cost ? fmt::format("{:.9g}", *l.cost) : "", l.energy, l.accelerators);
  return text;
}

std::string CapacityJson(const Capacity& capacity, const std::vector<std::string>& names,
                         const std::vector<std::vector<Load>>& loads) {
  std::string text = fmt::format("{{\"workload\": \"{}\", \"rate_unit\": \"{}\", \"share\": {:.9g}, \"cases\": [", capacity.workload(),
                                 capacity.rate_unit(), capacity.share());
  for (std::size_t i = 0; i < loads.size(); ++i) {
    text += fmt::format("{}\n  {{\"case\": \"{}\", \"loads\": [", i == 0 ? "" : ",", names[i]);
    for (std::size_t k = 0; k < loads[i].size(); ++k) {
      const Load& l = loads[i][k];
      text += fmt::format(
          "{}\n    {{\"rate\": {:.9g}, \"replicas\": {}, \"slo_attainment\": {:.9g}, \"meets\": {}, \"ttft_p99_s\": {:.9g}, "
          "\"tpot_p99_s\": {:.9g}, \"output_tokens_per_second\": {:.9g}, \"tokens_per_second_per_user\": {:.9g}, "
          "\"usd_per_million_tokens\": {}, \"joules_per_token\": {:.9g}, \"accelerators\": {:.0f}}}",
          k == 0 ? "" : ",", l.rate, l.replicas == 0 ? "null" : std::to_string(l.replicas), l.attainment, l.meets, l.ttft_p99,
          l.tpot_p99, l.output_rate, l.per_user, Number(l.cost), l.energy, l.accelerators);
    }
    text += "]}";
  }
  return text + "]}\n";
}

}  // namespace headroom::capacity
