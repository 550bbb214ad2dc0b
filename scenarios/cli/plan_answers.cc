#include "scenarios/cli/plan_answers.h"

#include <fmt/format.h>

#include <array>

#include "sim/config/json.h"

namespace headroom::cli {
namespace {

using config::Json;
using training::JudgedPlan;
using training::ParallelPlan;

constexpr double kGiB = 1024.0 * 1024 * 1024;

/// What is said of a plan beside its settings, with the unit of the value.
struct Quantity {
  const char* name;
  const char* unit;
  double value;
};

std::vector<Quantity> QuantitiesOf(const scenario::PlanStudy& study, const JudgedPlan& p) {
  const double n = p.plan.accelerators(), t = p.step.step_time;
  std::vector<Quantity> out = {
      {"step_time", "s", t},
      {"tokens_per_second", "1/s", study.tokens / t},
      {"tokens_per_second_per_accelerator", "1/s", study.tokens / t / n},
      {"model_flops_utilisation", "1", p.step.model_flops / t / n / study.peak},
      {"memory_peak", "B", p.figures.memory},
      {"power", "W", p.power},
      {"energy_per_token", "J", p.figures.joules / study.tokens},
  };
  if (study.priced) out.push_back({"cost_per_token", "USD", p.figures.dollars / study.tokens});
  return out;
}

struct Choice {
  const char* name;
  std::string text;
  bool number = true;
};

std::vector<Choice> ChoicesOf(const ParallelPlan& p) {
  const auto text = [](std::uint32_t n) { return std::to_string(n); };
  return {{"accelerators", text(p.accelerators())},
          {"tp", text(p.tp)},
          {"cp", text(p.cp)},
          {"pp", text(p.pp)},
          {"virtual_stages", text(p.virtual_stages)},
          {"ep", text(p.ep)},
          {"dp", text(p.dp)},
          {"micro_batch", text(p.micro_batch)},
          {"zero", text(p.zero)},
          {"pipeline", training::Name(p.schedule), false},
          {"recompute", training::Name(p.recompute), false}};
}

Json CountsJson(const training::SearchCounts& c) {
  Json out = Json::Object();
  const std::pair<const char*, std::uint64_t> rows[] = {
      {"plans", c.plans},          {"out_of_memory", c.memory}, {"too_slow", c.step_time},
      {"over_power", c.power},     {"bounded", c.bounded},      {"evaluated", c.evaluated}};
  for (const auto& [name, count] : rows) out.Set(name, Json::Raw(std::to_string(count)));
  return out;
}

Json PlanObject(const scenario::PlanStudy& study, const JudgedPlan& p) {
  Json plan = Json::Object(), figures = Json::Object(), set = Json::Object();
  for (const Choice& c : ChoicesOf(p.plan))
    plan.Set(c.name, c.number ? Json::Raw(c.text) : Json::String(c.text));
  for (const Quantity& q : QuantitiesOf(study, p)) {
    Json value = Json::Object();
    value.Set("value", Json::Raw(fmt::format("{}", q.value)));
    value.Set("unit", Json::String(q.unit));
    figures.Set(q.name, std::move(value));
  }
  for (const auto& [path, text] : scenario::SettingsFor(study.workload, p.plan))
    set.Set(path, Json::String(text));
  Json out = Json::Object();
  out.Set("plan", std::move(plan));
  out.Set("figures", std::move(figures));
  out.Set("bound", Json::String(p.step.bound));
  out.Set("fits", Json::Raw(p.step.memory.fits ? "true" : "false"));
  out.Set("set", std::move(set));
  return out;
}

constexpr const char* kRow = "{:>3} {:>6} {:>3} {:>3} {:>3} {:>3} {:>4} {:>5} {:>3} {:>4} {:<16} {:<9} {:>8} {:>8} {:>6} {:>7} {:>8} {:>8} {:>9}  {}\n";

std::string Row(const scenario::PlanStudy& study, const std::string& label, const JudgedPlan& p) {
  const ParallelPlan& a = p.plan;
  const double n = a.accelerators(), t = p.step.step_time;
  return fmt::format(
      fmt::runtime(kRow), label, a.accelerators(), a.tp, a.cp, a.pp, a.virtual_stages, a.ep, a.dp, a.micro_batch, a.zero,
      training::Name(a.schedule), training::Name(a.recompute), fmt::format("{:.4g}", t),
      fmt::format("{:.4g}", study.tokens / t / n),
      fmt::format("{:.1f}", 100 * p.step.model_flops / t / n / study.peak),
      fmt::format("{:.1f}", p.figures.memory / kGiB), fmt::format("{:.4g}", p.power / 1e3),
      fmt::format("{:.3g}", p.figures.joules / study.tokens),
      study.priced ? fmt::format("{:.3g}", 1e6 * p.figures.dollars / study.tokens) : "-",
      p.step.memory.fits ? p.step.bound : "does not fit");
}

}  // namespace

std::string PlanText(const scenario::PlanStudy& study, const std::string& file) {
  const training::SearchCounts& c = study.result.counts;
  std::string out = fmt::format(
      "{} on {}: {} plans; {} do not fit in memory, {} are too slow, {} draw too much, {} cannot be "
      "better, {} were evaluated\n",
      study.model, study.accelerator, c.plans, c.memory, c.step_time, c.power, c.bounded,
      c.evaluated);
  if (study.result.front.empty())
    return out + "no plan keeps every limit\n";
  out += fmt::format(fmt::runtime(kRow), "", "accel", "tp", "cp", "pp", "vs", "ep", "dp", "mb", "zero", "pipeline",
                     "recompute", "step s", "tok/s/ac", "MFU %", "mem GiB", "power kW", "J/token",
                     "USD/Mtok", "bound by");
  int rank = 0;
  for (const JudgedPlan& p : study.result.front)
    out += Row(study, std::to_string(++rank), p);
  if (study.result.base) out += "as written\n" + Row(study, "", *study.result.base);
  out += fmt::format("to run the first:\n  headroom run {}", file);
  for (const auto& [path, text] :
       scenario::SettingsFor(study.workload, study.result.front.front().plan))
    out += fmt::format(" --set '{}={}'", path, text);
  return out + "\n";
}

std::string PlanJson(const scenario::PlanStudy& study) {
  Json front = Json::Array();
  for (const JudgedPlan& p : study.result.front) front.Add(PlanObject(study, p));
  Json out = Json::Object();
  out.Set("workload", Json::String(study.workload));
  out.Set("model", Json::String(study.model));
  out.Set("accelerator", Json::String(study.accelerator));
  out.Set("status", Json::String(study.result.interrupted ? "interrupted" : "done"));
  out.Set("counts", CountsJson(study.result.counts));
  out.Set("front", std::move(front));
  out.Set("written", study.result.base ? PlanObject(study, *study.result.base) : Json::Raw("null"));
  return out.Text() + "\n";
}

std::string PlanCsv(const scenario::PlanStudy& study) {
  std::string out;
  for (const JudgedPlan& p : study.result.front) {
    std::string names, values;
    for (const Choice& c : ChoicesOf(p.plan)) {
      names += std::string(c.name) + ",";
      values += c.text + ",";
    }
    for (const Quantity& q : QuantitiesOf(study, p)) {
      names += q.unit == std::string("1") ? fmt::format("{},", q.name)
                                          : fmt::format("{} [{}],", q.name, q.unit);
      values += fmt::format("{},", q.value);
    }
    if (out.empty()) out = names + "bound\n";
    out += values + p.step.bound + "\n";
  }
  return out;
}

}  // namespace headroom::cli
