#include "models/catalog/builtin_sheets.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "models/catalog/library.h"
#include "models/catalog/sheet_text.h"

using namespace headroom;
using namespace headroom::catalog;
namespace fs = std::filesystem;

namespace {
const fs::path kFolder = fs::path(HEADROOM_SOURCE_DIR) / "models/catalog/sheets";
}

TEST_CASE("every file of the sheets folder is in the program, byte for byte, and nothing else",
          "[catalog]") {
  std::set<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml")
      files.insert(fs::relative(entry.path(), kFolder).string());
  }
  std::set<std::string> embedded;
  for (const BuiltinSheet& sheet : BuiltinSheets()) {
    const std::string path = std::string(sheet.kind) + "/" + std::string(sheet.name) + ".yaml";
    embedded.insert(path);
    std::ostringstream text;
    text << std::ifstream(kFolder / path).rdbuf();
    INFO(path);
    CHECK(text.str() == sheet.text);
  }
  CHECK(files == embedded);
}

TEST_CASE("sheets are sorted by kind and name, so that look-up by halves finds them", "[catalog]") {
  const auto sheets = BuiltinSheets();
  REQUIRE(sheets.size() > 60);
  for (std::size_t i = 1; i < sheets.size(); ++i) {
    CHECK(std::pair(sheets[i - 1].kind, sheets[i - 1].name) <
          std::pair(sheets[i].kind, sheets[i].name));
  }
}

TEST_CASE("every sheet parses, and is of the kind and name that its file says", "[catalog]") {
  const Library library;
  for (const BuiltinSheet& builtin : BuiltinSheets()) {
    INFO(builtin.kind << "/" << builtin.name);
    Sheet sheet;
    REQUIRE_NOTHROW(sheet = library.sheet(std::string(builtin.kind), std::string(builtin.name)));
    CHECK(KindOf(sheet) == builtin.kind);
    CHECK(NameOf(sheet) == builtin.name);
  }
}

TEST_CASE("every sheet that another one names exists", "[catalog]") {
  const Library library;
  for (const auto& name : library.names("node")) {
    const Node& node = library.node(name);
    INFO(name);
    if (node.accelerator().empty()) {
      CHECK(node.accelerators() == 0);
    } else {
      CHECK(library.Has("accelerator", node.accelerator()));
      CHECK(node.accelerators() > 0);
    }
  }
  for (const auto& name : library.names("rack"))
    CHECK(library.Has("node", library.rack(name).node()));
  for (const auto& name : library.names("kernels")) {
    CHECK(library.Has("accelerator", library.kernels(name).accelerator()));
  }
  for (const auto& name : library.names("accelerator")) {
    const Accelerator& accelerator = library.accelerator(name);
    for (const auto& profile : accelerator.kernels()) {
      INFO(name << " lists " << profile);
      REQUIRE(library.Has("kernels", profile));
      CHECK(library.kernels(profile).accelerator() == name);
    }
  }
}

TEST_CASE("the sheets that scenarios name by default exist", "[catalog]") {
  const Library library;
  for (const char* name :
       {"transformer-mv-lv", "pdu-busway", "rectifier-orv3", "ups-double-conversion", "ups-eco"}) {
    CHECK(library.Has("conversion", name));
  }
  CHECK(library.Has("cdu", "cdu-2mw"));
  CHECK(library.Has("tower", "tower-2mw"));
  CHECK(library.Has("chiller", "chiller-1mw"));
  CHECK(library.Has("node", "generic-node"));
}

TEST_CASE("the catalog's page lists every sheet except fitted kernel profiles", "[catalog][docs]") {
  std::ostringstream text;
  text << std::ifstream(fs::path(HEADROOM_SOURCE_DIR) / "docs/models/catalog.md").rdbuf();
  for (const BuiltinSheet& sheet : BuiltinSheets()) {
    if (sheet.kind == "kernels" && !sheet.name.starts_with("generic-")) continue;
    INFO(sheet.kind << "/" << sheet.name);
    CHECK(text.str().find("| `" + std::string(sheet.name) + "` |") != std::string::npos);
  }
}
