#include "analysis/compare/compare.h"

#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "analysis/hdf5/report_writer.h"

using namespace headroom;
using namespace headroom::report;

namespace {

/// Reports of one figure each, under a scenario of one key.
class Bench {
 public:
  Bench() : folder_(std::filesystem::temp_directory_path() / fmt::format("headroom_compare_{}", getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~Bench() { std::filesystem::remove_all(folder_); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  void Add(const std::string& batch, int seed, double step_time, const std::string& binding = "feed") {
    const std::string path = (folder_ / fmt::format("{}.h5", reports_.size())).string();
    Provenance p;
    p.scenario_text = fmt::format("schema: 1\nseed: {}\nbatch: {}\n", seed, batch);
    p.seed = static_cast<std::uint64_t>(seed);
    p.program_version = "0.1.0";
    ReportWriter w(path, p);
    MetricSet m;
    m.Set("workloads.a.step_time", step_time, "s");
    m.SetText("site.binding", binding);
    w.Finish("done", 1.0, m);
    reports_.emplace_back(path);
  }
  Comparison Result() const { return Compare(reports_); }

 private:
  std::filesystem::path folder_;
  std::vector<Report> reports_;
};

}  // namespace

TEST_CASE("a longer step is worse, by difference and share", "[compare]") {
  Bench b;
  b.Add("32", 1, 4.0);
  b.Add("64", 1, 5.0, "air");
  const Comparison c = b.Result();
  REQUIRE(c.columns.size() == 2);
  REQUIRE(c.inputs.size() == 1);
  CHECK(c.inputs[0].path == "batch");
  CHECK(c.inputs[0].values == std::vector<std::string>{"32", "64"});
  const ComparedValue& v = c.metrics.at(0).values.at(1);
  CHECK(v.difference == Approx(1.0));
  CHECK(v.relative == Approx(0.25));
  CHECK(v.verdict == Verdict::kWorse);
  CHECK(c.metrics.at(1).values.at(1).text == "air");
}

TEST_CASE("equal figures are the same", "[compare]") {
  Bench b;
  b.Add("32", 1, 4.0);
  b.Add("64", 1, 4.0);
  CHECK(b.Result().metrics.at(0).values.at(1).verdict == Verdict::kSame);
}

// 4.0, 4.2, 4.4 and 4.1, 4.3, 4.5: Welch's t = 0.1 / (0.2 sqrt(2/3)) = 0.612 with 4 degrees of freedom, p = 0.57.
TEST_CASE("what repeats scatter over is not called better or worse", "[compare]") {
  Bench b;
  for (const double t : {4.0, 4.2, 4.4}) b.Add("32", static_cast<int>(t * 10), t);
  for (const double t : {4.1, 4.3, 4.5}) b.Add("64", static_cast<int>(t * 10), t);
  const Comparison c = b.Result();
  REQUIRE(c.columns.size() == 2);
  CHECK(c.columns[0].files.size() == 3);
  CHECK(c.metrics.at(0).values.at(0).mean == Approx(4.2));
  CHECK(c.metrics.at(0).values.at(1).p == Approx(0.5734).epsilon(0.01));
  CHECK(c.metrics.at(0).values.at(1).verdict == Verdict::kUnclear);
}

// 4.0, 4.1, 4.2 and 5.0, 5.1, 5.2: t = 1 / (0.1 sqrt(2/3)) = 12.2, p = 0.00026.
TEST_CASE("what lies beyond the scatter is", "[compare]") {
  Bench b;
  for (const double t : {4.0, 4.1, 4.2}) b.Add("32", static_cast<int>(t * 10), t);
  for (const double t : {5.0, 5.1, 5.2}) b.Add("64", static_cast<int>(t * 10), t);
  const ComparedValue& v = b.Result().metrics.at(0).values.at(1);
  CHECK(v.p == Approx(0.000255).epsilon(0.05));
  CHECK(v.verdict == Verdict::kWorse);
}

TEST_CASE("the forms say the same", "[compare]") {
  Bench b;
  b.Add("32", 1, 4.0);
  b.Add("64", 1, 5.0);
  const Comparison c = b.Result();
  CHECK_THAT(ComparisonText(c), Catch::Contains("workloads.a.step_time"));
  CHECK_THAT(ComparisonMarkdown(c), Catch::Contains("| workloads.a.step_time |"));
  CHECK_THAT(ComparisonCsv(c), Catch::Contains("workloads.a.step_time"));
  CHECK_THAT(ComparisonJson(c), Catch::Contains("\"worse\""));
}
