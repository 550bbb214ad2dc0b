#include "scenarios/read/traces/request_trace_reader.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace headroom;

namespace {

struct Read {
  serving::RequestTrace trace;
  std::vector<std::string> errors;
};

Read ReadText(const std::string& format, const std::string& text) {
  const std::string path =
      (std::filesystem::path(HEADROOM_BINARY_DIR) / ("request_trace_" + format + ".tmp")).string();
  std::ofstream(path, std::ios::binary) << text;
  Diagnostics diagnostics;
  Read read;
  read.trace = scenario::ReadRequestTrace(path, format, diagnostics);
  for (const Finding& f : diagnostics.errors())
    read.errors.push_back(std::to_string(f.place.line) + ": " + f.message);
  std::filesystem::remove(path);
  return read;
}

const std::string kHeader = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

}  // namespace

TEST_CASE("azure rows count from the first, with fractions, offsets, CRLF and no final newline",
          "[traces]") {
  const Read r = ReadText("azure-llm",
                          "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
                          "2023-12-31 23:59:59.9000000,374,44\r\n"
                          "2024-01-01 00:00:00.4,396,109\r\n"
                          "2024-01-01 01:00:00.500000+01:00,1,2");
  CHECK(r.errors.empty());
  REQUIRE(r.trace.size() == 3);
  CHECK(r.trace.arrival[0] == 0.0);
  CHECK(r.trace.arrival[1] == Approx(0.5).epsilon(1e-12));
  CHECK(r.trace.arrival[2] == Approx(0.6).epsilon(1e-12));
  CHECK(r.trace.input_tokens[1] == 396);
  CHECK(r.trace.output_tokens[2] == 2);
  CHECK_FALSE(r.trace.has_prefixes());
}

TEST_CASE("what is wrong in an azure trace is named with its line", "[traces][errors]") {
  const Read r = ReadText("azure-llm", kHeader +
                                           "2023-11-16 18:17:03.97,4808,10\n"
                                           "2023-11-16 18:17:02.97,4808,10\n"
                                           "2023-11-16 18:17:04,12x,10\n"
                                           "2023-11-16 18:17:04,12,0\n"
                                           "2023-02-30 18:17:04,12,1\n"
                                           "2023-11-16 18:17:05,99\n"
                                           "\n");
  CHECK(r.trace.size() == 1);
  REQUIRE(r.errors.size() == 6);
  CHECK(r.errors[0] ==
        "3: arrives 1.000000 s before the row above; a trace is in order of arrival");
  CHECK(r.errors[1] == "4: ContextTokens is '12x'; it must be a whole number");
  CHECK(r.errors[2] == "5: output of 0 tokens; it must be between 1 and 1000000000");
  CHECK(r.errors[3] ==
        "6: timestamp is '2023-02-30 18:17:04'; it must be YYYY-MM-DD HH:MM:SS[.fraction][+HH:MM]");
  CHECK(r.errors[4] == "7: has not three fields: '2023-11-16 18:17:05,99'");
  CHECK(r.errors[5] == "8: has not three fields: ''");
  CHECK(ReadText("azure-llm", "a,b,c\n").errors.at(0) ==
        "1: is no azure-llm trace; its first line must be TIMESTAMP,ContextTokens,GeneratedTokens");
  CHECK(ReadText("azure-llm", kHeader).errors.at(0) ==
        "0: has no requests; a trace needs at least one");
}

TEST_CASE("errors beyond twenty are counted", "[traces][errors]") {
  std::string text = kHeader;
  for (int i = 0; i < 50; ++i) text += "x,1,1\n";
  const Read r = ReadText("azure-llm", text);
  REQUIRE(r.errors.size() == 21);
  CHECK(r.errors[20] == "0: 30 more errors of this kind are not shown");
}

TEST_CASE("mooncake rows bring the hashes of their blocks", "[traces]") {
  const Read r = ReadText(
      "mooncake",
      R"({"timestamp": 0, "input_length": 513, "output_length": 5, "hash_ids": [0, 1]})"
      "\n"
      R"({"timestamp": 3000, "input_length": 512, "output_length": 1, "hash_ids": [7], "extra": 1})"
      "\n");
  CHECK(r.errors.empty());
  REQUIRE(r.trace.size() == 2);
  CHECK(r.trace.arrival[1] == 3.0);
  CHECK(r.trace.hashes == std::vector<std::uint64_t>{0, 1, 7});
  CHECK(r.trace.hash_begin == std::vector<std::uint64_t>{0, 2, 3});
  CHECK(r.trace.hash_tokens == 512);
}

TEST_CASE("what is wrong in a mooncake trace is named with its line", "[traces][errors]") {
  const Read r =
      ReadText("mooncake",
               R"({"timestamp": 0, "input_length": 5, "output_length": 5, "hash_ids": [0]})"
               "\n"
               R"({"timestamp": 1, "input_length": 5, "output_length": 5, "hash_ids": [0)"
               "\n"
               R"({"timestamp": 1, "input_length": 5.5, "output_length": 5, "hash_ids": [0]})"
               "\n"
               R"({"timestamp": 1, "output_length": 5, "hash_ids": [0]})"
               "\n"
               R"({"timestamp": 1, "input_length": 5, "output_length": 5})"
               "\n"
               R"({"timestamp": 1, "input_length": 1025, "output_length": 5, "hash_ids": [0, 1]})"
               "\n"
               R"({"timestamp": 1, "input_length": 5, "output_length": 5, "hash_ids": [-1]})"
               "\n"
               R"({"timestamp": 1, "input_length": 5, "output_length": -2, "hash_ids": [1]})"
               "\n");
  CHECK(r.trace.size() == 1);
  CHECK(r.trace.hashes.size() == 1);
  REQUIRE(r.errors.size() == 7);
  CHECK(r.errors[0].starts_with("2: is no whole JSON object: '{\"timestamp\": 1"));
  CHECK(r.errors[1] == "3: input_length must be a whole number");
  CHECK(r.errors[2] == "4: input_length is missing");
  CHECK(r.errors[3] ==
        "5: hash_ids is missing or no list; every row names the blocks of its prompt");
  CHECK(r.errors[4] == "6: hash_ids has 2 entries; 1025 tokens are 3 blocks of 512");
  CHECK(r.errors[5] == "7: hash_ids has an entry that is no whole number of 0 or more");
  CHECK(r.errors[6] == "8: output of -2 tokens; it must be between 1 and 1000000000");
}

TEST_CASE("a missing file and an unknown format are refused", "[traces][errors]") {
  Diagnostics diagnostics;
  scenario::ReadRequestTrace("no/such/file.csv", "azure-llm", diagnostics);
  scenario::ReadRequestTrace("no/such/file.csv", "burst", diagnostics);
  REQUIRE(diagnostics.errors().size() == 2);
  CHECK(diagnostics.errors()[0].Text() == "no/such/file.csv: does not exist or cannot be read");
  CHECK(diagnostics.errors()[1].message ==
        "format 'burst' is unknown; known are azure-llm, mooncake");
}
