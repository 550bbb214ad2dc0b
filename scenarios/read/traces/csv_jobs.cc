#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "scenarios/read/traces/job_rows.h"
#include "scenarios/read/traces/line_reader.h"
#include "scenarios/read/traces/timestamp.h"

namespace headroom::scenario {
namespace {

/// Columns of a format; empty: the trace has none. The run time is `duration`, else `end` - `start`.
struct CsvFormat {
  const char* name;
  const char* submit;
  const char* units;
  const char* duration = "";
  const char* start = "";
  const char* end = "";
  const char* id = "";
  const char* user = "";
  const char* queue = "";
  const char* state = "";
  const char* milli = "";  ///< share of its accelerator that a job of one takes, 1/1000
  const char* tasks = "";  ///< of a row, each of which asks for `units`, `cpus` and `memory`
  const char* cpus = "";   ///< 1/cpu_scale of a processor
  const char* memory = ""; ///< in memory_scale MB
  double unit_scale = 1.0, cpu_scale = 1.0, memory_scale = 1.0;
  const char* header = ""; ///< of files that have none
};

constexpr CsvFormat kFormats[] = {
    {.name = "philly", .submit = "timestamp", .units = "num_gpus", .duration = "duration", .queue = "cluster"},
    {.name = "helios", .submit = "submit_time", .units = "gpu_num", .duration = "duration", .id = "job_id", .user = "user", .queue = "vc", .state = "state"},
    {.name = "acme", .submit = "submit_time", .units = "gpu_num", .duration = "duration", .id = "job_id", .user = "user", .queue = "type", .state = "state"},
    {.name = "pai", .submit = "start_time", .units = "plan_gpu", .start = "start_time", .end = "end_time", .queue = "gpu_type", .state = "status", .tasks = "inst_num",
     .cpus = "plan_cpu", .memory = "plan_mem", .unit_scale = 100.0, .cpu_scale = 100.0, .memory_scale = 1e3,
     .header = "job_name,task_name,inst_num,status,start_time,end_time,plan_cpu,plan_mem,plan_gpu,gpu_type"},
    {.name = "openb", .submit = "creation_time", .units = "num_gpu", .start = "scheduled_time", .end = "deletion_time", .queue = "qos", .state = "pod_phase", .milli = "gpu_milli",
     .cpus = "cpu_milli", .memory = "memory_mib", .cpu_scale = 1000.0, .memory_scale = 1.048576},
    {.name = "dlrm", .submit = "creation_time", .units = "gpu_request", .start = "scheduled_time", .end = "deletion_time", .queue = "app_name"},
};

std::vector<std::string_view> Cells(std::string_view line) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0;;) {
    const std::size_t comma = line.find(',', at);
    out.push_back(line.substr(at, comma - at));
    if (comma == line.npos) return out;
    at = comma + 1;
  }
}

std::optional<double> Number(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(std::abs(value) <= 9e9)) return std::nullopt;
  return value;
}

/// Seconds, from a number or a calendar time.
std::optional<double> Seconds(std::string_view text) {
  if (const auto number = Number(text)) return number;
  const auto ns = ParseTimestamp(text);
  if (!ns) return std::nullopt;
  return static_cast<double>(*ns / 1'000'000) * 1e-3;
}

bool Missing(std::string_view text) { return text.empty() || text == "NaN" || text == "nan" || text == "None"; }

jobs::RecordedEnd EndOf(std::string_view state) {
  const auto is = [&](std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&](const char* w) { return state == w; });
  };
  if (is({"COMPLETED", "Succeeded", "Running", "Pass", "Terminated"})) return jobs::RecordedEnd::kCompleted;
  if (is({"FAILED", "TIMEOUT", "NODE_FAIL", "Failed"})) return jobs::RecordedEnd::kFailed;
  if (is({"CANCELLED", "Killed"})) return jobs::RecordedEnd::kCancelled;
  return jobs::RecordedEnd::kUnknown;
}

class CsvJobs {
 public:
  CsvJobs(const CsvFormat& format, JobRows& rows) : format_(format), rows_(rows) {}

