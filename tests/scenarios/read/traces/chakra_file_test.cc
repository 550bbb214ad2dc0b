#include <zlib.h>
#include <catch2/catch.hpp>

#include "scenarios/read/traces/chakra.h"
#include "scenarios/read/traces/chakra_messages.h"
#include "sim/core/diagnostics.h"
#include "tests/scenarios/read/temp_folder.h"

using namespace headroom;

namespace {

std::string Gzip(const std::string& text, const test::TempFolder& folder) {
  const std::string path = folder.Path("z.gz");
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  std::FILE* in = std::fopen(path.c_str(), "rb");
  std::string out(1 << 20, '\0');
  out.resize(std::fread(out.data(), 1, out.size(), in));
  std::fclose(in);
  return out;
}

}  // namespace

TEST_CASE("a gzip file is told by its bytes, whatever its name", "[chakra]") {
  const test::TempFolder folder;
  std::string text;
  for (int i = 0; i < 20000; ++i) text += static_cast<char>(i * 7919 >> 3);
  const std::string packed = Gzip(text, folder);
  CHECK(scenario::ReadTraceBytes(folder.Write("a.et", text)) == text);
  CHECK(scenario::ReadTraceBytes(folder.Write("b.et", packed)) == text);
  CHECK(scenario::ReadTraceBytes(folder.Write("c.et.gz", packed)) == text);
  CHECK(scenario::ReadTraceBytes(folder.Write("empty.et", "")) == "");
}

TEST_CASE("cut and damaged gzip files are refused", "[chakra]") {
  const test::TempFolder folder;
  const auto refusal = [&](const std::string& bytes) {
    try {
      scenario::ReadTraceBytes(folder.Write("a.et", bytes));
    } catch (const ConfigError& e) {
      return folder.Cut(e.what());
    }
    return std::string("accepted");
  };
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * i);
  std::string packed = Gzip(text, folder);
  CHECK_THAT(refusal(packed.substr(0, packed.size() / 2)),
             Catch::Matchers::StartsWith("a.et: byte ") &&
                 Catch::Matchers::EndsWith("the compressed data are cut off"));
  packed[packed.size() / 2] ^= 0x55;
  CHECK_THAT(refusal(packed),
             Catch::Matchers::StartsWith("a.et: byte ") && Catch::Matchers::Contains("corrupt"));
}

TEST_CASE("a folder or a missing file is refused by name", "[chakra]") {
  const test::TempFolder folder;
  CHECK_THROWS_WITH(scenario::ReadTraceBytes(folder.Path("no.et")),
                    Catch::Matchers::EndsWith("no.et: there is no such file"));
  CHECK_THROWS_WITH(scenario::ReadTraceBytes(folder.Path("")),
                    Catch::Matchers::EndsWith("is not a file"));
}

TEST_CASE("files are one per rank, without a gap", "[chakra]") {
  const test::TempFolder folder;
  for (const char* name : {"t/a.0.et", "t/a.1.et", "t/a.2.et", "t/a.x.et", "t/a.07.et"})
    folder.Write(name, "");
  const auto files = scenario::TraceFiles("t/a.{rank}.et", folder.Path(""));
  REQUIRE(files.size() == 3);
  CHECK(folder.Cut(files[2]).ends_with("t/a.2.et"));
  CHECK(scenario::TraceFiles(folder.Path("t/a.1.et"), "/").size() == 1);
  folder.Write("t/a.4.et", "");
  CHECK_THROWS_WITH(scenario::TraceFiles("t/a.{rank}.et", folder.Path("")),
                    Catch::Matchers::EndsWith("a.3.et, and there is one of rank 4"));
  CHECK_THROWS_WITH(scenario::TraceFiles("t/b.{rank}.et", folder.Path("")),
                    Catch::Matchers::EndsWith("t/b.0.et"));
}

