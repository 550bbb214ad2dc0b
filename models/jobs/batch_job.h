#pragma once

#include <cstdint>
#include <vector>

namespace headroom::jobs {

enum class RecordedEnd : std::uint8_t { kUnknown, kCompleted, kFailed, kCancelled };

/// A batch job as a trace or a generator gives it. Times in ns from the run's start.
struct BatchJob {
  std::int64_t id = 0;        ///< the trace's own number; counted from 1 in generated streams
  std::int64_t submit = 0;
  std::int64_t estimate = 0;  ///< what its user says it takes at most
  std::int64_t runtime = 0;
  std::uint32_t units = 1;    ///< processors or accelerators
  std::uint32_t milli = 1000; ///< of its accelerator that a job of one takes, 1/1000
  std::uint32_t cpus = 0;     ///< processors beside its units, 1/1000; 0: it does not say
  std::uint32_t memory = 0;   ///< MB
  std::uint32_t user = 0;
  std::uint32_t queue = 0;    ///< number of the queue or partition in the trace
  RecordedEnd recorded = RecordedEnd::kUnknown;
};

using JobStream = std::vector<BatchJob>;  ///< by submission

}  // namespace headroom::jobs
