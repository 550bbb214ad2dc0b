#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/read/traces/job_rows.h"
#include "scenarios/read/traces/line_reader.h"
#include "scenarios/read/traces/timestamp.h"

namespace headroom::scenario {
namespace {

constexpr double kDay = 86400.0, kMinute = 60.0;

std::vector<std::string_view> Split(std::string_view text, char by) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(by, at);
    out.push_back(text.substr(at, end - at));
    if (end == text.npos) return out;
    at = end + 1;
  }
}

std::optional<double> Number(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// `[days-]hours:minutes:seconds` or `minutes:seconds`, in s.
std::optional<double> Span(std::string_view text) {
  double days = 0.0;
  if (const std::size_t dash = text.find('-'); dash != text.npos) {
    const auto d = Number(text.substr(0, dash));
    if (!d) return std::nullopt;
    days = *d;
    text.remove_prefix(dash + 1);
  }
  double seconds = 0.0;
  const auto parts = Split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  for (const std::string_view part : parts) {
    const auto n = Number(part);
    if (!n || *n < 0.0) return std::nullopt;
    seconds = seconds * 60.0 + *n;
  }
  return days * kDay + seconds;
}

/// `2026-03-01T12:00:00`, in s since 1970.
std::optional<double> Time(std::string_view text) {
  std::string plain(text);
  if (const std::size_t t = plain.find('T'); t != plain.npos) plain[t] = ' ';
  const auto ns = ParseTimestamp(plain);
  if (!ns) return std::nullopt;
  return static_cast<double>(*ns / 1'000'000) * 1e-3;
}

/// The count of `name` in `billing=8,cpu=64,gres/gpu=8,mem=1T,node=1`.
std::optional<double> Resource(std::string_view list, std::string_view name) {
  for (const std::string_view part : Split(list, ',')) {
    const std::size_t equal = part.find('=');
    if (part.substr(0, equal) == name && equal != part.npos) return Number(part.substr(equal + 1));
  }
  return std::nullopt;
}

jobs::RecordedEnd EndOf(std::string_view state) {
  if (state.starts_with("COMPLETED")) return jobs::RecordedEnd::kCompleted;
  if (state.starts_with("CANCELLED")) return jobs::RecordedEnd::kCancelled;
  for (const char* failed : {"FAILED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL", "DEADLINE"})
    if (state.starts_with(failed)) return jobs::RecordedEnd::kFailed;
  return jobs::RecordedEnd::kUnknown;
}

class Sacct {
 public:
  explicit Sacct(JobRows& rows) : rows_(rows) {}

  void Read(const std::string& path) {
    LineReader reader(path);
    if (!reader.open()) return rows_.Error(0, "does not exist or cannot be read");
    std::string_view line;
    if (!reader.Next(line)) return rows_.Error(0, "has no jobs; a trace needs at least one");
    std::size_t count = 0;
    for (const std::string_view name : Split(line, '|')) column_[std::string(name)] = count++;
    for (const char* name : {"JobID", "Submit"})
      if (column_.count(name) == 0) return rows_.Error(1, fmt::format("is no sacct -P dump; column {} is missing", name));
    if (!Has("Elapsed") && !Has("ElapsedRaw")) return rows_.Error(1, "is no sacct -P dump; column Elapsed or ElapsedRaw is missing");
    if (!Has("AllocTRES") && !Has("ReqTRES") && !Has("AllocCPUS"))
      return rows_.Error(1, "is no sacct -P dump; column AllocTRES, ReqTRES or AllocCPUS is missing");
    while (reader.Next(line)) {
      if (line.empty()) continue;
      cells_ = Split(line, '|');
      if (cells_.size() != count) {
        rows_.Error(reader.number(), fmt::format("has {} fields; the first line has {}", cells_.size(), count));
        continue;
      }
      Add(reader.number());
    }
    if (reader.failed()) rows_.Error(reader.number(), "reading failed after this line");
    Finish();
  }

 private:
  struct Found {
    JobRows::Row row;
    double accelerators = 0.0, processors = 0.0;
  };

  bool Has(const char* name) const { return column_.count(name) > 0; }
  std::string_view Cell(const char* name) const {
    const auto it = column_.find(name);
    return it == column_.end() ? std::string_view() : cells_[it->second];
  }

  void Add(int line) {
    const std::string_view id = Cell("JobID");
    if (id.find('.') != id.npos) return;  // a step of a job
    Found f;
    const auto submit = Time(Cell("Submit"));
    if (!submit) return rows_.Error(line, fmt::format("Submit is '{:.40}'; it must be a time", Cell("Submit")));
    const auto elapsed = Has("ElapsedRaw") ? Number(Cell("ElapsedRaw")) : Span(Cell("Elapsed"));
    if (!elapsed) return rows_.Error(line, fmt::format("Elapsed is '{:.40}'; it must be [days-]hours:minutes:seconds", Cell("Elapsed")));
    f.row.submit = *submit;
    f.row.run = *elapsed;
    if (const auto minutes = Number(Cell("TimelimitRaw"))) f.row.request = *minutes * kMinute;
    else if (const auto limit = Span(Cell("Timelimit"))) f.row.request = *limit;
    for (const char* list : {"AllocTRES", "ReqTRES"}) {
      if (f.accelerators == 0.0) f.accelerators = Resource(Cell(list), "gres/gpu").value_or(0.0);
      if (f.processors == 0.0) f.processors = Resource(Cell(list), "cpu").value_or(0.0);
    }
    if (f.processors == 0.0) f.processors = Number(Cell("AllocCPUS")).value_or(0.0);
    f.row.id = static_cast<std::int64_t>(Number(id.substr(0, id.find_first_not_of("0123456789"))).value_or(static_cast<double>(found_.size() + 1)));
    f.row.user = Index(users_, Cell("User"));
    f.row.queue = Index(queues_, Cell("Partition"));
    f.row.recorded = EndOf(Cell("State"));
    found_.push_back(f);
  }

  /// Where any job has accelerators, jobs without are left out; else units are processors. Jobs that never ran are left out.
  void Finish() {
    bool accelerators = false;
    double first = INFINITY;
    for (const Found& f : found_) {
      accelerators = accelerators || f.accelerators > 0.0;
      first = std::min(first, f.row.submit);
    }
    for (Found& f : found_) {
      const double units = accelerators ? f.accelerators : f.processors;
      if (units <= 0.0 || f.row.run <= 0.0) {
        rows_.LeaveOut();
        continue;
      }
      f.row.units = static_cast<std::int64_t>(units);
      f.row.submit -= first;
      rows_.Add(f.row);
    }
  }

  static std::uint32_t Index(std::map<std::string, std::uint32_t, std::less<>>& known, std::string_view name) {
    if (name.empty()) return 0;
    return known.emplace(std::string(name), static_cast<std::uint32_t>(known.size()) + 1).first->second;
  }

  JobRows& rows_;
  std::map<std::string, std::size_t, std::less<>> column_;
  std::vector<std::string_view> cells_;
  std::map<std::string, std::uint32_t, std::less<>> users_, queues_;
  std::vector<Found> found_;
};

}  // namespace

void ReadSacct(const std::string& path, JobRows& rows) { Sacct(rows).Read(path); }

}  // namespace headroom::scenario
