#include <fmt/format.h>

#include <cmath>
#include <map>

#include "models/catalog/sheet_text.h"
#include "scenarios/study/calibrate.h"
#include "sim/config/json.h"
#include "sim/config/writer.h"

namespace headroom::study {
namespace {

using config::Json;

std::string Remark(const FittedParameter& f) {
  std::string out;
  if (!f.identified) out += "  the data do not say it";
  if (!f.confounded_with.empty()) out += "  not to be told from " + f.confounded_with;
  if (f.at_bound) out += "  at its bound";
  return out;
}

std::string Line(const Judgement& j) {
  return fmt::format("{:<6}{:>6} rows   CV-RMSE {:>6.1f} %   NMBE {:>+6.1f} %   median error {:>5.1f} %   {}", j.unit, j.rows,
                     100 * j.cv_rmse, 100 * j.nmbe, 100 * j.median_error,
                     j.within_guideline() ? "within Guideline 14" : "outside Guideline 14");
}

Json Number(double x) { return Json::Raw(std::isfinite(x) ? fmt::format("{}", x) : "null"); }

Json JudgementsJson(const std::vector<Judgement>& all) {
  Json out = Json::Array();
  for (const Judgement& j : all) {
    Json one = Json::Object();
    one.Set("unit", Json::String(j.unit));
    one.Set("rows", Number(static_cast<double>(j.rows)));
    one.Set("cv_rmse", Number(j.cv_rmse));
    one.Set("nmbe", Number(j.nmbe));
    one.Set("median_error", Number(j.median_error));
    one.Set("within_guideline_14", Json::Raw(j.within_guideline() ? "true" : "false"));
    out.Add(std::move(one));
  }
  return out;
}

}  // namespace

std::string CalibrationText(const Calibration& c) {
  std::string out = fmt::format("{} measurements, {} runs{}\n\nparameters, with 95 % confidence\n", c.rows, c.runs,
                                c.converged ? "" : "; the fit did not come to rest");
  for (const FittedParameter& f : c.parameters)
    out += fmt::format("  {}\n    {} -> {}   ({} to {}){}\n", f.parameter.text, ValueText(f.parameter, f.before),
                       ValueText(f.parameter, f.value), ValueText(f.parameter, f.low),
                       std::isfinite(f.high) ? ValueText(f.parameter, f.high) : "no bound", Remark(f));
  out += "\nas the scenario stands\n";
  for (const Judgement& j : c.before) out += "  " + Line(j) + "\n";
  if (c.held_out.empty()) return out + "\ntoo few rows to judge the fit on others than it saw\n";
  out += "\neach row predicted by a fit that has not seen it\n";
  for (const Judgement& j : c.held_out) out += "  " + Line(j) + "\n";
  out += fmt::format("  median error of odd rows by even ones {:.1f} %, of even rows by odd ones {:.1f} %\n",
                     100 * c.median_even_odd, 100 * c.median_odd_even);
  return out;
}

std::string CalibrationJson(const Calibration& c) {
  Json out = Json::Object(), list = Json::Array();
  out.Set("rows", Number(static_cast<double>(c.rows)));
  out.Set("runs", Number(c.runs));
  out.Set("converged", Json::Raw(c.converged ? "true" : "false"));
  for (const FittedParameter& f : c.parameters) {
    Json one = Json::Object();
    one.Set("parameter", Json::String(f.parameter.text));
    one.Set("unit", Json::String(f.parameter.unit));
    one.Set("before", Number(f.before));
    one.Set("value", Number(f.value));
    one.Set("low", Number(f.low));
    one.Set("high", Number(f.high));
    one.Set("identified", Json::Raw(f.identified ? "true" : "false"));
    one.Set("confounded_with", f.confounded_with.empty() ? Json::Raw("null") : Json::String(f.confounded_with));
    one.Set("at_bound", Json::Raw(f.at_bound ? "true" : "false"));
    list.Add(std::move(one));
  }
  out.Set("parameters", std::move(list));
  out.Set("before", JudgementsJson(c.before));
  out.Set("held_out", JudgementsJson(c.held_out));
  out.Set("median_error_odd_by_even", Number(c.median_even_odd));
  out.Set("median_error_even_by_odd", Number(c.median_odd_even));
  return out.Text() + "\n";
}

std::string Overlay(const scenario::Prepared& prepared, const Calibration& c, const std::string& measurements) {
  std::string out = "# Calibrated by " + measurements + ". A scenario takes it with `include:`.\n";
  std::map<std::pair<std::string, std::string>, catalog::Sheet> sheets;
  std::vector<Parameter> parameters;
  std::vector<double> values;
  for (const FittedParameter& f : c.parameters) {
    parameters.push_back(f.parameter);
    values.push_back(f.value);
    if (f.parameter.kind.empty())
      out += fmt::format("# --set \"{}={}\"\n", f.parameter.path, ValueText(f.parameter, f.value));
  }
  const scenario::Prepared fitted = With(prepared, parameters, values);
  for (const FittedParameter& f : c.parameters) {
    const Parameter& p = f.parameter;
    if (p.kind.empty()) continue;
    catalog::Sheet& sheet = sheets.try_emplace({p.kind, p.name}, fitted.library.sheet(p.kind, p.name)).first->second;
    (*sheet.mutable_sources())[p.path] =
        fmt::format("calibrated by {}: 95 % confidence {} to {}, {} rows{}", measurements, ValueText(p, f.low),
                    std::isfinite(f.high) ? ValueText(p, f.high) : "no bound", c.rows,
                    f.identified ? "" : "; the data do not say it");
  }
  if (sheets.empty()) return out;
  schema::Scenario part;
  for (const auto& [key, sheet] : sheets) *part.add_catalog() = sheet;
  return out + config::WriteYaml(part);
}

}  // namespace headroom::study
