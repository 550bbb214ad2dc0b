#include "analysis/export/output.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/core/diagnostics.h"
#include "tests/analysis/export/worked_report.h"

using namespace headroom;
using namespace headroom::report;
namespace fs = std::filesystem;

TEST_CASE("a file has its name once it is whole", "[output]") {
  const WorkedFolder folder;
  const std::string path = folder.Path("a.txt");
  {
    FileOutput out(path);
    out.Write("one ");
    CHECK_FALSE(fs::exists(path));
    CHECK(fs::exists(path + ".partial"));
    out.Write("two");
    out.Commit();
  }
  CHECK_FALSE(fs::exists(path + ".partial"));
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  CHECK(text.str() == "one two");
}

TEST_CASE("what is given up leaves the old file and nothing else", "[output]") {
  const WorkedFolder folder;
  const std::string path = folder.Path("a.txt");
  std::ofstream(path) << "old";
  {
    FileOutput out(path);
    out.Write("new");
  }
  CHECK_FALSE(fs::exists(path + ".partial"));
  CHECK(fs::file_size(path) == 3);
  std::string kept;
  std::ifstream(path) >> kept;
  CHECK(kept == "old");
}

TEST_CASE("a folder that is not there is named", "[output]") {
  const WorkedFolder folder;
  CHECK_THROWS_WITH(FileOutput(folder.Path("no/a.txt")), Catch::Contains("no/a.txt: No such file or directory"));
}

TEST_CASE("a full disk is an error", "[output]") {
  if (!fs::exists("/dev/full")) return;
  const WorkedFolder folder;
  fs::create_symlink("/dev/full", folder.Path("a.txt.partial"));
  FileOutput out(folder.Path("a.txt"));
  CHECK_THROWS_AS((out.Write(std::string(1 << 20, 'x')), out.Commit()), IoError);
}
