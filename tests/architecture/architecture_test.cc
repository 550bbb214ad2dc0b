#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/architecture/include_rules.h"

using namespace headroom;
namespace fs = std::filesystem;

namespace {

/// A tree of its own, gone with it.
class Tree {
 public:
  Tree() : root_(fs::temp_directory_path() / fmt::format("headroom_architecture_{}", getpid())) {
    fs::remove_all(root_);
  }
  ~Tree() { fs::remove_all(root_); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  Tree& Write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
    return *this;
  }
  std::vector<std::string> Broken() const { return Violations(root_); }

 private:
  fs::path root_;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("this tree keeps its arrows", "[architecture]") {
  const Lines broken = Violations(HEADROOM_SOURCE_DIR);
  for (const std::string& line : broken) UNSCOPED_INFO(line);
  CHECK(broken.empty());
}

TEST_CASE("what the arrows allow is not reported", "[architecture]") {
  Tree tree;
  tree.Write("sim/flow/a.cc",
             "#include \"sim/engine/engine.h\"\n#include <simgrid/s4u/Comm.hpp>\n");
  tree.Write("models/serving/a.cc",
             "#include \"models/llm/a.h\"\n#include \"models/catalog/catalog.pb.h\"\n");
  tree.Write("models/plant/a.cc",
             "#include \"models/power/load_port.h\"\n#include \"topology/graph.h\"\n");
  tree.Write("scenarios/schema/s.proto",
             "import \"google/protobuf/any.proto\";\nimport \"models/catalog/c.proto\";\n");
  tree.Write("scenarios/cli/a.cc", "#include \"analysis/hdf5/writer.h\"\n#include <vector>\n");
  tree.Write("gui/pages/a.cc", "#include <QWidget>\n#include \"scenarios/schema/s.pb.h\"\n");
  tree.Write("tests/sim/a_test.cc", "#include \"sim/core/id.h\"\n#include <iostream>\n");
  CHECK(tree.Broken() == Lines());
}

TEST_CASE("a planted include against an arrow is found", "[architecture]") {
  struct Planted {
    const char* path;
    const char* line;
    const char* found;
  };
  const Planted planted = GENERATE(
      Planted{"sim/core/a.h", "#include \"sim/engine/engine.h\"",
              "sim/core/a.h:2: \"sim/engine/engine.h\": sim/core may not include sim/engine"},
      Planted{"sim/engine/a.h", "#include \"sim/flow/flow_network.h\"",
              "sim/engine/a.h:2: \"sim/flow/flow_network.h\": sim/engine may not include sim/flow"},
      Planted{"topology/a.h", "#include \"models/power/p.h\"",
              "topology/a.h:2: \"models/power/p.h\": topology may not include models/power"},
      Planted{"models/cooling/a.h", "#include \"models/power/p.h\"",
              "models/cooling/a.h:2: \"models/power/p.h\": models/cooling may not include "
              "models/power"},
      Planted{"models/serving/a.h", "#include \"models/training/t.h\"",
              "models/serving/a.h:2: \"models/training/t.h\": models/serving may not include "
              "models/training"},
      Planted{
          "models/llm/a.h", "#include \"models/serving/s.h\"",
          "models/llm/a.h:2: \"models/serving/s.h\": models/llm may not include models/serving"},
      Planted{"models/llm/a.h", "#include \"scenarios/schema/s.pb.h\"",
              "models/llm/a.h:2: \"scenarios/schema/s.pb.h\": models may not include scenarios"},
      Planted{"models/catalog/c.proto", "import \"scenarios/schema/s.proto\";",
              "models/catalog/c.proto:2: \"scenarios/schema/s.proto\": models/catalog may not "
              "include scenarios/schema"},
      Planted{"models/weather/a.h", "#include \"sim/core/id.h\"",
              "models/weather/a.h:2: \"sim/core/id.h\": models/weather is on no storey"},
      Planted{"analysis/stats/a.h", "#include \"models/llm/l.h\"",
              "analysis/stats/a.h:2: \"models/llm/l.h\": analysis may not include models/llm"},
      Planted{"gui/pages/a.h", "#include \"models/llm/l.h\"",
              "gui/pages/a.h:2: \"models/llm/l.h\": gui may not include models/llm"},
      Planted{"scenarios/cli/a.cc", "#include \"gui/pages/p.h\"",
              "scenarios/cli/a.cc:2: \"gui/pages/p.h\": scenarios may not include gui/pages"},
      Planted{"sim/probe/a.h", "#include \"tests/bench/b.h\"",
              "sim/probe/a.h:2: \"tests/bench/b.h\": sim/probe may not include tests/bench"},
      Planted{"sim/probe/a.h", "#include \"metric.h\"",
              "sim/probe/a.h:2: \"metric.h\": is not written from the root of the repository"},
      Planted{"models/network/a.cc", "  #  include <simgrid/s4u.hpp>  // why not",
              "models/network/a.cc:2: <simgrid/s4u.hpp> is not for this folder"},
      Planted{"analysis/stats/a.cc", "#include <QString>",
              "analysis/stats/a.cc:2: <QString> is not for this folder"},
      Planted{"scenarios/cli/a.cc", "#include <hdf5.h>",
              "scenarios/cli/a.cc:2: <hdf5.h> is not for this folder"},
      Planted{"sim/core/a.cc", "#include <iostream>",
              "sim/core/a.cc:2: <iostream> is not for this folder"});
  Tree tree;
  tree.Write(planted.path, fmt::format("// first line\n{}\n", planted.line));
  CHECK(tree.Broken() == Lines{planted.found});
}

TEST_CASE("a file of more than 500 lines is found", "[architecture]") {
  Tree tree;
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += "\n";
  tree.Write("sim/core/long.cc", lines);
  CHECK(tree.Broken() == Lines());
  tree.Write("sim/core/long.cc", lines + "\n");
  CHECK(tree.Broken() == Lines{"sim/core/long.cc: 501 lines, more than 500"});
}

TEST_CASE("names that name nothing are found", "[architecture]") {
  Tree tree;
  tree.Write("sim/core/string_util.h", "")
      .Write("models/common/a.h", "")
      .Write("sim/core/commons.h", "");
  CHECK(tree.Broken() == Lines{"models/common: names nothing: \"common\"",
                               "sim/core/string_util.h: names nothing: \"util\""});
}
