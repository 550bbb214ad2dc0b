#include <fmt/format.h>

#include "scenarios/capacity/capacity.h"

namespace headroom::capacity {
namespace {

/// A JSON number, or null.
std::string Number(std::optional<double> v) { return v ? fmt::format("{:.9g}", *v) : "null"; }

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "\"";
}

std::string Table(const Capacity& capacity, const std::string& title, const std::vector<Load>& loads) {
  std::string text = title + "\n";
  text += fmt::format("{:>12} {:>9} {:>8} {:>10} {:>10} {:>12} {:>10} {:>12} {:>9}\n", "rate, " + capacity.rate_unit(), "replicas",
                      "SLO met", "TTFT p99", "TPOT p99", "tokens/s", "per user", "USD/1e6 tok", "J/token");
  for (const Load& l : loads)
    text += fmt::format("{:>12.4g} {:>9} {:>7.2f}% {:>8.0f}ms {:>8.1f}ms {:>12.0f} {:>10.1f} {:>12} {:>9.3g}\n", l.rate,
                        l.replicas == 0 ? "all" : std::to_string(l.replicas), 100 * l.attainment, 1e3 * l.ttft_p99,
                        1e3 * l.tpot_p99, l.output_rate, l.per_user, l.cost ? fmt::format("{:.3f}", *l.cost) : "-", l.energy);
  return text;
}

std::string Kernels(const Load& load) {
  std::string text = fmt::format("{:>20} {:>12} {:>9}   by kind of kernel, of the last row\n", "", "USD/1e6 tok", "J/token");
  for (const KernelPrice& k : load.kernels)
    text += fmt::format("{:>20} {:>12} {:>9.3g}\n", k.name, k.cost ? fmt::format("{:.3f}", *k.cost) : "-", k.energy);
  return load.kernels.empty() ? "" : text;
}

std::string Json(const Load& l) {
  std::string kernels;
  for (const KernelPrice& k : l.kernels)
    kernels += fmt::format("{}\"{}\": {{\"joules_per_token\": {:.9g}, \"usd_per_million_tokens\": {}}}", kernels.empty() ? "" : ", ",
                           k.name, k.energy, Number(k.cost));
  return fmt::format(
      "{{\"rate\": {:.9g}, \"replicas\": {}, \"slo_attainment\": {:.9g}, \"meets\": {}, \"ttft_p99_s\": {:.9g}, "
      "\"tpot_p99_s\": {:.9g}, \"output_tokens_per_second\": {:.9g}, \"tokens_per_second_per_user\": {:.9g}, "
      "\"usd_per_million_tokens\": {}, \"joules_per_token\": {:.9g}, \"accelerators\": {:.0f}, \"kernels\": {{{}}}}}",
      l.rate, l.replicas == 0 ? "null" : std::to_string(l.replicas), l.attainment, l.meets, l.ttft_p99, l.tpot_p99,
      l.output_rate, l.per_user, Number(l.cost), l.energy, l.accelerators, kernels);
}

std::string Csv(const std::string& name, const char* answer, const Load& l) {
  std::string row = fmt::format("{},{},{:.9g},{},{:.9g},{},{:.9g},{:.9g},{:.9g},{:.9g},{},{:.9g},{:.0f}", name, answer, l.rate, l.replicas,
                                l.attainment, l.meets ? 1 : 0, l.ttft_p99, l.tpot_p99, l.output_rate, l.per_user,
                                l.cost ? fmt::format("{:.9g}", *l.cost) : "", l.energy, l.accelerators);
  return row + "\n";
}

}  // namespace

std::string CapacityText(const Capacity& capacity, const std::vector<Answer>& answers) {
  std::string text;
  for (const Answer& a : answers) {
    std::vector<Load> rates = a.curve;
    if (a.highest) rates.push_back(*a.highest);
    const char* what = a.curve.empty() ? "highest rate that meets the SLO" : "up to the highest rate that meets the SLO";
    if (!rates.empty()) text += Table(capacity, fmt::format("{}: {}", a.name, what), rates) + Kernels(rates.back());
    if (a.fewest)
      text += Table(capacity, a.name + ": fewest replicas that carry the rate", {*a.fewest}) + Kernels(*a.fewest);
  }
  return text;
}

std::string CapacityCsv(const std::vector<Answer>& answers) {
  std::string text =
      "case,answer,rate,replicas,slo_attainment,meets,ttft_p99_s,tpot_p99_s,output_tokens_per_second,tokens_per_second_per_user,"
      "usd_per_million_tokens,joules_per_token,accelerators\n";
  for (const Answer& a : answers) {
    for (const Load& l : a.curve) text += Csv(a.name, "curve", l);
    if (a.highest) text += Csv(a.name, "highest", *a.highest);
    if (a.fewest) text += Csv(a.name, "fewest", *a.fewest);
  }
  return text;
}

std::string CapacityJson(const Capacity& capacity, const std::vector<Answer>& answers) {
  std::string text = fmt::format("{{\"workload\": {}, \"rate_unit\": \"{}\", \"share\": {:.9g}, \"cases\": [",
                                 Quoted(capacity.workload()), capacity.rate_unit(), capacity.share());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Answer& a = answers[i];
    std::string loads;
    const auto add = [&](const Load& l) { loads += (loads.empty() ? "\n    " : ",\n    ") + Json(l); };
    for (const Load& l : a.curve) add(l);
    if (a.highest) add(*a.highest);
    if (a.fewest) add(*a.fewest);
    text += fmt::format("{}\n  {{\"case\": {}, \"problem\": {}, \"highest\": {}, \"fewest\": {}, \"loads\": [{}]}}", i == 0 ? "" : ",",
                        Quoted(a.name), a.problem.empty() ? "null" : Quoted(a.problem), a.highest ? Json(*a.highest) : "null",
                        a.fewest ? Json(*a.fewest) : "null", loads);
  }
  return text + "]}\n";
}

}  // namespace headroom::capacity