TEST_CASE("groups are read and written as JSON", "[chakra]") {
  const test::TempFolder folder;
  const auto read = [&](const std::string& text) {
    return scenario::ReadGroups(folder.Write("g.json", text));
  };
  const auto refusal = [&](const std::string& text) {
    try {
      read(text);
    } catch (const ConfigError& e) {
      return folder.Cut(e.what());
    }
    return std::string("accepted");
  };
  const auto groups = read(R"({"1": [3, 0, 1], "2": [2]})");
  CHECK(groups.at("1") == std::vector<std::uint32_t>{0, 1, 3});
  CHECK(read(scenario::GroupsJson(groups)) == groups);
  CHECK(read(scenario::GroupsJson({})).empty());
  CHECK(refusal(R"({"1": []})") == "g.json: group \"1\" has no ranks");
  CHECK(refusal(R"({"1": [0, 0]})") == "g.json: group \"1\" has a rank twice");
  CHECK(refusal(R"({"1": [0, -1]})") == "g.json: group \"1\" has a member that is not a rank");
  CHECK(refusal(R"({"1": 5})") == "g.json: group \"1\" is not a list of ranks");
  CHECK(refusal(R"({"1": [0], "1": [1]})") == "g.json: group \"1\" is there twice");
  CHECK_THAT(refusal("{"), Catch::Matchers::StartsWith("g.json: is not a JSON object of groups"));
  CHECK_THAT(refusal("[1]"), Catch::Matchers::StartsWith("g.json: is not a JSON object of groups"));
}

TEST_CASE("what replay needs of a trace goes to a file and back, to the byte", "[chakra]") {
  using training::NodeKind;
  training::RankTrace t;
  t.file = "t.et";
  const auto add = [&](NodeKind kind, const std::vector<std::uint32_t>& deps) {
    training::TraceNode n;
    n.kind = kind;
    n.id = t.nodes.size() * 3;
    n.recorded = 5000;
    n.sized = kind != NodeKind::kMark;
    n.bytes = n.sized ? 4096 : 0;
    n.flops = kind == NodeKind::kCompute ? 1e12 : 0;
    n.peer = kind == NodeKind::kSend || kind == NodeKind::kReceive ? 6 : 0;
    if (kind == NodeKind::kCollective) {
      n.operation = training::TraceOperation::kAllToAll;
      n.group = t.GroupIndex("12");
    }
    t.SetName(&n, "node " + std::to_string(n.id));
    t.Append(n, deps);
  };
  add(NodeKind::kMark, {});
  add(NodeKind::kCompute, {0});
  add(NodeKind::kMemory, {0, 1});
  add(NodeKind::kSend, {2});
  add(NodeKind::kReceive, {});
  add(NodeKind::kCollective, {4, 3});
  t.nodes[2].remote = true;
  t.nodes[1].host = true;
  const std::string bytes = scenario::EncodeChakra(t);
  const training::RankTrace back = scenario::DecodeChakra(bytes, "t.et", 0);
  CHECK(scenario::EncodeChakra(back) == bytes);
  CHECK(scenario::SerializeChakra(scenario::ParseChakra(bytes, "t.et")) == bytes);
  CHECK(back.deps == t.deps);
  CHECK(back.dep_begin == t.dep_begin);
  CHECK(back.groups == t.groups);
  CHECK(back.names == t.names);
  for (std::size_t i = 0; i < t.nodes.size(); ++i) {
    CHECK(back.nodes[i].id == t.nodes[i].id);
    CHECK(back.nodes[i].kind == t.nodes[i].kind);
    CHECK(back.nodes[i].recorded == t.nodes[i].recorded);
    CHECK(back.nodes[i].flops == t.nodes[i].flops);
    CHECK(back.nodes[i].bytes == t.nodes[i].bytes);
    CHECK(back.nodes[i].peer == t.nodes[i].peer);
    CHECK(back.nodes[i].host == t.nodes[i].host);
    CHECK(back.nodes[i].remote == t.nodes[i].remote);
  }
}
