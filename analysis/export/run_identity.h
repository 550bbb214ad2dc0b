#pragma once

#include <cstdint>
#include <string>

#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// A UUID (RFC 9562, version 8) of what the report is of: scenario, seed and program version. Equal runs have equal ones.
std::string RunUuid(const Report& report);

/// The moment that the run simulates first, ms since 1970 UTC.
std::int64_t StartMillis(const Report& report);

/// "2026-01-01T00:00:00.000Z"
std::string IsoTime(std::int64_t millis);

}  // namespace headroom::report
