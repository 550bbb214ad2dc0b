#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "scenarios/cli/command.h"
#include "scenarios/cli/progress.h"
#include "scenarios/cli/scenario_options.h"
#include "scenarios/study/contingency.h"

namespace headroom::cli {
namespace {

struct Options {
  ScenarioOptions scenario;
  double at = 0.0, watch = 0.0;  // min
  std::string progress = "auto";
  bool json = false, csv = false;
};

std::string Share(const std::optional<double>& x) { return x ? fmt::format("{:.0f} %", 100.0 * *x) : "-"; }
std::string Seconds(const std::optional<double>& x) { return x ? fmt::format("{:.0f} s", *x) : "-"; }
std::string Units(const study::Loss& l) { return l.alike > 1 ? fmt::format("{} ({} alike)", l.where, l.alike) : l.where; }

void PrintText(const std::vector<study::LossResult>& rows) {
  std::vector<std::vector<std::string>> table = {
      {"loss", "unit", "outcome", "lost work", "peak MW", "clock", "throttle", "shutdown", "feed", "liquid", "flow", "air", "what follows"}};
  for (const study::LossResult& r : rows) {
    table.push_back({r.loss.what, Units(r.loss), r.outcome, fmt::format("{:.1f} %", 100.0 * r.lost_work),
                     fmt::format("{:.3f}", r.peak / 1e6), fmt::format("{:.0f} %", 100.0 * r.least_clock), Seconds(r.throttle), Seconds(r.shutdown), Share(r.feed), Share(r.liquid), Share(r.flow), Share(r.air), r.notes});
  }
  std::vector<std::size_t> width(table.front().size(), 0);
  for (const auto& row : table)
    for (std::size_t c = 0; c + 1 < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  for (const auto& row : table) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) line += c + 1 < row.size() ? fmt::format("{:<{}}  ", row[c], width[c]) : row[c];
    while (!line.empty() && line.back() == ' ') line.pop_back();
    fmt::print("{}\n", line);
  }
}

std::string Number(const std::optional<double>& x) { return x ? fmt::format("{}", *x) : ""; }

void PrintCsv(const std::vector<study::LossResult>& rows) {
  fmt::print("loss,unit,alike,outcome,lost_work,peak_w,least_clock,throttle_s,shutdown_s,headroom_feed,headroom_busway,"
             "headroom_liquid,headroom_flow,headroom_air,binding,notes\n");
  for (const study::LossResult& r : rows) {
    fmt::print("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},\"{}\"\n", r.loss.what, r.loss.where, r.loss.alike, r.outcome,
               r.lost_work, r.peak, r.least_clock,
               Number(r.throttle), Number(r.shutdown), Number(r.feed), Number(r.busway), Number(r.liquid), Number(r.flow), Number(r.air),
               r.binding, r.notes);
  }
}

void PrintJson(const std::string& name, const study::ContingencyOptions& o, const std::vector<study::LossResult>& rows) {
  const auto quoted = [](const std::string& s) {
    std::string out = "\"";
    for (const char c : s) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + "\"";
  };
  fmt::print("{{\"name\": {}, \"at_s\": {}, \"watch_s\": {}, \"losses\": [", quoted(name), o.at, o.watch);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const study::LossResult& r = rows[i];
    std::string fields = fmt::format("\"loss\": {}, \"unit\": {}, \"alike\": {}, \"outcome\": {}", quoted(r.loss.what),
                                     quoted(r.loss.where), r.loss.alike, quoted(r.outcome));
    fields += fmt::format(", \"lost_work\": {}, \"peak_w\": {}, \"least_clock\": {}", r.lost_work, r.peak, r.least_clock);
    for (const auto& [key, value] : {std::pair("throttle_s", &r.throttle), {"shutdown_s", &r.shutdown}, {"headroom_feed", &r.feed},
                                     {"headroom_busway", &r.busway}, {"headroom_liquid", &r.liquid}, {"headroom_flow", &r.flow},
                                     {"headroom_air", &r.air}})
      if (*value) fields += fmt::format(", \"{}\": {}", key, **value);
    if (!r.binding.empty()) fields += fmt::format(", \"binding\": {}", quoted(r.binding));
    fields += fmt::format(", \"notes\": {}", quoted(r.notes));
    fmt::print("{}\n  {{{}}}", i == 0 ? "" : ",", fields);
  }
  fmt::print("\n]}}\n");
}

int Run(const Options& o) {
  const scenario::Prepared prepared = o.scenario.Prepare();
  PrintWarnings(prepared.loaded.warnings);
  study::ContingencyOptions when = study::DefaultsFor(prepared.loaded.scenario);
  if (o.at > 0.0) when.at = 60.0 * o.at;
  if (o.watch > 0.0) when.watch = 60.0 * o.watch;
  std::vector<study::LossResult> rows;
  {
    Progress progress(Progress::ModeFromName(o.progress));
    rows = study::Contingencies(prepared, when, [&](std::size_t done, std::size_t all) {
      progress.Update(static_cast<double>(done) / static_cast<double>(all), when.at + when.watch);
    });
  }
  if (o.json)
    PrintJson(prepared.loaded.scenario.name(), when, rows);
  else if (o.csv)
    PrintCsv(rows);
  else
    PrintText(rows);
  return kDone;
}

}  // namespace

Action AddContingency(CLI::App& app) {
  auto o = std::make_shared<Options>();
  o->scenario.AddTo(app);
  app.add_option("--at", o->at, "minutes into the run at which each unit is lost (default: 60, or half of a short run)")->check(CLI::PositiveNumber);
  app.add_option("--watch", o->watch, "minutes watched after it (default: 30, or half of a short run)")->check(CLI::PositiveNumber);
  app.add_option("--progress", o->progress, "auto, bar, json or none (default: a bar on a terminal)");
  auto* json = app.add_flag("--json", o->json, "print the table as one JSON object");
  app.add_flag("--csv", o->csv, "print the table as CSV")->excludes(json);
  return [o] { return Run(*o); };
}

}  // namespace headroom::cli
