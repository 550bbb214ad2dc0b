#include "analysis/export/run_identity.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "analysis/hdf5/sha256.h"

namespace headroom::report {

std::string RunUuid(const Report& r) {
  std::string hex = Sha256(fmt::format("{}\n{}\n{}", r.scenario_sha256(), r.summary().seed, r.program_version())).substr(0, 32);
  hex[12] = '8';
  hex[16] = "89ab"[(hex[16] <= '9' ? hex[16] - '0' : hex[16] - 'a' + 10) & 3];
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4), hex.substr(20));
}

std::int64_t StartMillis(const Report& r) {
  int y = 1970, h = 0, min = 0, s = 0;
  unsigned m = 1, d = 1;
  if (std::sscanf(r.time_units().c_str(), "seconds since %d-%u-%uT%d:%d:%d", &y, &m, &d, &h, &min, &s) != 6) return 0;
  using namespace std::chrono;
  const sys_days day = year(y) / month(m) / std::chrono::day(d);
  return duration_cast<milliseconds>(day.time_since_epoch() + hours(h) + minutes(min) + seconds(s)).count();
}

std::string IsoTime(std::int64_t millis) {
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds(millis)};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss clock(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

}  // namespace headroom::report
