#pragma once

#include <cstdint>
#include <string>

#include "scenarios/read/traces/job_trace_reader.h"

namespace headroom::scenario {

/// Builds a JobTrace row by row and holds the rules that all formats share.
class JobRows {
 public:
  JobRows(std::string file, std::uint32_t units, Diagnostics& diagnostics);
  void Error(int line, const std::string& message);
  /// A job in seconds of the trace's clock; a value of 0 or less is unknown. The rules, in order:
  ///
  ///   no run time or no units: a stub of one second, estimate one second
  ///   estimate: the larger of request and run time, at least 1 s; without a request the run time
  ///   run time: cut at the request, at least 1 s
  ///   units: at most the cluster's
  ///   submission: not before 0; rows out of order are sorted
  struct Row {
    std::int64_t id = 0;
    double submit = 0.0, run = -1.0, request = -1.0;
    std::int64_t units = -1;
    std::int64_t milli = 1000;  ///< of its accelerator that a job of one takes, 1/1000
    double cpus = 0.0, memory = 0.0;  ///< processors and MB beside its units; 0: it does not say
    std::uint32_t user = 0, queue = 0;
    jobs::RecordedEnd recorded = jobs::RecordedEnd::kUnknown;
  };
  void Add(const Row& row);
  /// Counts a row that the format's own rule leaves out.
  void LeaveOut() { ++left_out_; }
  JobTrace Finish();

 private:
  std::string file_;
  std::uint32_t units_;
  Diagnostics& diagnostics_;
  JobTrace trace_;
  double last_submit_ = 0.0;
  int errors_ = 0;
  std::uint64_t stubs_ = 0, cut_ = 0, clamped_ = 0, early_ = 0, disordered_ = 0, left_out_ = 0;
};

void ReadSwf(const std::string& path, JobRows& rows);
/// Slurm's accounting as `sacct -P -a -o JobID,User,Partition,State,Submit,Elapsed,Timelimit,AllocTRES` prints it: a header line, columns by name, `|`
/// between them. Steps of jobs are skipped.
void ReadSacct(const std::string& path, JobRows& rows);
/// Microsoft's cluster_job_log: a JSON list of jobs with their attempts. A job ran as long as all its attempts together, on the accelerators
/// of the last one; jobs without attempts that started and ended are left out.
bool IsPhillyJson(const std::string& path);
void ReadPhillyJson(const std::string& path, JobRows& rows);
/// Formats with a header line and a column each: philly, helios, acme, pai, openb, dlrm. False for another name.
bool ReadCsvJobs(const std::string& path, const std::string& format, JobRows& rows);

}  // namespace headroom::scenario
