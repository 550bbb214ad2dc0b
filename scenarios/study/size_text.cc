#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "analysis/hdf5/figure.h"
#include "scenarios/study/size.h"
#include "sim/config/json.h"

namespace headroom::study {
namespace {

using config::Json;

/// A quantity of a limit; counts stay whole.
std::string Amount(double value, const LimitText& text) {
  if (std::string(text.unit) == "%") return fmt::format("{:.0f} %", 100.0 * value);
  if (std::string(text.unit) == "1") return fmt::format("{:.0f}", value);
  if (std::string(text.unit) == "kg") return fmt::format("{:.4g} t", value / 1000.0);
  if (value >= 1e6) return fmt::format("{:.2f} MW", value / 1e6);
  return report::Figure(value, text.unit);
}

std::string Racks(std::uint32_t steps, const SizeAnswer& a) {
  const char* what = a.system.empty() ? "set" : "rack";
  return fmt::format("{} {}{}", steps, what, steps == 1 ? "" : "s");
}

std::string Binding(const SizeAnswer& a) {
  std::string out;
  for (const LimitAnswer& l : a.limits)
    if (l.binds) out += fmt::format("{}{}", out.empty() ? "" : " and ", TextOf(l.limit).name);
  return a.refused.empty() ? out : a.refused;
}

/// Of units that come with the racks the fullest one's share of its rating does not say how many racks would fit.
bool KnowsAlone(const LimitAnswer& l) { return l.binds || std::string_view(TextOf(l.limit).unit) != "%"; }

std::string AloneText(const LimitAnswer& l) {
  if (!KnowsAlone(l)) return "-";
  return (l.alone_exact ? "" : "~") + fmt::format("{}", l.alone);
}

/// "gb200-nvl72", or the racks of each system in a set.
std::string What(const SizeResult& r, const SizeAnswer& a) {
  if (!a.system.empty()) return fmt::format("{} ({})", a.system, a.type);
  std::string set;
  for (std::size_t s = 0; s < r.systems.size(); ++s)
    set += fmt::format("{}{} {}", set.empty() ? "" : " + ", a.fits > 0 ? a.racks[s] / a.fits : 0, r.systems[s]);
  return "all together, sets of " + set;
}

void AddAnswer(const SizeResult& r, const SizeAnswer& a, std::string* out) {
  if (a.unbounded) {
    *out += fmt::format("  {}: more than {}; none of the limits that are set is met\n", What(r, a), Racks(a.fits, a));
    return;
  }
  *out += fmt::format("  {}: {} fit, {:.0f} accelerators on the site; the scenario has {}\n", What(r, a),
                      Racks(a.fits, a), a.accelerators, a.in_file);
  *out += fmt::format("  first to bind: {}\n", Binding(a));
  if (a.second > 0) {
    std::string more;
    for (const LimitAnswer& l : a.limits)
      if (l.to_second > 0.0)
        more += fmt::format("{}{} more of {}", more.empty() ? "" : " and ", Amount(l.to_second, TextOf(l.limit)),
                            TextOf(l.limit).name);
    *out += fmt::format("  until the next limit binds: {} with {}\n", Racks(a.second, a), more);
  }
  *out += fmt::format("  at that size: {} = racks {} + network {} + conversion {} + cooling {}\n",
                      Amount(a.uses[Limit::kFeed].used, TextOf(Limit::kFeed)), report::Figure(a.uses.racks, "W"),
                      report::Figure(a.uses.network, "W"), report::Figure(a.uses.losses, "W"),
                      report::Figure(a.uses.cooling, "W"));
  if (a.stranded > 0.0)
    *out += fmt::format("  stranded: {} of the feed cannot be used\n", Amount(a.stranded, TextOf(Limit::kFeed)));
  if (a.uses.supply_over > 0.5)
    *out += fmt::format("  warning: coolant to the racks settles {:.1f} K over its set-point on the design day\n",
                        a.uses.supply_over);
  *out += fmt::format("    {:<20}{:>12}{:>12}{:>8}{:>10}   {}\n", "limit", "has", "used", "use", "alone", "one unit more");
  for (const LimitAnswer& l : a.limits) {
    const LimitText& text = TextOf(l.limit);
    std::string buys = "nothing";
    if (l.binds && l.unit == 0.0)
      buys = "larger units, or fewer racks on each";
    else if (l.binds && l.unit_buys > 0)
      buys = fmt::format("+{} buys {}", Amount(l.unit, text), Racks(l.unit_buys, a));
    else if (l.binds)
      buys = fmt::format("+{} buys nothing; the next one needs {}", Amount(l.unit, text), Amount(l.next_step, text));
    const bool flow = l.limit == Limit::kCdus && a.uses.flow_binds;
    *out += fmt::format("  {} {:<20}{:>12}{:>12}{:>7.1f}%{:>10}   {}\n", l.binds ? ">" : " ",
                        flow ? "CDUs (flow)" : text.name, Amount(l.use.has, text), Amount(l.use.used, text),
                        100.0 * l.use.used / l.use.has, AloneText(l), buys);
  }
}

Json Number(double x) { return Json::Raw(std::isfinite(x) ? fmt::format("{}", x) : "null"); }

Json AnswerJson(const SizeResult& r, const SizeAnswer& a) {
  Json out = Json::Object();
  out.Set("system", a.system.empty() ? Json::Raw("null") : Json::String(a.system));
  out.Set("type", a.system.empty() ? Json::Raw("null") : Json::String(a.type));
  out.Set("step", Json::String(a.system.empty() ? "set" : "rack"));
  out.Set("fits", Number(a.fits));
  out.Set("bounded", Json::Raw(a.unbounded ? "false" : "true"));
  out.Set("next_bound", a.second > 0 ? Number(a.second) : Json::Raw("null"));
  out.Set("in_scenario", Number(a.in_file));
  Json racks = Json::Object();
  for (std::size_t s = 0; s < r.systems.size(); ++s) racks.Set(r.systems[s], Number(a.racks[s]));
  out.Set("racks", std::move(racks));
  out.Set("accelerators", Number(a.accelerators));
  out.Set("draw_w", Number(a.draw));
  Json power = Json::Object();
  power.Set("site", Number(a.uses[Limit::kFeed].used));
  power.Set("racks", Number(a.uses.racks));
  power.Set("network", Number(a.uses.network));
  power.Set("conversion", Number(a.uses.losses));
  power.Set("cooling", Number(a.uses.cooling));
  out.Set("power_w", std::move(power));
  out.Set("stranded_w", Number(a.stranded));
  out.Set("coolant_over_set_point_k", Number(a.uses.supply_over));
  Json binding = Json::Array(), limits = Json::Array();
  for (const LimitAnswer& l : a.limits) {
    const LimitText& text = TextOf(l.limit);
    if (l.binds) binding.Add(Json::String(text.name));
    Json one = Json::Object();
    one.Set("limit", Json::String(text.name));
    one.Set("metric", Json::String(std::string("site.headroom.") + text.metric));
    one.Set("key", Json::String(text.key));
    one.Set("unit", Json::String(text.unit));
    one.Set("has", Number(l.use.has));
    one.Set("used", Number(l.use.used));
    one.Set("headroom", Number(1.0 - l.use.used / l.use.has));
    one.Set("alone", KnowsAlone(l) ? Number(l.alone) : Json::Raw("null"));
    one.Set("alone_exact", Json::Raw(l.alone_exact ? "true" : "false"));
    one.Set("binds", Json::Raw(l.binds ? "true" : "false"));
    one.Set("one_more", Number(l.unit));
    one.Set("one_more_buys", Number(l.unit_buys));
    one.Set("next_step_needs", Number(l.next_step));
    one.Set("until_next_bound", Number(l.to_second));
    limits.Add(std::move(one));
  }
  out.Set("binding", std::move(binding));
  out.Set("limits", std::move(limits));
  return out;
}

}  // namespace

std::string SizeText(const SizeResult& r) {
  std::string out = (r.title.empty() ? std::string("unnamed scenario") : r.title) + "\n";
  out += fmt::format("  design weather {:.1f} degC dry bulb, {:.1f} degC wet bulb\n", r.design.dry_bulb - 273.15,
                     r.design.wet_bulb - 273.15);
  for (const SizeBasis& b : r.bases) {
    out += b.name == "nameplate" ? "\nracks at their nameplate" : "\nracks at the largest draw of this run";
    for (std::size_t s = 0; s < r.systems.size(); ++s)
      out += fmt::format("{} {} {}", s == 0 ? ":" : ",", r.systems[s], report::Figure(b.draw[s], "W"));
    out += "\n";
    for (const SizeAnswer& a : b.answers) {
      if (&a != &b.answers.front()) out += "\n";
      AddAnswer(r, a, &out);
    }
  }
  return out;
}

std::string SizeJson(const SizeResult& r) {
  Json out = Json::Object();
  out.Set("name", Json::String(r.title));
  out.Set("design_dry_bulb_degc", Number(r.design.dry_bulb - 273.15));
  out.Set("design_wet_bulb_degc", Number(r.design.wet_bulb - 273.15));
  Json bases = Json::Array();
  for (const SizeBasis& b : r.bases) {
    Json basis = Json::Object(), draw = Json::Object(), answers = Json::Array();
    basis.Set("basis", Json::String(b.name));
    for (std::size_t s = 0; s < r.systems.size(); ++s) draw.Set(r.systems[s], Number(b.draw[s]));
    basis.Set("rack_draw_w", std::move(draw));
    for (const SizeAnswer& a : b.answers) answers.Add(AnswerJson(r, a));
    basis.Set("answers", std::move(answers));
    bases.Add(std::move(basis));
  }
  out.Set("bases", std::move(bases));
  return out.Text() + "\n";
}

std::string SizeCsv(const SizeResult& r) {
  std::string out =
      "basis,system,type,step,fits,accelerators,limit,unit,has,used,headroom,alone,alone_exact,binds,one_more,"
      "one_more_buys,next_step_needs\n";
  for (const SizeBasis& b : r.bases)
    for (const SizeAnswer& a : b.answers)
      for (const LimitAnswer& l : a.limits)
        out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", b.name,
                           a.system.empty() ? "all" : a.system, a.type, a.system.empty() ? "set" : "rack", a.fits,
                           a.accelerators, TextOf(l.limit).name, TextOf(l.limit).unit, l.use.has, l.use.used,
                           1.0 - l.use.used / l.use.has, KnowsAlone(l) ? fmt::format("{}", l.alone) : "", l.alone_exact ? 1 : 0, l.binds ? 1 : 0, l.unit,
                           l.unit_buys, l.next_step);
  return out;
}

}  // namespace headroom::study
