#include "scenarios/sweep/rows.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "tests/scenarios/sweep/temp_sweep.h"

using namespace headroom;
using namespace headroom::sweep;
using test::TempSweep;
namespace fs = std::filesystem;

namespace {

MetricSet Figures(double first) {
  MetricSet m;
  m.Set("a.power", first, "W");
  m.SetText("a.word", "feed");
  m.Set("a.share", first / 3.0, "1");
  return m;
}

struct Site {
  Site() : folder(temp / "d") {
    folder.Create();
    temp.Write("d/reports/p1.h5", "report 1");
    temp.Write("d/reports/p2.h5", "report two");
    AppendRow(folder, "p1", folder.report("p1"), "done", Figures(1.0));
    AppendRow(folder, "p2", folder.report("p2"), "out-of-memory", Figures(2.0));
  }
  std::string RowsFile() const {
    for (const auto& entry : fs::directory_iterator(folder.rows()))
      if (entry.path().extension() == ".rows") return entry.path().string();
    return "";
  }
  bool Has(const std::string& id) const {
    Row row;
    return Rows(folder).Find(id, StateOf(folder.report(id)), &row);
  }
  TempSweep temp;
  Folder folder;
};

}  // namespace

TEST_CASE("a row gives back the figures of its report", "[rows]") {
  const Site s;
  const Rows rows(s.folder);
  Row row;
  REQUIRE(rows.Find("p2", StateOf(s.folder.report("p2")), &row));
  CHECK(row.status == "out-of-memory");
  CHECK(row.layout->names == std::vector<std::string>{"a.power", "a.word", "a.share"});
  CHECK(row.layout->units == std::vector<std::string>{"W", "", "1"});
  CHECK(row.values[0] == 2.0);
  CHECK(row.values[2] == 2.0 / 3.0);
  REQUIRE(row.texts.size() == 1);
  CHECK(row.texts[0] == "feed");
  CHECK_FALSE(rows.Find("p3", {}, &row));
}

TEST_CASE("a row of another file than the report that stands there does not count", "[rows]") {
  const Site s;
  REQUIRE(s.Has("p1"));
  s.temp.Write("d/reports/p1.h5", "report one, made again");
  CHECK_FALSE(s.Has("p1"));
  CHECK(s.Has("p2"));
  AppendRow(s.folder, "p1", s.folder.report("p1"), "done", Figures(5.0));
  Row row;
  const Rows rows(s.folder);
  REQUIRE(rows.Find("p1", StateOf(s.folder.report("p1")), &row));
  CHECK(row.values[0] == 5.0);
}

TEST_CASE("torn and spoilt records are passed over, whole ones behind them are found", "[rows]") {
  const Site s;
  const auto size = fs::file_size(s.RowsFile());
  fs::resize_file(s.RowsFile(), size - 5);
  CHECK(s.Has("p1"));
  CHECK_FALSE(s.Has("p2"));
  AppendRow(s.folder, "p2", s.folder.report("p2"), "done", Figures(2.0));
  CHECK(s.Has("p1"));
  CHECK(s.Has("p2"));
  {
    std::fstream file(s.RowsFile(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);  // in the first record's values
    file.put('!');
  }
  CHECK_FALSE(s.Has("p1"));
  CHECK(s.Has("p2"));
}

TEST_CASE("names that do not match their own digest are not used", "[rows]") {
  const Site s;
  for (const auto& entry : fs::directory_iterator(s.folder.rows()))
    if (entry.path().extension() == ".names") std::ofstream(entry.path()) << "a.power\tkW\t\n";
  CHECK_FALSE(s.Has("p1"));
}

TEST_CASE("a folder without rows has none, and one that cannot be written costs nothing but time", "[rows]") {
  const TempSweep temp;
  temp.Write("r.h5", "x");
  const Folder folder(temp / "none");
  AppendRow(folder, "p1", temp / "r.h5", "done", Figures(1.0));
  Row row;
  CHECK_FALSE(Rows(folder).Find("p1", StateOf(temp / "r.h5"), &row));
}
