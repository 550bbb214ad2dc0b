#include "scenarios/replay/telemetry.h"

#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::replay;

namespace {
Telemetry Read(const std::string& text) {
  const std::string path = (std::filesystem::temp_directory_path() / fmt::format("headroom_telemetry_{}.csv", getpid())).string();
  std::ofstream(path) << text;
  struct Gone {
    std::string path;
    ~Gone() { std::filesystem::remove(path); }
  } gone{path};
  return ReadTelemetry(path);
}
}  // namespace

TEST_CASE("units are taken to W and degC, times to seconds from the first row", "[telemetry]") {
  const Telemetry t = Read("# a comment\ntime,site_power (kW),loop_temperature:facility-supply (degC),pue\n100,12.5,27,1.2\n160,,NA,nan\n220,13,28,1.3\n");
  CHECK(t.times == std::vector<double>{0, 60, 120});
  CHECK(t.step == 60);
  REQUIRE(t.signals.size() == 3);
  CHECK(t.signals[0].unit == "W");
  CHECK(t.signals[0].values[0] == Approx(12500));
  CHECK(std::isnan(t.signals[0].values[1]));
  CHECK(t.signals[1].series == "loop_temperature");
  CHECK(t.signals[1].entity == "facility-supply");
  CHECK(t.signals[1].values[2] == Approx(28.0));
  CHECK(t.Find("pue")->values[2] == Approx(1.3));
  CHECK(t.Find("nothing") == nullptr);
}

TEST_CASE("times of the calendar", "[telemetry]") {
  const Telemetry t = Read("time,pue\n2026-01-31T23:59:00Z,1\n2026-02-01 00:01:00,1\n2026-02-01T02:02:30+02:00,1\n");
  CHECK(t.times == std::vector<double>{0, 120, 210});
}

TEST_CASE("mistakes are named with their line", "[telemetry]") {
  CHECK_THROWS_WITH(Read("time,pue\n0,1\n0,1\n"), Catch::Contains(":3") && Catch::Contains("not after that of the row before"));
  CHECK_THROWS_WITH(Read("time,pue\n0,1\n60,x\n"), Catch::Contains(":3") && Catch::Contains("pue: 'x' is no number"));
  CHECK_THROWS_WITH(Read("time,pue\n0,1,2\n"), Catch::Contains(":2") && Catch::Contains("has 3 cells, the header 2"));
  CHECK_THROWS_WITH(Read("time,site_power (kg)\n0,1\n1,1\n"), Catch::Contains("'kg' is no unit"));
  CHECK_THROWS_WITH(Read("pue\n1\n"), Catch::Contains("no column 'time'"));
  CHECK_THROWS_WITH(Read("time\n1\n"), Catch::Contains("no column beside the time"));
  CHECK_THROWS_WITH(Read("time,pue,pue\n0,1,1\n"), Catch::Contains("stands there twice"));
  CHECK_THROWS_WITH(Read("time,pue\nyesterday,1\n"), Catch::Contains("neither a number of seconds nor a time"));
  CHECK_THROWS_WITH(Read("time,pue\n0,1\n"), Catch::Contains("no two rows"));
  CHECK_THROWS_WITH(Read(""), Catch::Contains("empty"));
  CHECK_THROWS_WITH(ReadTelemetry("/nowhere/x.csv"), Catch::Contains("no file"));
}
