#include "scenarios/read/series/series_reader.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/read/temp_folder.h"

using namespace headroom;
using namespace headroom::scenario;

namespace {

struct File {
  explicit File(const std::string& text) {
    path = folder.Write("prices.csv", text);
    series = ReadSeriesFile(path, PriceColumns(), found);
  }
  std::string Error() const { return found.errors().empty() ? "" : found.errors().front().message; }
  test::TempFolder folder;
  std::string path;
  Diagnostics found;
  std::optional<ReadSeries> series;
};

}  // namespace

TEST_CASE("a series is read in SI, in equal steps", "[series]") {
  const File f("# day ahead\nhour,zone,price_USD_per_MWh\n10,A,36\n10.5,A,-72\n11,A,3.6\n");
  REQUIRE(f.series);
  CHECK(f.series->step == 1800.0);
  CHECK(f.series->first == 36000.0);
  CHECK(!f.series->dated);
  CHECK(f.series->values[0] == Approx(1e-8));
  CHECK(f.series->values[1] == Approx(-2e-8));
  CHECK(f.found.warnings().empty());
}

TEST_CASE("dates count from a common origin, over New Year too", "[series]") {
  const File f("time,price_USD_per_MWh\n2023-12-31T23:00,1\n2024-01-01 00:00:00,2\n2024-01-01T01:00,3\n");
  REQUIRE(f.series);
  CHECK(f.series->dated);
  CHECK(f.series->step == 3600.0);
  CHECK(*SecondsOfDate("2024-03-01T00:00") - *SecondsOfDate("2024-02-28T00:00") == 2 * 86400.0);
  CHECK(!SecondsOfDate("yesterday"));
}

TEST_CASE("gaps of up to three hours are bridged linearly, with a warning", "[series]") {
  const File f("hour,price_USD_per_MWh\n0,10\n1,20\n3,40\n4,NA\n5,60\n");
  REQUIRE(f.series);
  REQUIRE(f.series->values.size() == 6);
  CHECK(f.series->values[2] * 3.6e9 == Approx(30.0));
  CHECK(f.series->values[4] * 3.6e9 == Approx(50.0));
  REQUIRE(f.found.warnings().size() == 1);
  CHECK(f.found.warnings()[0].message == "2 values are missing, first here; they are bridged linearly (up to 3 h in a row)");
  CHECK(f.found.warnings()[0].place.line == 4);
}

TEST_CASE("longer gaps and other faults are refused with their line", "[series]") {
  const auto error = [](const std::string& rows, const std::string& header = "hour,price_USD_per_MWh") {
    return File(header + "\n" + rows).Error();
  };
  CHECK(error("0,1\n1,1\n6,1\n") == "4 h are missing before or at this line; up to 3 h are bridged");
  CHECK(error("0,1\n1,1\n2.5,1\n") == "lies 5400 s from the row before; that is no whole number of the file's step, 3600 s");
  CHECK(error("0,1\n0,2\n") == "does not come after the row before it; times rise from row to row");
  CHECK(error("0,cheap\n") == "'cheap' is no number");
  CHECK(error("0,1,2\n") == "has 3 columns; the header has 2");
  CHECK(error("0,1\n1,\n") == "has no value; the first and the last row must have one");
  CHECK(error("0,1\n") == "has less than two rows of values");
  CHECK(error("0,1\n", "hour,price") == "has no column price_USD_per_MWh, price_USD_per_kWh, price_USD_per_J; the name tells the unit");
  CHECK(error("0,1\n", "when,price_USD_per_MWh") == "has no column hour or time");
  CHECK(error("2026-02-30T00:00,1\n", "time,price_USD_per_MWh") == "'2026-02-30T00:00' is no date and time such as 2026-07-15T00:00");
}
