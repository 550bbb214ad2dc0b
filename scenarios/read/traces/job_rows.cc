#include "scenarios/read/traces/job_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenarios/read/traces/request_trace_reader.h"

namespace headroom::scenario {

JobRows::JobRows(std::string file, std::uint32_t units, Diagnostics& diagnostics)
    : file_(std::move(file)), units_(units), diagnostics_(diagnostics) {}

void JobRows::Error(int line, const std::string& message) {
  if (++errors_ > kMaxTraceErrors) return;
  diagnostics_.Error({file_, line, 0}, "", message);
}

void JobRows::Add(const Row& row) {
  double submit = row.submit, run = row.run, request = row.request;
  std::int64_t units = row.units;
  if (!(run > 0.0) || units <= 0) {
    ++stubs_;
    run = request = 1.0;
    units = std::max<std::int64_t>(1, units);
    submit = std::max(submit, 1.0);
  } else {
    const double estimate = std::max({request, run, 1.0});
    if (request > 0.0 && run > request) {
      ++cut_;
      run = request;
    }
    run = std::max(run, 1.0);
    request = estimate;
  }
  if (units > units_) {
    ++clamped_;
    units = units_;
  }
  if (submit < 0.0) {
    ++early_;
    submit = 0.0;
  }
  if (submit < last_submit_) ++disordered_;
  last_submit_ = std::max(last_submit_, submit);
  jobs::BatchJob job;
  job.id = row.id;
  job.submit = std::llround(submit * 1e9);
  job.runtime = std::llround(run * 1e9);
  job.estimate = std::llround(request * 1e9);
  job.units = static_cast<std::uint32_t>(units);
  job.milli = static_cast<std::uint32_t>(row.milli);
  job.cpus = static_cast<std::uint32_t>(std::clamp(std::round(row.cpus * 1e3), 0.0, 4e9));
  job.memory = static_cast<std::uint32_t>(std::clamp(std::round(row.memory), 0.0, 4e9));
  job.user = row.user;
  job.queue = row.queue;
  job.recorded = row.recorded;
  trace_.jobs.push_back(job);
}

JobTrace JobRows::Finish() {
  if (errors_ > kMaxTraceErrors)
    diagnostics_.Error(
        {file_, 0, 0}, "",
        fmt::format("{} more errors of this kind are not shown", errors_ - kMaxTraceErrors));
  if (errors_ == 0 && trace_.jobs.empty())
    diagnostics_.Error({file_, 0, 0}, "", "has no jobs; a trace needs at least one");
  std::stable_sort(
      trace_.jobs.begin(), trace_.jobs.end(),
      [](const jobs::BatchJob& a, const jobs::BatchJob& b) { return a.submit < b.submit; });
  const auto remark = [&](std::uint64_t count, const std::string& what) {
    if (count > 0)
      trace_.remarks.push_back(
          fmt::format("{} of {} jobs {}", count, trace_.jobs.size() + left_out_, what));
  };
  remark(left_out_, "are left out, as the format's rules say");
  remark(stubs_, "have no run time or no processors and count as one second");
  remark(cut_, "ran longer than they asked for and are cut there");
  remark(clamped_,
         fmt::format("ask for more than the {} processors there are and get them all", units_));
  remark(early_, "were submitted before time 0 and are submitted there");
  remark(disordered_, "stand before an earlier submission and are sorted");
  return std::move(trace_);
}

JobTrace ReadJobTrace(const std::string& path, const std::string& format, std::uint32_t units,
                      Diagnostics& diagnostics) {
  JobRows rows(path, units, diagnostics);
  if (format == "swf") {
    ReadSwf(path, rows);
  } else if (format == "sacct") {
    ReadSacct(path, rows);
  } else if (format == "philly" && IsPhillyJson(path)) {
    ReadPhillyJson(path, rows);
  } else if (!ReadCsvJobs(path, format, rows)) {
    rows.Error(0, fmt::format("format '{}' is unknown; known are swf, sacct, philly, helios, acme, pai, openb, dlrm", format));
  }
  return rows.Finish();
}

}  // namespace headroom::scenario
