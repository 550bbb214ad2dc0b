#include "gui/data/report_file.h"

#include <QSignalSpy>
#include <cmath>

#include "gui/data/columns.h"
#include "gui/data/rack_metric.h"
#include "gui/data/report_loader.h"
#include "gui/data/sweep_results.h"
#include "gui/data/trace.h"
#include "tests/gui/sample_report.h"

using namespace headroom;
using namespace headroom::gui;

namespace {

QString Sample(const char* name, SampleSize size = {}) {
  const QString path = QStringLiteral(HEADROOM_BINARY_DIR "/tests/") + name;
  WriteSampleReport(path.toStdString(), size);
  return path;
}

/// Opens a report as the window does.
std::shared_ptr<const ReportFile> Load(const QString& path) {
  ReportLoader loader;
  std::shared_ptr<const ReportFile> file;
  QObject::connect(&loader, &ReportLoader::Loaded, [&](const QString&, std::shared_ptr<const ReportFile> f) { file = f; });
  loader.Load(path);
  REQUIRE(QTest::qWaitFor([&] { return file != nullptr; }, 10000));
  return file;
}

QString Refusal(const QString& path, bool sweep = false) {
  ReportLoader loader;
  QSignalSpy failed(&loader, &ReportLoader::Failed);
  sweep ? loader.LoadSweep(path) : loader.Load(path);
  REQUIRE(failed.wait(10000));
  return failed.front().at(1).toString();
}

}  // namespace

TEST_CASE("values arrive in the background and are those that were recorded", "[report_file]") {
  const auto file = Load(Sample("gui_data.h5"));
  const int power = file->FindSeries("rack_group_power");
  REQUIRE(power >= 0);
  CHECK(file->Row(power, 100).empty());
  REQUIRE(QTest::qWaitFor([&] { return file->Row(power, 100).exact(); }, 10000));
  const double watts = 40e3 + 20e3 * std::sin(100 * 0.01047 - 7 * 0.3);
  CHECK(file->Row(power, 100).At(7) == Approx(watts).epsilon(1e-6));
  REQUIRE(QTest::qWaitFor([&] { return file->Overview(power) && file->Overview(power)->whole(); }, 10000));
  CHECK(file->Overview(power)->At(0, 100, 7).count == 16);
  CHECK(file->RowAt(0.0) == 0);
  CHECK(file->RowAt(1.0) == 0);
  CHECK(file->RowAt(1.5) == 1);
  CHECK(file->RowAt(1e9) == 599);
  CHECK(file->FindSeries("nothing") == -1);
}

TEST_CASE("a table arrives in the background; one that is not there never does", "[report_file]") {
  const auto file = Load(Sample("gui_data_table.h5"));
  REQUIRE(QTest::qWaitFor([&] { return file->FindTable("/workloads/research/jobs") != nullptr; }, 10000));
  CHECK(Wholes(*file->FindTable("/workloads/research/jobs"), "accelerators")[0] == 72);
  CHECK(file->FindTable("/nothing") == nullptr);
  CHECK(file->error().isEmpty());
}

TEST_CASE("a line is exact where it fits and keeps its extremes where it does not", "[trace]") {
  const auto file = Load(Sample("gui_trace.h5", {.racks = 4, .rows = 20000, .tables = false}));
  const int power = file->FindSeries("rack_group_power");
  REQUIRE(QTest::qWaitFor([&] { return TraceOf(*file, power, 1, 0, 20000, 500).whole; }, 10000));
  const Trace all = TraceOf(*file, power, 1, 0, 20000, 500);
  CHECK(!all.exact);
  CHECK(all.points.size() <= 1100);
  float least = 1e9f, largest = 0.0f;
  for (const TracePoint& p : all.points) {
    least = std::min(least, p.least);
    largest = std::max(largest, p.largest);
  }
  CHECK(least == Approx(20e3).epsilon(1e-4));
  CHECK(largest == Approx(60e3).epsilon(1e-4));
  REQUIRE(QTest::qWaitFor([&] { return TraceOf(*file, power, 1, 5000, 5100, 500).whole; }, 10000));
  const Trace near = TraceOf(*file, power, 1, 5000, 5100, 500);
  CHECK(near.exact);
  REQUIRE(near.points.size() >= 100);
  // The first is the interval before the range begins, whose middle is 4998.5 s.
  CHECK(near.points.front().time == Approx(4998.5));
  CHECK(near.points.front().mean == Approx(40e3 + 20e3 * std::sin(4998 * 0.01047 - 0.3)).epsilon(1e-5));
}

