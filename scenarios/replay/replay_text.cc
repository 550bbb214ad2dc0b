#include <fmt/format.h>

#include <cmath>

#include "analysis/hdf5/figure.h"
#include "scenarios/replay/replay.h"
#include "sim/config/json.h"

namespace headroom::replay {
namespace {

using config::Json;

constexpr double kCvRmse = 0.3, kNmbe = 0.1;  // ASHRAE Guideline 14-2014, hourly data

std::string Amount(double value, const JudgedSignal& s) {
  return s.temperature() ? fmt::format("{:.2f} K", value) : report::Figure(value, s.unit);
}

std::string Percent(double share) { return fmt::format("{:.1f} %", 100.0 * share); }

std::string DriftText(const JudgedSignal& s) {
  if (!s.score.drift) return "not told: too few independent rows";
  const double day = 86400.0;
  const auto& d = *s.score.drift;
  const std::string text = fmt::format("{} a day ({} to {})", Amount(d.slope * day, s), Amount(d.low * day, s), Amount(d.high * day, s));
  return (s.drifts() ? "DRIFTS: " : "none: ") + text;
}

Json Number(double x) { return Json::Raw(std::isfinite(x) ? fmt::format("{}", x) : "null"); }

Json SignalJson(const JudgedSignal& s) {
  Json one = Json::Object();
  one.Set("signal", Json::String(s.name));
  one.Set("unit", Json::String(s.unit));
  one.Set("rows", Number(static_cast<double>(s.score.rows)));
  one.Set("missing", Number(static_cast<double>(s.missing)));
  one.Set("left_out", Number(static_cast<double>(s.left_out)));
  one.Set("mean", Number(s.score.mean));
  one.Set("rmse", Number(s.score.rmse));
  one.Set("bias", Number(s.score.bias));
  one.Set("cv_rmse", s.temperature() ? Json::Raw("null") : Number(s.score.cv_rmse));
  one.Set("nmbe", s.temperature() ? Json::Raw("null") : Number(s.score.nmbe));
  one.Set("rmse_persistence", s.score.persisted > 0 ? Number(s.score.rmse_persistence) : Json::Raw("null"));
  one.Set("skill", s.score.skill ? Number(*s.score.skill) : Json::Raw("null"));
  Json drift = Json::Object();
  if (s.score.drift) {
    drift.Set("per_day", Number(s.score.drift->slope * 86400.0));
    drift.Set("low", Number(s.score.drift->low * 86400.0));
    drift.Set("high", Number(s.score.drift->high * 86400.0));
    drift.Set("independent_rows", Number(s.score.drift->effective));
  }
  drift.Set("drifts", Json::Raw(s.drifts() ? "true" : "false"));
  one.Set("drift", std::move(drift));
  return one;
}

}  // namespace

std::string ReplayText(const Replay& r) {
  std::string out = fmt::format("{} rows over {}, one every {}; ", r.rows, report::TimeFigure(r.length), report::TimeFigure(r.step));
  out += r.driven.empty() ? "the scenario's own work draws the power\n" : fmt::format("driven: {}\n", fmt::join(r.driven, ", "));
  out += fmt::format("first {} not judged; persistence over {}\n\n", report::TimeFigure(r.warm_up), report::TimeFigure(r.horizon));
  out += fmt::format("  {:<36}{:>7}{:>12}{:>12}{:>10}{:>10}{:>9}\n", "signal", "rows", "mean", "RMSE", "CV-RMSE", "NMBE", "skill");
  for (const JudgedSignal& s : r.signals) {
    const stats::ForecastScore& f = s.score;
    if (f.rows == 0) {
      out += fmt::format("  {:<36}{:>7}  nothing to judge\n", s.name, 0);
      continue;
    }
    const bool poor = !s.temperature() && (f.cv_rmse > kCvRmse || std::abs(f.nmbe) > kNmbe);
    out += fmt::format("  {:<36}{:>7}{:>12}{:>12}{:>10}{:>10}{:>9}{}\n", s.name, f.rows, report::Figure(f.mean, s.unit), Amount(f.rmse, s),
                       s.temperature() ? "-" : Percent(f.cv_rmse), s.temperature() ? "-" : Percent(f.nmbe),
                       f.skill ? fmt::format("{:.2f}", *f.skill) : "-", poor ? "  outside Guideline 14" : "");
    out += fmt::format("      measured less twin {}; drift {}", Amount(f.bias, s), DriftText(s));
    if (s.missing + s.left_out > 0) out += fmt::format("; {} rows missing, {} left out", s.missing, s.left_out);
    out += "\n";
  }
  for (const Gap& g : r.gaps)
    out += fmt::format("  gap of {} from {} to {}: the last value was held, nothing is judged until {} after it\n", g.signal,
                       report::TimeFigure(g.from), report::TimeFigure(g.to), report::TimeFigure(r.warm_up));
  return out;
}

std::string ReplayJson(const Replay& r) {
  Json out = Json::Object(), signals = Json::Array(), gaps = Json::Array(), driven = Json::Array();
  out.Set("rows", Number(static_cast<double>(r.rows)));
  out.Set("length_s", Number(r.length));
  out.Set("step_s", Number(r.step));
  out.Set("warm_up_s", Number(r.warm_up));
  out.Set("horizon_s", Number(r.horizon));
  out.Set("bridge_s", Number(r.bridge));
  for (const std::string& g : r.driven) driven.Add(Json::String(g));
  for (const JudgedSignal& s : r.signals) signals.Add(SignalJson(s));
  for (const Gap& g : r.gaps) {
    Json one = Json::Object();
    one.Set("signal", Json::String(g.signal));
    one.Set("from_s", Number(g.from));
    one.Set("to_s", Number(g.to));
    gaps.Add(std::move(one));
  }
  out.Set("driven", std::move(driven));
  out.Set("signals", std::move(signals));
  out.Set("gaps", std::move(gaps));
  return out.Text() + "\n";
}

std::string ReplayCsv(const Replay& r) {
  std::string out = "signal,unit,rows,missing,left_out,mean,rmse,bias,cv_rmse,nmbe,rmse_persistence,skill,drift_per_day,drift_low,drift_high,drifts\n";
  const auto number = [](double x) { return std::isfinite(x) ? fmt::format("{}", x) : std::string(); };
  for (const JudgedSignal& s : r.signals) {
    const stats::ForecastScore& f = s.score;
    out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}", s.name, s.unit, f.rows, s.missing, s.left_out, number(f.mean), number(f.rmse),
                       number(f.bias), s.temperature() ? "" : number(f.cv_rmse), s.temperature() ? "" : number(f.nmbe),
                       f.persisted > 0 ? number(f.rmse_persistence) : "", f.skill ? number(*f.skill) : "");
    if (f.drift)
      out += fmt::format(",{},{},{}", f.drift->slope * 86400.0, f.drift->low * 86400.0, f.drift->high * 86400.0);
    else
      out += ",,,";
    out += s.drifts() ? ",1\n" : ",0\n";
  }
  return out;
}

}  // namespace headroom::replay
