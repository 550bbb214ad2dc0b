#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "scenarios/read/traces/job_rows.h"
#include "scenarios/read/traces/line_reader.h"

namespace headroom::scenario {
namespace {

constexpr std::size_t kFields = 18;
constexpr std::size_t kNeeded = 5;  ///< up to the allocated processors
enum Field {
  kId = 0,
  kSubmit = 1,
  kRun = 3,
  kAllocated = 4,
  kAsked = 7,
  kRequest = 8,
  kStatus = 10,
  kUser = 11,
  kQueue = 14
};

/// The numbers of a line; how many there are, or -1 where one is none.
int Numbers(std::string_view line, std::array<double, kFields>& out) {
  out.fill(-1.0);
  std::size_t n = 0;
  const char* at = line.data();
  const char* const end = at + line.size();
  while (true) {
    while (at != end && (*at == ' ' || *at == '\t')) ++at;
    if (at == end || n == kFields) return static_cast<int>(n);
    const auto [next, error] = std::from_chars(at, end, out[n]);
    if (error != std::errc() || (next != end && *next != ' ' && *next != '\t')) return -1;
    if (!(std::abs(out[n]) <= 9e15)) return -1;
    at = next;
    ++n;
  }
}

jobs::RecordedEnd EndOf(double status) {
  return status == 1.0   ? jobs::RecordedEnd::kCompleted
         : status == 0.0 ? jobs::RecordedEnd::kFailed
         : status == 5.0 ? jobs::RecordedEnd::kCancelled
                         : jobs::RecordedEnd::kUnknown;
}

}  // namespace

/// Standard Workload Format 2.2 (Chapin et al. 1999): 18 numbers a line, -1 unknown, comments after
/// `;`.
void ReadSwf(const std::string& path, JobRows& rows) {
  LineReader reader(path);
  if (!reader.open()) return rows.Error(0, "does not exist or cannot be read");
  std::string_view line;
  std::array<double, kFields> f;
  while (reader.Next(line)) {
    line = line.substr(0, line.find(';'));
    const int count = Numbers(line, f);
    if (count == 0) continue;
    if (count < 0 || static_cast<std::size_t>(count) < kNeeded) {
      rows.Error(reader.number(),
                 count < 0 ? fmt::format("is no line of numbers: '{:.60}'", line)
                           : fmt::format("has {} fields; a job has at least {}", count, kNeeded));
      continue;
    }
    if (f[kSubmit] > 9e9 || f[kRun] > 9e9 || f[kRequest] > 9e9) {
      rows.Error(reader.number(), "has a time of more than 9e9 s");
      continue;
    }
    JobRows::Row row;
    row.id = static_cast<std::int64_t>(f[kId]);
    row.submit = f[kSubmit];
    row.run = f[kRun];
    row.request = f[kRequest];
    row.units = static_cast<std::int64_t>(f[kAllocated] > 0.0 ? f[kAllocated] : f[kAsked]);
    row.user = f[kUser] > 0.0 ? static_cast<std::uint32_t>(f[kUser]) : 0;
    row.queue = f[kQueue] > 0.0 ? static_cast<std::uint32_t>(f[kQueue]) : 0;
    row.recorded = EndOf(f[kStatus]);
    rows.Add(row);
  }
  if (reader.failed()) rows.Error(reader.number(), "reading failed after this line");
}

}  // namespace headroom::scenario