TEST_CASE("racks have a value, a limit, a state and a workload at every time", "[rack_metric]") {
  const auto file = Load(Sample("gui_metric.h5"));
  const RackMetric& power = FindRackMetric("rack_power");
  const auto at = [&](const char* key, double time) {
    RackValues v;
    REQUIRE(QTest::qWaitFor([&] { return v = RackValuesAt(*file, FindRackMetric(key), time), v.exact && !v.empty; }, 10000));
    return v;
  };
  CHECK(at("rack_power", 1.0).value[0] == Approx(40e3));
  CHECK(at("rack_power", 1.0).limit[0] == 60e3);
  CHECK(at("die_temperature", 500.0).value[2] == 88.0);
  CHECK(at("die_temperature", 500.0).limit[2] == 85.0);
  CHECK(std::isnan(at("clock", 500.0).limit[2]));
  CHECK(at("inlet", 500.0).value[0] == 32.0);
  CHECK(at("state", 500.0).value[2] == static_cast<double>(RackState::kSlowed));
  CHECK(at("state", 100.0).value[2] == static_cast<double>(RackState::kBusy));
  CHECK(at("state", 100.0).value[5] == static_cast<double>(RackState::kIdle));
  // Job 1 holds all of the first rack of research until 50 s, job 2 a part of the second from 60 s on.
  CHECK(at("held", 10.0).value[38] == 1.0);
  CHECK(at("held", 10.0).value[39] == 0.0);
  CHECK(at("held", 100.0).value[38] == 0.0);
  CHECK(at("held", 100.0).value[39] == Approx(36.0 / 72));
  CHECK(at("held", 100.0).value[0] == 1.0);
  const RackValues work = at("workload", 0.0);
  CHECK(work.words[static_cast<std::size_t>(work.value[39])] == "research");
  CHECK(RangeOf(*file, power).to == 60e3);
  CHECK(FindRackMetric("no such metric").key == "rack_power");
}

TEST_CASE("what is no report is refused with a message that names the file", "[report_loader]") {
  const QString folder = QStringLiteral(HEADROOM_BINARY_DIR "/tests/");
  CHECK(Refusal(folder + "gui_absent.h5").endsWith("gui_absent.h5: cannot open: No such file or directory"));
  QFile text(folder + "gui_text.h5");
  REQUIRE(text.open(QIODevice::WriteOnly));
  text.write("hello");
  text.close();
  CHECK(Refusal(text.fileName()).endsWith("gui_text.h5: not a Headroom report"));
  CHECK(Refusal(text.fileName(), true).endsWith("gui_text.h5: not a collected sweep"));
  const QString later = folder + "gui_version.h5";
  WriteSampleReport(later.toStdString(), {.racks = 2, .rows = 2, .tables = false, .version = 2});
  CHECK(Refusal(later).endsWith("gui_version.h5: is a report of version 2; this program reads version 1"));
  // A report that was cut in half opens no more, and says so instead of ending the program.
  QFile whole(Sample("gui_cut.h5"));
  whole.resize(whole.size() / 2);
  CHECK(Refusal(whole.fileName()).startsWith(folder + "gui_cut.h5: "));
}

TEST_CASE("a report whose values are damaged opens, and says what cannot be read", "[report_file]") {
  const QString path = Sample("gui_damaged.h5", {.racks = 300, .rows = 2000, .tables = false});
  {
    QFile file(path);
    REQUIRE(file.open(QIODevice::ReadWrite));
    // In the middle are chunks of values.
    file.seek(file.size() / 2);
    file.write(QByteArray(200000, '\x5a'));
  }
  const auto file = Load(path);
  const int power = file->FindSeries("rack_group_power");
  file->Overview(power);
  REQUIRE(QTest::qWaitFor([&] { return !file->error().isEmpty(); }, 10000));
  CHECK(file->error().contains("gui_damaged.h5: cannot read a series"));
}

TEST_CASE("the cache keeps to its bound and drops what was used longest ago", "[block_cache]") {
  BlockCache cache(4 * 100 * sizeof(float));
  const auto block = [] { return std::make_shared<Block>(100); };
  for (std::uint64_t i = 0; i < 4; ++i) cache.Put({1, 0, i}, block());
  CHECK(cache.Find({1, 0, 0}) != nullptr);
  cache.Put({1, 0, 4}, block());
  CHECK(cache.bytes() == cache.bound());
  CHECK(cache.Find({1, 0, 0}) != nullptr);
  CHECK(cache.Find({1, 0, 1}) == nullptr);
}

// (1, 4) (2, 2) (3, 3) (4, 1), less of both is better: (3, 3) is beaten by (2, 2).
TEST_CASE("a Pareto front leaves out what another point beats", "[sweep_results]") {
  report::SweepTable t;
  t.points = 4;
  t.coordinates = {{"x", "kW", "", std::vector<double>{1, 2, 3, 4}, {}}, {"plan", "", "", std::vector<std::string>{"a", "b", "a", "b"}, {}}};
  t.metrics = {"site.pue"};
  t.units = {"1"};
  t.values = {4, 2, 3, 1};
  t.words = {{"status", "", "", std::vector<std::string>(4, "done"), {}}};
  const std::string path = HEADROOM_BINARY_DIR "/tests/gui_sweep.h5";
  report::WriteSweep(path, t);
  const SweepResults s = SweepResults::Read(QString::fromStdString(path));
  REQUIRE(s.axes.size() == 3);
  CHECK(s.axes[0].unit == "kW");
  CHECK(s.axes[1].words == QStringList{"a", "b"});
  CHECK(s.axes[1].values == std::vector<double>{0, 1, 0, 1});
  CHECK(s.Front(0, false, 2, false) == std::vector<std::size_t>{0, 1, 3});
  CHECK(s.Front(0, true, 2, false) == std::vector<std::size_t>{3});
  CHECK(s.status[2] == "done");
}
