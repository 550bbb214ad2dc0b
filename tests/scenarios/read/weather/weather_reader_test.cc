#include "scenarios/read/weather/weather_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/scenarios/read/shared_folder.h"
#include "tests/scenarios/read/temp_folder.h"

using namespace headroom;
using namespace headroom::scenario;
using headroom::test::TempFolder;

namespace {

/// A year at 10 degC dry and 5 degC wet, with the lines of some hours replaced; an empty one is left out.
std::string Year(const std::string& header, const std::vector<std::pair<int, std::string>>& other = {}) {
  std::string text = "# a year\n" + header + "\n";
  for (int hour = 0; hour < 8760; ++hour) {
    std::string line = fmt::format("{},10.0,5.0", hour);
    for (const auto& [at, replaced] : other)
      if (at == hour) line = replaced;
    if (!line.empty()) text += line + "\n";
  }
  return text;
}

struct Reading {
  std::vector<cooling::Outdoors> hours;
  std::string errors, warnings;
};

Reading Read(const std::string& text) {
  TempFolder folder;
  Diagnostics found;
  Reading out;
  out.hours = ReadWeather(folder.Write("w.csv", text), found);
  for (const auto& [list, to] : {std::pair{&found.errors(), &out.errors}, {&found.warnings(), &out.warnings}})
    for (const Finding& f : *list) *to += fmt::format("{}:{}: {}\n", folder.Cut(f.place.file), f.place.line, f.message);
  return out;
}

const char* const kHeader = "hour_index,drybulb_C,wetbulb_C";

}  // namespace

TEST_CASE("a year is read by its column names", "[weather]") {
  const Reading r = Read(Year("hour_index,drybulb_C,wetbulb_C", {{3, "3,20,15.5"}}));
  CHECK(r.errors + r.warnings == "");
  REQUIRE(r.hours.size() == 8760);
  CHECK(r.hours[2].dry_bulb == Approx(283.15));
  CHECK(r.hours[3].wet_bulb == Approx(288.65));
}

TEST_CASE("short gaps are bridged, over the year's end too, and said so", "[weather]") {
  const Reading r = Read(Year(kHeader, {{0, "0,NA,5"}, {1, "1,16,8"}, {8759, "8759,10,5"}, {100, ""}, {101, "101,,6"}}));
  CHECK(r.errors == "");
  CHECK(r.warnings ==
        "w.csv:3: 3 dry and 1 wet bulb readings are missing, first here; they are bridged linearly (up to 12 h in a row)\n");
  CHECK(r.hours[0].dry_bulb == Approx(273.15 + 13.0));
  CHECK(r.hours[100].dry_bulb == Approx(283.15));
  CHECK(r.hours[100].wet_bulb == Approx(273.15 + 5.5));
}

TEST_CASE("what cannot be read is an error with its line", "[weather]") {
  CHECK(Read("hour_index,wetbulb_C\n").errors == "w.csv:1: has no column drybulb_C\n");
  CHECK(Read("hour_index,drybulb_C\n").errors ==
        "w.csv:1: has no column wetbulb_C, nor dewpoint_C or rh_pct to work it out\n");
  CHECK(Read(Year(kHeader, {{7, "7,10"}})).errors == "w.csv:10: has 2 columns; the header has 3\n");
  CHECK(Read(Year(kHeader, {{7, "7,warm,5"}})).errors == "w.csv:10: 'warm' is no number\n");
  CHECK(Read(Year(kHeader, {{7, "7,10,500"}})).errors == "w.csv:10: 500 does not lie within -90 and 70\n");
  CHECK(Read(Year(kHeader, {{7, "7,10,11"}})).errors ==
        "w.csv:10: the wet bulb, 11.00 degC, is above the dry bulb, 10.00 degC\n");
  CHECK(Read(Year(kHeader, {{7, "6,10,5"}})).errors ==
        "w.csv:10: hour_index 6 does not come after 6; hours rise from row to row\n");
  std::vector<std::pair<int, std::string>> gap;
  for (int i = 50; i < 63; ++i) gap.push_back({i, ""});
  CHECK(Read(Year(kHeader, gap)).errors ==
        "w.csv:53: 13 h of dry bulb are missing before or at this line; up to 12 h are bridged\n"
        "w.csv:53: 13 h of wet bulb are missing before or at this line; up to 12 h are bridged\n");
  Diagnostics found;
  ReadWeather("/nowhere/w.csv", found);
  REQUIRE(found.errors().size() == 1);
  CHECK(found.errors()[0].message == "does not exist or cannot be read");
}

TEST_CASE("the hour of the year goes by month, day and time", "[weather]") {
  CHECK(HourOfYear("2026-01-01T00:00:00", 8760) == 0.0);
  CHECK(HourOfYear("2026-07-15T00:00:00", 8760) == 195 * 24.0);
  CHECK(HourOfYear("2026-07-15 06:30", 8760) == 195 * 24.0 + 6.5);
  CHECK(HourOfYear("2024-02-29", 8760) == HourOfYear("2024-03-01", 8760));
  CHECK(HourOfYear("2024-03-01", 8784) == 60 * 24.0);
  for (const char* bad : {"", "July 15", "2026-02-29", "2026-13-01", "2026-07-15T25:00", "2026-07-15T00:00:00Z"})
    CHECK_FALSE(HourOfYear(bad, 8760).has_value());
}

TEST_CASE("the wet bulb worked out from dew points agrees with the file's own", "[weather]") {
  const std::filesystem::path file = headroom::test::SharedFolder() / "contract/weather/chicago_tmy3.csv";
  if (!std::filesystem::exists(file)) {
    WARN("skipped: no weather file");
    return;
  }
  Diagnostics found;
  const auto given = ReadWeather(file.string(), found);
  REQUIRE(given.size() == 8760);
  CHECK(found.ok());
  CHECK(found.warnings().empty());
  std::FILE* f = std::fopen(file.c_str(), "rb");
  std::string text;
  for (int c; (c = std::fgetc(f)) != EOF;) text.push_back(static_cast<char>(c));
  std::fclose(f);
  text.replace(text.find("wetbulb_C_derived"), 17, "unused");
  TempFolder folder;
  const auto derived = ReadWeather(folder.Write("w.csv", text), found);
  REQUIRE(derived.size() == 8760);
  // The file's own come from humidity; its rounded dew points differ from them in a few hours.
  std::vector<double> apart;
  for (std::size_t i = 0; i < 8760; ++i) apart.push_back(std::abs(given[i].wet_bulb - derived[i].wet_bulb));
  std::sort(apart.begin(), apart.end());
  CHECK(apart[8760 / 2] < 0.1);
}
