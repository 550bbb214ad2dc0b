#include <simdjson.h>

#include <fstream>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/read/traces/job_rows.h"
#include "scenarios/read/traces/timestamp.h"

namespace headroom::scenario {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

std::optional<double> TimeOf(object of, const char* key) {
  std::string_view text;
  if (of[key].get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
  const auto ns = ParseTimestamp(text);
  if (!ns) return std::nullopt;
  return static_cast<double>(*ns / 1'000'000) * 1e-3;
}

std::string_view WordOf(object of, const char* key) {
  std::string_view text;
  return of[key].get_string().get(text) == simdjson::SUCCESS ? text : std::string_view();
}

/// 1, 2 ... in order of appearance; 0 for no name.
std::uint32_t Index(std::map<std::string, std::uint32_t, std::less<>>& known, std::string_view name) {
  return name.empty() ? 0 : known.emplace(std::string(name), static_cast<std::uint32_t>(known.size()) + 1).first->second;
}

/// The accelerators of the last attempt that has some, and the time that all attempts took that say it.
void ReadAttempts(object job, JobRows::Row* row) {
  simdjson::dom::array attempts;
  if (job["attempts"].get_array().get(attempts) != simdjson::SUCCESS) return;
  double run = 0.0;
  for (const element e : attempts) {
    object attempt;
    if (e.get_object().get(attempt) != simdjson::SUCCESS) continue;
    const auto start = TimeOf(attempt, "start_time"), end = TimeOf(attempt, "end_time");
    if (start && end && *end > *start) run += *end - *start;
    std::int64_t units = 0;
    simdjson::dom::array detail;
    if (attempt["detail"].get_array().get(detail) == simdjson::SUCCESS)
      for (const element host : detail) {
        simdjson::dom::array gpus;
        if (host["gpus"].get_array().get(gpus) == simdjson::SUCCESS) units += static_cast<std::int64_t>(gpus.size());
      }
    if (units > 0) row->units = units;
  }
  row->run = run;
}

}  // namespace

bool IsPhillyJson(const std::string& path) {
  std::ifstream file(path);
  char first = 0;
  return file >> first && first == '[';
}

void ReadPhillyJson(const std::string& path, JobRows& rows) {
  simdjson::dom::parser parser;
  element root;
  simdjson::dom::array list;
  if (const auto error = parser.load(path).get(root); error != simdjson::SUCCESS) return rows.Error(0, std::string("is no JSON: ") + simdjson::error_message(error));
  if (root.get_array().get(list) != simdjson::SUCCESS) return rows.Error(0, "is no list of jobs");
  std::map<std::string, std::uint32_t, std::less<>> users, queues;
  std::vector<JobRows::Row> found;
  double first = std::numeric_limits<double>::infinity();
  int number = 0;
  for (const element e : list) {
    ++number;
    object job;
    if (e.get_object().get(job) != simdjson::SUCCESS) {
      rows.Error(0, "job " + std::to_string(number) + " is no object");
      continue;
    }
    JobRows::Row row;
    const auto submit = TimeOf(job, "submitted_time");
    ReadAttempts(job, &row);
    if (!submit || row.units <= 0 || row.run <= 0.0) {
      rows.LeaveOut();
      continue;
    }
    row.id = number;
    row.submit = *submit;
    row.user = Index(users, WordOf(job, "user"));
    row.queue = Index(queues, WordOf(job, "vc"));
    const std::string_view status = WordOf(job, "status");
    row.recorded = status == "Pass"     ? jobs::RecordedEnd::kCompleted
                   : status == "Failed" ? jobs::RecordedEnd::kFailed
                   : status == "Killed" ? jobs::RecordedEnd::kCancelled
                                        : jobs::RecordedEnd::kUnknown;
    first = std::min(first, row.submit);
    found.push_back(row);
  }
  for (JobRows::Row& row : found) {
    row.submit -= first;
    rows.Add(row);
  }
}

}  // namespace headroom::scenario
