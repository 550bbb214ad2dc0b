#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "analysis/hdf5/hdf5.h"
#include "analysis/hdf5/report_reader.h"
#include "sim/core/diagnostics.h"
#include "tests/analysis/hdf5/sample.h"

using namespace headroom;
using namespace headroom::report;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "report-failure-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
  fs::path path;
};

/// Runs `work` in a child that ends by SIGKILL right after it, with nothing closed.
template <class F>
void RunAndKill(F&& work) {
  const pid_t child = fork();
  if (child == 0) {
    work();
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("a writer killed after a flush leaves what it flushed", "[report][kill]") {
  Folder folder;
  RunAndKill([&] {
    auto* writer = new ReportWriter(folder / "a.h5", SampleProvenance());
    WriteSample(*writer, 300, 3);
    writer->Flush();
  });
  CHECK(!fs::exists(folder / "a.h5"));
  const Report report(folder / "a.h5.partial");
  CHECK(report.summary().status == "incomplete");
  CHECK(report.summary().simulated_s == 3000.0);
  CHECK(report.series("rack_power").times.size() == 300);
  CHECK(report.series("rack_power").values[3 * 299 + 2] == 3299.0f);
  CHECK(report.table("/workloads/chat/requests").columns.size() == 5);
}

TEST_CASE("a writer killed between flushes leaves the last full block", "[report][kill]") {
  Folder folder;
  RunAndKill([&] {
    auto* writer = new ReportWriter(folder / "a.h5", SampleProvenance());
    const SeriesId s = writer->AddSeries({"x", "1", "", "time: point", "", {}});
    for (int i = 0; i < 10000; ++i) {
      writer->Put(s, 0, i);
      writer->EndInterval(i + 1);
    }
  });
  const SeriesValues x = Report(folder / "a.h5.partial").series("x");
  REQUIRE(x.times.size() == 10000 / 256 * 256);
  CHECK(x.values.back() == static_cast<float>(x.times.size() - 1));
}

TEST_CASE("a block that did not reach the disk is left out", "[report][kill]") {
  Folder folder;
  for (const bool whole : {false, true}) {
    {
      ReportWriter writer(folder / "a.h5", SampleProvenance());
      WriteSample(writer, 600, 3);
      if (whole) writer.Finish("done", 6000, {});
    }
    const std::string path = folder / (whole ? "a.h5" : "a.h5.partial");
    // The third chunk of rack_power is overwritten with zeros.
    haddr_t address = 0;
    hsize_t size = 0, offset[2];
    unsigned mask = 0;
    {
      const Hdf5File file = Hdf5File::OpenToRead(path);
      const Handle d(H5Dopen2(file.id(), "rack_power", H5P_DEFAULT), H5Dclose);
      const Handle space(H5Dget_space(d), H5Sclose);
      REQUIRE(H5Dget_chunk_info(d, space, 2, offset, &mask, &address, &size) >= 0);
      REQUIRE(offset[0] == 512);
    }
    std::fstream raw(path, std::ios::in | std::ios::out | std::ios::binary);
    raw.seekp(static_cast<std::streamoff>(address));
    raw << std::string(size, '\0');
    raw.close();
    const Report report(path);
    CHECK(report.series("rack_power_max").times.size() == 600);
    if (whole) {
      CHECK_THROWS_WITH(report.series("rack_power"), Catch::Contains(": cannot read a series: "));
    } else {
      CHECK(report.series("rack_power").times.size() == 512);
      CHECK(report.series("rack_power").values[3 * 511 + 2] == 3511.0f);
    }
  }
}

TEST_CASE("two runs do not write one report", "[report][io]") {
  Folder folder;
  const std::string path = folder / "a.h5";
  ReportWriter first(path, SampleProvenance());
  WriteSample(first, 300, 3);
  CHECK_THROWS_AS(ReportWriter(path, SampleProvenance()), IoError);
  CHECK_THROWS_WITH(ReportWriter(path, SampleProvenance()),
                    path + ".partial: cannot create: another run writes it");
  first.Finish("done", 3000, {});
  CHECK(Report(path).series("rack_power").times.size() == 300);
  // The file of a run that died is no obstacle.
  RunAndKill([&] { (new ReportWriter(path, SampleProvenance()))->Flush(); });
  CHECK(fs::exists(path + ".partial"));
  ReportWriter(path, SampleProvenance()).Finish("again", 0, {});
  CHECK(Report(path).summary().status == "again");
}

TEST_CASE("a folder that is not there is named", "[report][io]") {
  Folder folder;
  const std::string path = folder / "missing/a.h5";
  CHECK_THROWS_AS(ReportWriter(path, SampleProvenance()), IoError);
  CHECK_THROWS_WITH(ReportWriter(path, SampleProvenance()),
                    path + ": cannot create: " + (folder / "missing") + " is not a folder");
  CHECK_THROWS_WITH(ReportWriter(folder.path.string(), SampleProvenance()),
                    Catch::EndsWith("it is a folder"));
}

TEST_CASE("the system's reason is told", "[report][io]") {
  CHECK_THROWS_WITH(ReportWriter("/proc/a.h5", SampleProvenance()),
                    Catch::StartsWith("/proc/a.h5.partial: cannot create: "));
  Folder folder;
  CHECK_THROWS_WITH(Report(folder / "none.h5"),
                    (folder / "none.h5") + ": cannot open: No such file or directory");
}

TEST_CASE("a full disk ends in an error that says so, and in no report", "[report][io]") {
  Folder folder;
  if (mount("tmpfs", folder.path.c_str(), "tmpfs", 0, "size=256k") != 0) {
    std::puts("skipped: a small tmpfs cannot be mounted here");
    return;
  }
  const std::string path = folder / "a.h5";
  std::string error;
  try {
    ReportWriter writer(path, SampleProvenance());
    const SeriesId s = writer.AddSeries({"x", "1", "", "", "", {}});
    std::uint64_t noise = 1;
    for (int i = 0; i < 1000000; ++i) {
      noise = noise * 6364136223846793005u + 1442695040888963407u;
      writer.Put(s, 0, static_cast<double>(noise >> 11));
      writer.EndInterval(i + 1);
    }
    writer.Finish("done", 1e6, {});
  } catch (const IoError& e) {
    error = e.what();
  }
  CHECK_THAT(error, Catch::StartsWith(path + ".partial: cannot "));
  CHECK_THAT(error, Catch::Contains("No space left on device"));
  CHECK(!fs::exists(path));
  CHECK(umount2(folder.path.c_str(), MNT_DETACH) == 0);
}

TEST_CASE("other files are no reports", "[report][io]") {
  Folder folder;
  std::ofstream(folder / "text.h5") << "schema: 1\n";
  CHECK_THROWS_AS(Report(folder / "text.h5"), ConfigError);
  CHECK_THROWS_WITH(Report(folder / "text.h5"), (folder / "text.h5") + ": not a Headroom report");
  std::ofstream(folder / "empty.h5");
  CHECK_THROWS_WITH(Report(folder / "empty.h5"), Catch::EndsWith("not a Headroom report"));
  CHECK_THROWS_WITH(Report(folder.path.string()), Catch::EndsWith("not a Headroom report"));
}

TEST_CASE("a report cut short is refused or read, never worse", "[report][io]") {
  Folder folder;
  {
    ReportWriter writer(folder / "a.h5", SampleProvenance());
    WriteSample(writer, 300, 300);
    writer.Finish("done", 3000, SampleMetrics());
  }
  const auto size = fs::file_size(folder / "a.h5");
  for (int part = 1; part < 16; ++part) {
    fs::copy_file(folder / "a.h5", folder / "cut.h5", fs::copy_options::overwrite_existing);
    fs::resize_file(folder / "cut.h5", size * part / 16);
    CHECK_THROWS_AS(Report(folder / "cut.h5"), std::runtime_error);
  }
}
