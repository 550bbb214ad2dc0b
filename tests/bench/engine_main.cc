#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <vector>

#include "tests/bench/engine_bench.h"

using namespace headroom::bench;

namespace {

double Median(int repeats, const std::function<double()>& measure) {
  std::vector<double> values(static_cast<std::size_t>(repeats));
  std::generate(values.begin(), values.end(), measure);
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

/// bench_engine [--smoke]: one line per figure, "name value unit", medians of repeats.
int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::string_view(argv[1]) == "--smoke";
  const int repeats = smoke ? 1 : 7;
  const std::size_t n = smoke ? 100 : 100000;
  const std::size_t rounds = smoke ? 2 : 10;
  const auto print = [&](const char* name, const char* unit, double scale,
                         const std::function<double()>& measure) {
    fmt::print("{:<28} {:>12.4g} {}\n", name, Median(repeats, measure) * scale, unit);
  };
  print("schedule_and_run", "events/s", 1.0, [&] { return ScheduleAndRun(n, rounds); });
  print("hold", "events/s", 1.0, [&] { return Hold(n, n * rounds); });
  print("schedule_and_cancel", "pairs/s", 1.0, [&] { return ScheduleAndCancel(n, rounds); });
  print("resolve_distinct_routes", "ms", 1e3, [&] { return Resolve(n, true); });
  print("resolve_folded_routes", "ms", 1e3, [&] { return Resolve(n, false); });
  print("flow_life", "us/flow", 1e6, [&] { return FlowLife(n, 512); });
  return EXIT_SUCCESS;
}
