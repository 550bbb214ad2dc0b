#include "analysis/export/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "analysis/export/chart.h"
#include "analysis/export/site_html.h"
#include "analysis/hdf5/figure.h"

namespace headroom::report {
namespace {

struct CardRow {
  const char* suffix;
  const char* label;
};

/// What a planner asks first, in this order; those that the run has are shown.
constexpr std::array kWorkCards = {
    CardRow{"step_time", "step time"},
    CardRow{"tokens_per_second_per_accelerator", "tokens/s per accelerator"},
    CardRow{"model_flops_utilisation", "model FLOPs utilisation"},
    CardRow{"goodput", "goodput"},
    CardRow{"output_tokens_per_second", "output tokens/s"},
    CardRow{"ttft.p99", "TTFT, p99"},
    CardRow{"tpot.p99", "TPOT, p99"},
    CardRow{"slo_attainment", "requests within SLO"},
    CardRow{"jobs.completed", "jobs completed"},
    CardRow{"jobs.bounded_slowdown.mean", "bounded slowdown, mean"},
    CardRow{"makespan", "makespan"},
    CardRow{"energy_per_token", "energy per token"},
    CardRow{"cost_per_token", "cost per million tokens"},
};
constexpr std::array kSiteCards = {
    CardRow{"site.power.peak", "peak at the utility"},
    CardRow{"site.power.mean", "mean at the utility"},
    CardRow{"site.power.stranded", "stranded power"},
    CardRow{"site.pue", "PUE"},
    CardRow{"site.utilisation", "utilisation"},
    CardRow{"site.energy.total", "energy"},
    CardRow{"site.cost.total", "cost of the run"},
    CardRow{"site.cooling.case_max", "hottest case"},
};

std::string Share(double value) {
  return fmt::format("{:.3g}&#8239;<span class=\"u\">%</span>", 100.0 * value);
}

bool IsShare(const std::string& name) {
  for (const char* part :
       {"utilisation", "goodput", "slo_attainment", "headroom.", "hit_rate", "kv_cache_peak"})
    if (name.find(part) != std::string::npos) return true;
  return false;
}

std::string ValueHtml(const Metric& m) {
  if (!m.text.empty()) return Escaped(m.text);
  return IsShare(m.name) && m.unit == "1" ? Share(m.value) : FigureHtml(m.value, m.unit);
}

/// The price of a token is told for a million.
std::string CardValue(const Metric& m) {
  return m.name.ends_with(".cost_per_token") ? FigureHtml(m.value * 1e6, m.unit) : ValueHtml(m);
}

std::string Card(const Metric* m, const char* label) {
  return m ? fmt::format(
                 "<div class=\"card\" title=\"{}\"><span class=\"n\">{}</span><b>{}</b></div>",
                 Escaped(m->name), label, CardValue(*m))
           : "";
}

std::vector<std::string> WorkNames(const Summary& s) {
  std::vector<std::string> out;
  for (const Metric& m : s.metrics.all()) {
    if (!m.name.starts_with("workloads.")) continue;
    const std::string name = m.name.substr(10, m.name.find('.', 10) - 10);
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

std::string Answer(const Summary& s) {
  std::string out;
  for (const std::string& work : WorkNames(s)) {
    std::string cards;
    for (const CardRow& row : kWorkCards)
      cards += Card(s.metrics.Find("workloads." + work + "." + row.suffix), row.label);
    if (!cards.empty())
      out += fmt::format("<p class=\"group\">{}</p><div class=\"cards\">{}</div>", Escaped(work),
                         cards);
  }
  std::string cards;
  for (const CardRow& row : kSiteCards) cards += Card(s.metrics.Find(row.suffix), row.label);
  if (!cards.empty())
    out += fmt::format("<p class=\"group\">site</p><div class=\"cards\">{}</div>", cards);
  return out;
}

/// The unused share of every limit, with a sign for how near it is.
std::string Limits(const Summary& s) {
  std::string rows;
  const Metric* binding = s.metrics.Find("site.binding");
  for (const Metric& m : s.metrics.all()) {
    constexpr std::string_view kStem = "site.headroom.";
    if (!m.name.starts_with(kStem)) continue;
    const std::string name = m.name.substr(kStem.size());
    const auto [sign, style, word] = m.value < 0.0    ? std::tuple{"■", "over", "over"}
                                     : m.value < 0.10 ? std::tuple{"▲", "near", "near its limit"}
                                                      : std::tuple{"●", "ok", "within limits"};
    rows += fmt::format("<tr><th>{}{}</th><td>{}</td><td class=\"{}\">{} {}</td></tr>",
                        Escaped(name), binding && binding->text == name ? " (binds first)" : "",
                        Share(m.value), style, sign, word);
  }
  if (rows.empty()) return "";
  return "<h2>What is left of each limit</h2><div class=\"figures\"><figure><figcaption "
         "title=\"unused share at the worst moment\">Unused share at the worst "
         "moment</figcaption><table>" +
         rows + "</table></figure></div>";
}

std::string AllFigures(const Summary& s) {
  std::vector<std::string> groups = WorkNames(s);
  std::string out;
  const auto section = [&](const std::string& title, const std::string& stem) {
    std::string rows;
    for (const Metric& m : s.metrics.all())
      if (m.name.starts_with(stem))
        rows += fmt::format("<tr title=\"{}\"><th>{}</th><td>{}</td></tr>", Escaped(m.name),
                            Escaped(Words(m.name.substr(stem.size()))), ValueHtml(m));
    if (!rows.empty())
      out += fmt::format("<section><h3>{}</h3><table>{}</table></section>", Escaped(title), rows);
  };
  for (const std::string& g : groups) section(g, "workloads." + g + ".");
  section("site", "site.");
  return "<h2>All figures</h2><div class=\"columns\">" + out + "</div>";
}

std::string Events(const Report& r) {
  const auto& paths = r.table_paths();
  if (std::find(paths.begin(), paths.end(), "/events") == paths.end()) return "";
  const Table t = r.table("/events");
  const std::vector<double>* time = nullptr;
  std::vector<const std::vector<std::string>*> words;
  for (const Column& c : t.columns) {
    if (c.name == "time") time = std::get_if<std::vector<double>>(&c.values);
    if (const auto* w = std::get_if<std::vector<std::string>>(&c.values)) words.push_back(w);
  }
  if (!time || time->empty()) return "";
  constexpr std::size_t kMost = 40;
  std::string rows;
  for (std::size_t i = 0; i < std::min(kMost, time->size()); ++i) {
    rows += fmt::format("<tr><th>{}</th>", FigureHtml((*time)[i], "s"));
    for (const auto* w : words) rows += fmt::format("<td class=\"w\">{}</td>", Escaped((*w)[i]));
    rows += "</tr>";
  }
  return fmt::format(
      "<h2>Events</h2><table>{}</table>{}", rows,
      time->size() > kMost
          ? fmt::format("<p class=\"soft\">and {} more in the report's table /events</p>",
                        time->size() - kMost)
          : "");
}

std::string Provenance(const Report& r) {
  const auto row = [](const char* name, const std::string& value) {
    return fmt::format("<tr><th>{}</th><td class=\"w\"><code>{}</code></td></tr>", name,
                       Escaped(value));
  };
  return "<h2>Where this comes from</h2><table>" +
         row("program", "Headroom " + r.program_version()) +
         row("scenario, SHA-256", r.scenario_sha256()) +
         row("seed", std::to_string(r.summary().seed)) + row("times", r.time_units()) +
         "</table><details><summary>The scenario, every default written out</summary><pre>" +
         Escaped(r.scenario_text()) + "</pre></details>";
}

}  // namespace

std::string Words(const std::string& name) {
  static constexpr std::pair<const char*, const char*> kKnown[] = {
      {"ttft", "TTFT"}, {"tpot", "TPOT"}, {"itl", "ITL"}, {"e2e", "end to end"}, {"pue", "PUE"},
      {"wue", "WUE"},   {"slo", "SLO"},   {"kv", "KV"},   {"flops", "FLOPs"},    {"it", "IT"},
      {"ups", "UPS"},   {"pdu", "PDU"},   {"tp", "TP"},   {"pp", "PP"},          {"cp", "CP"},
      {"ep", "EP"},     {"dp", "DP"}};
  std::string out, word;
  const auto flush = [&] {
    for (const auto& [plain, spoken] : kKnown)
      if (word == plain) word = spoken;
    out += (out.empty() || word.empty() ? "" : " ") + word;
    word.clear();
  };
  for (const char c : name) {
    if (c == '_' || c == '.')
      flush();
    else
      word += c;
  }
  flush();
  return out;
}

std::string HtmlReport(const Report& r) {
  const Summary& s = r.summary();
  const std::string title = s.name.empty() ? "Unnamed scenario" : s.name;
  const bool done = s.status == "done";
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" "
      "href=\"data:,\"><title>{0}</title><style>{1}</style></head>\n<body><main><h1>{0}</h1>"
      "<p class=\"soft\"><span class=\"{2}\">{3} {4}</span>, {5} "
      "simulated</p>\n{6}\n{7}\n{8}\n{9}\n{10}\n{11}\n{12}</main></body></html>\n",
      Escaped(title), HtmlStyle(), done ? "ok" : "over", done ? "●" : "■", Escaped(s.status),
      FigureHtml(s.simulated_s, "s"), Answer(s), SiteHtml(r), Limits(s), FiguresHtml(r), Events(r),
      AllFigures(s), Provenance(r));
}

}  // namespace headroom::report
