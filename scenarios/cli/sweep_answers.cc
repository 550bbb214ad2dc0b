#include <fmt/format.h>

#include <cmath>

#include "analysis/hdf5/figure.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/sweep_options.h"
#include "scenarios/sweep/best.h"
#include "scenarios/sweep/collect.h"
#include "scenarios/sweep/sensitivity.h"
#include "scenarios/sweep/session.h"
#include "sim/config/json.h"

namespace headroom::cli {
namespace {

using config::Json;

Json Number(double value) {
  return Json::Raw(std::isfinite(value) ? fmt::format("{}", value) : "null");
}

/// The settings of a case without the seed of a repeat.
Json SettingsOf(const sweep::Point& point) {
  Json set = Json::Object();
  for (const sweep::Setting& s : point.settings) set.Set(s.path, Json::String(s.text));
  return set;
}

Json CandidateJson(const sweep::BestAnswer& answer, const sweep::Candidate& c,
                   const sweep::Plan& plan) {
  const sweep::Point& point = plan.points[c.first_point];
  Json out = Json::Object();
  out.Set("point", Json::Raw(std::to_string(point.number)));
  out.Set("report", Json::String(point.id));
  out.Set("set", SettingsOf(point));
  Json objectives = Json::Object(), margins = Json::Object();
  for (std::size_t i = 0; i < answer.objectives.size(); ++i) {
    Json value = Json::Object();
    value.Set("value", Number(c.objectives[i]));
    value.Set("unit", Json::String(answer.objective_units[i]));
    objectives.Set(answer.objectives[i], std::move(value));
  }
  for (std::size_t i = 0; i < answer.constraints.size(); ++i) {
    Json value = Json::Object();
    value.Set("margin", Number(c.margins[i]));
    value.Set("unit", Json::String(answer.constraint_units[i]));
    margins.Set(answer.constraints[i].text, std::move(value));
  }
  out.Set("objective", std::move(objectives));
  out.Set("constraints", std::move(margins));
  return out;
}

void PrintCandidate(const sweep::BestAnswer& answer, const sweep::Candidate& c, const sweep::Plan& plan) {
  const sweep::Point& point = plan.points[c.first_point];
  fmt::print("point {}  ({})\n", point.number, point.id);
  for (const sweep::Setting& s : point.settings) fmt::print("  {} = {}\n", s.path, s.text);
  for (std::size_t i = 0; i < answer.objectives.size(); ++i)
    fmt::print("  {}  {}\n", answer.objectives[i],
               report::Figure(c.objectives[i], answer.objective_units[i]));
  for (std::size_t i = 0; i < answer.constraints.size(); ++i)
    fmt::print("  {}  margin {}\n", answer.constraints[i].text,
               report::Figure(c.margins[i], answer.constraint_units[i]));
}

void PrintText(const sweep::BestAnswer& answer, const sweep::Plan& plan) {
  fmt::print("{} of {} cases keep every limit\n", answer.feasible, answer.cases);
  for (const sweep::Candidate& c : answer.best) {
    fmt::print("\n");
    PrintCandidate(answer, c, plan);
  }
  if (!answer.nearest) return;
  fmt::print("\nnearest: ");
  PrintCandidate(answer, *answer.nearest, plan);
}

}  // namespace

int SweepStatus(const SweepOptions& o) {
  const sweep::Folder folder(o.folder);
  const sweep::Plan plan = folder.ReadPlan();
  const sweep::Counts c = sweep::CountStates(folder.States(plan));
  const std::size_t running = folder.Running();
  if (o.json)
    fmt::print(
        "{{\"points\": {}, \"done\": {}, \"forbidden\": {}, \"failed\": {}, \"left\": {}, "
        "\"running\": {}}}\n",
        c.points, c.done, c.forbidden, c.failed, c.left, running);
  else
    fmt::print(
        "{}\n  {} points: {} done, {} do not fit in memory, {} failed, {} left ({} under way)\n",
        plan.name.empty() ? "unnamed sweep" : plan.name, c.points, c.done, c.forbidden, c.failed,
        c.left, running);
  return kDone;
}

int SweepCollect(const SweepOptions& o) {
  const sweep::Folder folder(o.folder);
  const sweep::Plan plan = folder.ReadPlan();
  const std::string path = o.output.empty() ? folder.collected() : o.output;
  sweep::CollectInto(folder, plan, path);
  const sweep::Counts c = sweep::CountStates(folder.States(plan));
  fmt::print("collected: {}  ({} of {} points done)\n", path, c.done, c.points);
  return c.all_done() ? kDone : kPointsFailed;
}

int SweepSensitivity(const SweepOptions& o) {
  const sweep::Folder folder(o.folder);
  const sweep::Plan plan = folder.ReadPlan();
  const Table rows = sweep::Ranking(plan, sweep::GatherAll(folder, plan), o.metric);
  if (rows.columns.empty() && !o.json)
    fmt::print("{} does not vary, or has no figure, over this sweep\n", o.metric);
  if (rows.columns.empty() && o.json) fmt::print("[]\n");
  if (rows.columns.empty()) return kDone;
  const auto& names = std::get<std::vector<std::string>>(rows.columns[0].values);
  if (!o.json) {
    fmt::print("{}\n", o.metric);
    for (std::size_t c = 1; c < rows.columns.size(); ++c) fmt::print("{:>14}", rows.columns[c].name);
    fmt::print("  coordinate\n");
  }
  Json list = Json::Array();
  for (std::size_t i = 0; i < names.size(); ++i) {
    Json one = Json::Object();
    one.Set("coordinate", Json::String(names[i]));
    for (std::size_t c = 1; c < rows.columns.size(); ++c) {
      const double value = std::get<std::vector<double>>(rows.columns[c].values)[i];
      one.Set(rows.columns[c].name, Number(value));
      if (!o.json) fmt::print("{:>14.4g}", value);
    }
    if (!o.json) fmt::print("  {}\n", names[i]);
    list.Add(std::move(one));
  }
  if (o.json) fmt::print("{}\n", list.Text());
  return kDone;
}

int SweepBest(const SweepOptions& o) {
  const sweep::Folder folder(o.folder);
  sweep::Plan plan = folder.ReadPlan();
  if (!o.minimise.empty() || !o.maximise.empty()) {
    plan.goal.minimise = o.minimise;
    plan.goal.maximise = o.maximise;
  }
  plan.goal.subject_to.insert(plan.goal.subject_to.end(), o.subject_to.begin(), o.subject_to.end());
  const sweep::BestAnswer answer = sweep::FindBest(plan, sweep::Gather(folder, plan));
  if (o.json) {
    Json out = Json::Object();
    out.Set("cases", Json::Raw(std::to_string(answer.cases)));
    out.Set("feasible", Json::Raw(std::to_string(answer.feasible)));
    Json best = Json::Array();
    for (const sweep::Candidate& c : answer.best) best.Add(CandidateJson(answer, c, plan));
    out.Set("best", std::move(best));
    if (answer.nearest) out.Set("nearest", CandidateJson(answer, *answer.nearest, plan));
    fmt::print("{}\n", out.Text());
  } else {
    PrintText(answer, plan);
  }
  return answer.best.empty() ? kForbidden : kDone;
}

}  // namespace headroom::cli