  void Read(const std::string& path) {
    LineReader reader(path);
    if (!reader.open()) return rows_.Error(0, "does not exist or cannot be read");
    std::string_view line;
    if (!reader.Next(line)) return rows_.Error(0, "has no jobs; a trace needs at least one");
    std::size_t index = 0;
    const std::string first_line(line);
    const bool headless = *format_.header && Cells(line).size() == Cells(format_.header).size() && first_line.find(format_.units) == first_line.npos;
    for (const std::string_view cell : Cells(headless ? std::string_view(format_.header) : line)) column_[std::string(cell)] = index++;
    for (const char* name : {format_.submit, format_.units, format_.duration, format_.start, format_.end})
      if (*name && column_.count(name) == 0)
        return rows_.Error(1, fmt::format("is no {} trace; column {} is missing", format_.name, name));
    if (headless) Add(reader.number(), Cells(first_line));
    while (reader.Next(line)) {
      if (line.empty()) continue;
      const auto cells = Cells(line);
      if (cells.size() != index) {
        rows_.Error(reader.number(), fmt::format("has {} fields; the first line has {}", cells.size(), index));
        continue;
      }
      Add(reader.number(), cells);
    }
    if (reader.failed()) rows_.Error(reader.number(), "reading failed after this line");
    // The trace's own clock starts with its first submission.
    double first = INFINITY;
    for (const JobRows::Row& row : found_) first = std::min(first, row.submit);
    for (JobRows::Row& row : found_) {
      row.submit -= first;
      rows_.Add(row);
    }
  }

 private:
  std::string_view Cell(const std::vector<std::string_view>& cells, const char* name) const {
    const auto it = *name ? column_.find(name) : column_.end();
    return it == column_.end() ? std::string_view() : cells[it->second];
  }

  /// Left out: jobs without accelerators, and those that the trace saw neither come nor go.
  void Add(int line, const std::vector<std::string_view>& cells) {
    const std::string_view units = Cell(cells, format_.units), submit = Cell(cells, format_.submit);
    const auto count = Number(units);
    if (!Missing(units) && !count) return rows_.Error(line, fmt::format("{} is '{:.40}'; it must be a number", format_.units, units));
    const bool from_span = *format_.duration == 0;
    const std::string_view start = Cell(cells, from_span ? format_.start : format_.duration), end = Cell(cells, format_.end);
    if (!count || *count <= 0.0 || Missing(submit) || Missing(start) || (from_span && Missing(end))) return rows_.LeaveOut();
    const auto time = Seconds(submit), first = Seconds(start), last = from_span ? Seconds(end) : first;
    for (const auto& [name, text, value] : {std::tuple(format_.submit, submit, time), std::tuple(from_span ? format_.start : format_.duration, start, first),
                                            std::tuple(format_.end, end, last)})
      if (!value) return rows_.Error(line, fmt::format("{} is '{:.40}'; it must be seconds or a time", name, text));
    JobRows::Row row;
    row.submit = *time;
    row.run = from_span ? *last - *first : *first;
    const double tasks = std::max(1.0, Number(Cell(cells, format_.tasks)).value_or(1.0)), each = *count / format_.unit_scale;
    row.units = static_cast<std::int64_t>(tasks * std::ceil(each - 1e-9));
    if (each < 1.0 && row.units == 1) row.milli = std::clamp<std::int64_t>(std::llround(each * 1000.0), 1, 1000);
    row.cpus = tasks * std::max(0.0, Number(Cell(cells, format_.cpus)).value_or(0.0)) / format_.cpu_scale;
    row.memory = tasks * std::max(0.0, Number(Cell(cells, format_.memory)).value_or(0.0)) * format_.memory_scale;
    row.id = static_cast<std::int64_t>(Number(Cell(cells, format_.id)).value_or(static_cast<double>(found_.size() + 1)));
    if (row.units == 1 && *format_.milli) row.milli = std::clamp<std::int64_t>(std::llround(Number(Cell(cells, format_.milli)).value_or(1000.0)), 1, 1000);
    row.user = Index(users_, Cell(cells, format_.user));
    row.queue = Index(queues_, Cell(cells, format_.queue));
    row.recorded = EndOf(Cell(cells, format_.state));
    found_.push_back(row);
  }

  /// 1, 2 ... in order of appearance; 0 for no name.
  static std::uint32_t Index(std::map<std::string, std::uint32_t, std::less<>>& known, std::string_view name) {
    if (name.empty()) return 0;
    return known.emplace(std::string(name), static_cast<std::uint32_t>(known.size()) + 1).first->second;
  }

  const CsvFormat& format_;
  JobRows& rows_;
  std::map<std::string, std::size_t, std::less<>> column_;
  std::map<std::string, std::uint32_t, std::less<>> users_, queues_;
  std::vector<JobRows::Row> found_;
};

}  // namespace

bool ReadCsvJobs(const std::string& path, const std::string& format, JobRows& rows) {
  for (const CsvFormat& f : kFormats)
    if (format == f.name) {
      CsvJobs(f, rows).Read(path);
      return true;
    }
  return false;
}

}  // namespace headroom::scenario
