#include <stdlib.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "analysis/hdf5/report_reader.h"
#include "analysis/hdf5/sha256.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"
#include "tests/analysis/hdf5/sample.h"

using namespace headroom;
using namespace headroom::report;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "report-test-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
  fs::path path;
};

template <class T>
std::vector<T> Values(const Table& t, const std::string& column) {
  for (const Column& c : t.columns)
    if (c.name == column) return std::get<std::vector<T>>(c.values);
  return {};
}

}  // namespace

TEST_CASE("what is written is read back", "[report]") {
  Folder folder;
  const std::string path = folder / "a.h5";
  {
    ReportWriter writer(path, SampleProvenance());
    CHECK(writer.partial_path() == path + ".partial");
    WriteSample(writer, 600, 4);
    CHECK(!fs::exists(path));
    writer.Finish("done", 6000.5, SampleMetrics());
  }
  CHECK(fs::exists(path));
  CHECK(!fs::exists(path + ".partial"));

  const Report report(path);
  CHECK(report.summary().name == SampleProvenance().title);
  CHECK(report.summary().status == "done");
  CHECK(report.summary().simulated_s == 6000.5);
  CHECK(report.summary().seed == 18446744073709551615u);
  CHECK(report.scenario_text() == "schema: 1\nname: sample\n");
  CHECK(report.scenario_sha256() == Sha256("schema: 1\nname: sample\n"));
  CHECK(report.program_version() == "0.1.0");
  CHECK(report.time_units() == "seconds since 2026-01-01T00:00:00Z");

  const auto& metrics = report.summary().metrics.all();
  REQUIRE(metrics.size() == 4);
  CHECK(metrics[1].name == "workloads.chat.ttft.p99");
  CHECK(metrics[1].value == 1.0 / 3.0);
  CHECK(metrics[1].unit == "s");
  CHECK(metrics[3].text == "liquid");

  CHECK(report.series_names() ==
        std::vector<std::string>{"rack_power", "rack_power_max", "site_power"});
  const SeriesValues power = report.series("rack_power");
  CHECK(power.spec.units == "W");
  CHECK(power.spec.cell_methods == "time: mean");
  CHECK(power.spec.dimension == "rack");
  CHECK(power.spec.entities[2] == "row-1/rack-3");
  REQUIRE(power.times.size() == 600);
  REQUIRE(power.values.size() == 1800);
  CHECK(power.times[599] == 6000.0);
  for (std::size_t i = 0; i < 600; ++i)
    for (std::size_t r = 0; r < 3; ++r) {
      const float got = power.values[3 * i + r];
      if (i == 3 && r == 1)
        CHECK(std::isnan(got));
      else
        REQUIRE(got == 1000.0f * static_cast<float>(r + 1) + static_cast<float>(i));
    }
  const SeriesValues site = report.series("site_power");
  CHECK(site.spec.dimension.empty());
  CHECK(site.values.size() == 600);
  CHECK(site.values[599] == 7000.0f + 3.0f * 599);

  CHECK(report.table_paths() == std::vector<std::string>{"/workloads/chat/requests",
                                                         "/workloads/chat/replicas", "/events"});
  const Table requests = report.table("/workloads/chat/requests");
  CHECK(requests.dimension == "request");
  REQUIRE(requests.columns.size() == 5);
  CHECK(requests.columns[0].name == "id");
  CHECK(requests.columns[4].flags == std::vector<std::string>{"completed", "rejected_by_router"});
  CHECK(Values<std::int64_t>(requests, "output_tokens")[3] == (std::int64_t{1} << 40) + 3);
  CHECK(Values<double>(requests, "arrival")[3] == 0.75);
  CHECK(std::isnan(Values<double>(requests, "finish")[1]));
  CHECK(Values<std::uint8_t>(requests, "state") == std::vector<std::uint8_t>{0, 1, 0, 0});
  CHECK(Values<std::string>(report.table("/events"), "what") ==
        std::vector<std::string>{"", "K\xc3\xbchlung", "cdu-1", "cdu-1"});
  CHECK(Values<double>(report.table("/workloads/chat/replicas"), "load").empty());
}

TEST_CASE("an earlier report is replaced only at the end", "[report]") {
  Folder folder;
  const std::string path = folder / "a.h5";
  for (const char* status : {"first", "second"}) {
    ReportWriter writer(path, SampleProvenance());
    WriteSample(writer, 5, 2);
    if (std::string(status) == "second") CHECK(Report(path).summary().status == "first");
    writer.Finish(status, 50, {});
    CHECK(Report(path).summary().status == status);
  }
}

TEST_CASE("a writer that is given up leaves an incomplete, readable file", "[report]") {
  Folder folder;
  {
    ReportWriter writer(folder / "a.h5", SampleProvenance());
    WriteSample(writer, 7, 2);
  }
  CHECK(!fs::exists(folder / "a.h5"));
  const Report report(folder / "a.h5.partial");
  CHECK(report.summary().status == "incomplete");
  CHECK(report.summary().simulated_s == 70.0);
  CHECK(report.summary().metrics.all().empty());
  CHECK(report.series("rack_power").values.size() == 21);
}

