#include "scenarios/sweep/sweep_file.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/scenarios/sweep/temp_sweep.h"

using namespace headroom;
using namespace headroom::sweep;
using test::TempSweep;

namespace {

std::string ErrorOf(const std::string& text) {
  const TempSweep folder;
  try {
    folder.Read(text);
  } catch (const ConfigError& e) {
    std::string out;
    for (const Finding& f : e.findings()) out += f.Text() + "\n";
    return out;
  }
  return "";
}

}  // namespace

TEST_CASE("combinations come with the first axis slowest", "[sweep]") {
  const TempSweep folder;
  const auto cases = Cases(folder.Read(
      "vary:\n  - {path: a, values: [1, 2]}\n  - {path: b, from: 0 kW, to: 1 kW, count: 3}\n"));
  REQUIRE(cases.size() == 6);
  CHECK(cases[1] == std::vector<Setting>{{"a", "1"}, {"b", "0.5 kW"}});
  CHECK(cases[3] == std::vector<Setting>{{"a", "2"}, {"b", "0 kW"}});
}

TEST_CASE("a range on a log scale has equal ratios, whole numbers are rounded", "[sweep]") {
  const Range log{"p", 1.0, 100.0, " kW", true, false};
  CHECK(log.At(0.5).text == "10 kW");
  CHECK(log.At(1.0).text == "100 kW");
  const Range whole{"p", 1.0, 4.0, "", false, true};
  CHECK(whole.At(0.4).text == "2");
}

// Three axes: whole walks of four points, so 11 points become 8.
TEST_CASE("morris and saltelli take whole blocks", "[sweep][morris]") {
  const std::string axes = "vary:\n  - {path: a, from: 0, to: 3}\n  - {path: b, values: [x, y]}\n  - {path: c, from: 1 kW, to: 2 kW}\n";
  const TempSweep folder;
  const auto walks = Cases(folder.Read("sample: {method: morris, count: 11}\n" + axes));
  REQUIRE(walks.size() == 8);
  for (std::size_t i = 1; i < walks.size(); ++i) {
    if (i == 4) continue;
    int changed = 0;
    for (std::size_t a = 0; a < 3; ++a) changed += walks[i][a] != walks[i - 1][a];
    CHECK(changed == 1);
  }
  std::set<std::string> words;
  for (const auto& c : walks) words.insert(c[1].text);
  CHECK(words == std::set<std::string>{"x", "y"});
  CHECK(Cases(folder.Read("sample: {method: saltelli, count: 12}\n" + axes)).size() == 10);
  CHECK_THAT(ErrorOf("sample: {method: morris, count: 7}\n" + axes), Catch::Contains("two blocks at least, which are 8 points"));
}

TEST_CASE("in a sweep that branches only what can change varies", "[sweep][branch]") {
  CHECK(ErrorOf("from: 1 min\nvary: [{path: site.power.utility.limit, values: [~, 20 kW]}]\n").empty());
  const std::string error = ErrorOf("from: 1 min\nvary: [{path: \"site.systems[train].count\", values: [2, 3]}]\n");
  CHECK_THAT(error, Catch::Contains("s.yaml:4:") && Catch::Contains("site.systems[train].count cannot change in the middle of a run"));
  CHECK_THAT(error, Catch::Contains("site.power.utility.limit, ") && Catch::Contains("workloads[NAME].serve.requests.arrival.poisson"));
  CHECK(ErrorOf("from: 1 min\nvary: [{path: \"site.systems[train].count\", values: [2, 3], from_start: true}]\n").empty());
  CHECK_THAT(ErrorOf("vary: [{path: a, values: [2, 3], from_start: true}]\n"), Catch::Contains("belongs to a sweep with from"));
}

TEST_CASE("a mistake in a sweep file has its place", "[sweep]") {
  CHECK_THAT(ErrorOf("vary: [{path: a, values: [1]}]\nsampel: {count: 3}\n"), Catch::Contains("s.yaml:4:1: sampel: unknown key; did you mean 'sample'?"));
  CHECK_THAT(ErrorOf("vary: [{path: a, from: 1 kW, to: 2 MW, count: 3}]\n"), Catch::Contains("must have the same unit"));
  CHECK_THAT(ErrorOf("vary: [{path: a, from: 0 kW, to: 2 kW, count: 3, scale: log}]\n"), Catch::Contains("must lie above zero"));
}