TEST_CASE("a flush in the middle of an interval loses and doubles nothing", "[report]") {
  Folder folder;
  {
    ReportWriter writer(folder / "a.h5", SampleProvenance());
    const SeriesId s = writer.AddSeries({"x", "1", "", "time: point", "e", {"a", "b"}});
    for (int i = 0; i < 1000; ++i) {
      writer.Put(s, 0, i);
      if (i % 7 == 0) writer.Flush();
      writer.Put(s, 1, -i);
      writer.EndInterval(i + 1);
    }
    writer.Finish("done", 1000, {});
  }
  const SeriesValues x = Report(folder / "a.h5").series("x");
  REQUIRE(x.values.size() == 2000);
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(x.values[2 * i] == static_cast<float>(i));
    REQUIRE(x.values[2 * i + 1] == static_cast<float>(-i));
  }
}

TEST_CASE("a run without intervals or with wide series is written too", "[report]") {
  Folder folder;
  {
    ReportWriter writer(folder / "empty.h5", SampleProvenance());
    writer.AddSeries({"x", "1", "", "", "", {}});
    writer.Finish("does-not-fit", 0, {});
  }
  CHECK(Report(folder / "empty.h5").series("x").values.empty());

  std::vector<std::string> names;
  for (int i = 0; i < 300000; ++i) names.push_back("accelerator-" + std::to_string(i + 1));
  {
    ReportWriter writer(folder / "wide.h5", SampleProvenance());
    const SeriesId s = writer.AddSeries({"x", "1", "", "", "accelerator", names});
    for (int t = 0; t < 40; ++t) {
      for (std::size_t e = 0; e < names.size(); e += 99999)
        writer.Put(s, e, static_cast<double>(t) + static_cast<double>(e));
      writer.EndInterval(t + 1);
    }
    writer.Finish("done", 40, {});
  }
  const SeriesValues wide = Report(folder / "wide.h5").series("x");
  REQUIRE(wide.values.size() == 40u * 300000u);
  CHECK(wide.values[39u * 300000u + 299997u] == 39.0f + 299997.0f);
  CHECK(std::isnan(wide.values[39u * 300000u + 1u]));
  CHECK(wide.spec.entities[299999] == "accelerator-300000");
}

TEST_CASE("a scenario text of a megabyte fits", "[report]") {
  Folder folder;
  Provenance p = SampleProvenance();
  p.scenario_text = std::string(1 << 20, 'y');
  ReportWriter(folder / "a.h5", p).Finish("done", 0, {});
  CHECK(Report(folder / "a.h5").scenario_text() == p.scenario_text);
}

TEST_CASE("a table of two million rows goes in and out", "[report]") {
  Folder folder;
  const std::size_t rows = 2000000;
  std::vector<std::int64_t> id(rows);
  std::vector<std::uint8_t> state(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    id[i] = static_cast<std::int64_t>(i);
    state[i] = static_cast<std::uint8_t>(i % 3);
  }
  {
    ReportWriter writer(folder / "a.h5", SampleProvenance());
    writer.WriteTable({"/requests",
                       "request",
                       {{"id", "1", "", id, {}}, {"state", "1", "", state, {"a", "b", "c"}}}});
    writer.Finish("done", 0, {});
  }
  const Table t = Report(folder / "a.h5").table("/requests");
  CHECK(Values<std::int64_t>(t, "id") == id);
  CHECK(Values<std::uint8_t>(t, "state") == state);
}

TEST_CASE("a defect of the caller is caught", "[report]") {
  Folder folder;
  ReportWriter writer(folder / "a.h5", SampleProvenance());
  const SeriesId s = writer.AddSeries({"x", "1", "", "", "e", {"a", "b"}});
  CHECK_THROWS_AS(writer.AddSeries({"x", "1", "", "", "", {}}), InternalError);
  CHECK_THROWS_AS(writer.AddSeries({"y", "1", "", "", "e", {"a"}}), InternalError);
  CHECK_THROWS_AS(writer.Put(s, 2, 0.0), InternalError);
  CHECK_THROWS_AS(writer.Put(SeriesId(), 0, 0.0), InternalError);
  writer.EndInterval(1.0);
  CHECK_THROWS_AS(writer.EndInterval(1.0), InternalError);
  CHECK_THROWS_AS(writer.AddSeries({"z", "1", "", "", "", {}}), InternalError);
  CHECK_THROWS_AS(writer.WriteTable({"/t",
                                     "r",
                                     {{"a", "", "", std::vector<double>(2), {}},
                                      {"b", "", "", std::vector<double>(3), {}}}}),
                  InternalError);
}

TEST_CASE("a wrong name is answered with the nearest one", "[report]") {
  Folder folder;
  {
    ReportWriter writer(folder / "a.h5", SampleProvenance());
    WriteSample(writer, 2, 2);
    writer.Finish("done", 20, {});
  }
  const Report report(folder / "a.h5");
  CHECK_THROWS_WITH(report.series("rack_powr"),
                    Catch::Contains("no series rack_powr; did you mean rack_power?"));
  CHECK_THROWS_AS(report.table("/evnts"), ConfigError);
}
