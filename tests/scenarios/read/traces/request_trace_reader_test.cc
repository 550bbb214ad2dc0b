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

TEST_CASE("rows at the same time are requests of their own, in the order of the file", "[traces]") {
  const Read r = ReadText("azure-llm", kHeader + "2023-11-16 18:17:03.5,10,1\n2023-11-16 18:17:03.5,10,1\n2023-11-16 18:17:03.5,20,2\n");
  CHECK(r.errors.empty());
  CHECK(r.trace.arrival == std::vector<double>{0.0, 0.0, 0.0});
  CHECK(r.trace.input_tokens == std::vector<std::uint32_t>{10, 10, 20});
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
        "format 'burst' is unknown; known are azure-llm, mooncake, burstgpt, vidur, token-lines, "
        "agents, sharegpt, vllm-bench");
}

TEST_CASE("burstgpt finds its columns by name and leaves failures out", "[traces]") {
  const Read r = ReadText("burstgpt",
                          "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
                          "5,1,0.3,ChatGPT,472,18,490,Conversation log\n"
                          "45,2,0.1,GPT-4,1087,0,1087,API log\n"
                          "45,2,0.1,GPT-4,1087,230,1317,API log\n"
                          "118.5,3,2,ChatGPT,1,1,2,API log\n");
  CHECK(r.errors.empty());
  REQUIRE(r.trace.size() == 3);
  CHECK(r.trace.left_out == 1);
  CHECK(r.trace.arrival == std::vector<double>{0.0, 40.0, 113.5});
  CHECK(r.trace.output_tokens == std::vector<std::uint32_t>{18, 230, 1});
  const Read old = ReadText("burstgpt", "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
                                        "9,GPT-4,5,6,11,API log\n"
                                        "8,GPT-4,5,6,11,API log\n"
                                        "10,GPT-4,5,6,11\n"
                                        "x,GPT-4,5,6.5,11,API log\n");
  CHECK(old.trace.size() == 1);
  REQUIRE(old.errors.size() == 4);
  CHECK(old.errors[0] == "3: arrives 1.000000 s before the row above; a trace is in order of arrival");
  CHECK(old.errors[1] == "4: has 5 fields, the header 6: '10,GPT-4,5,6,11'");
  CHECK(old.errors[2] == "5: Response tokens is '6.5'; it must be a whole number");
  CHECK(old.errors[3] == "5: Timestamp is 'x'; it must be a number");
  CHECK(ReadText("burstgpt", "a,b\n").errors.at(0) ==
        "1: is no burstgpt trace; its first line must name Timestamp, Request tokens and Response tokens");
}

TEST_CASE("vidur has arrivals or lengths alone", "[traces]") {
  const Read timed = ReadText("vidur", "arrived_at,num_prefill_tokens,num_decode_tokens\n0.5,374,44\n0.75,396,109\n");
  CHECK(timed.errors.empty());
  CHECK(timed.trace.arrival == std::vector<double>{0.0, 0.25});
  const Read lengths =
      ReadText("vidur", "num_prefill_tokens,num_decode_tokens,num_total_tokens,pd_ratio\n2000,10,2010,200.0\n");
  CHECK(lengths.errors.empty());
  CHECK(lengths.trace.size() == 1);
  CHECK_FALSE(lengths.trace.has_arrivals());
  CHECK(ReadText("vidur", "num_prefill_tokens,num_decode_tokens\n5,0\n").errors.at(0) ==
        "2: output of 0 tokens; it must be between 1 and 1000000000");
}

TEST_CASE("token lines share the whole blocks of equal ids", "[traces]") {
  std::string same, other;
  for (int i = 0; i < 40; ++i) same += (i ? "," : "") + std::to_string(i);
  for (int i = 0; i < 40; ++i) other += (i ? "," : "") + std::to_string(i < 20 ? i : 7);
  const auto row = [](const std::string& at, const std::string& ids) {
    return "{\"input_toks\": 40, \"output_toks\": 5, \"arrival_time_ns\": " + at + ", \"input_tok_ids\": [" + ids + "]}\n";
  };
  const Read r = ReadText("token-lines", row("0", same) + row("500000000", same) + row("1000000000", other));
  CHECK(r.errors.empty());
  REQUIRE(r.trace.size() == 3);
  CHECK(r.trace.hash_tokens == 16);
  CHECK(r.trace.arrival[1] == 0.5);
  const auto& h = r.trace.hashes;
  REQUIRE(h.size() == 6);  // the last 8 tokens of each fill no block
  CHECK((h[0] == h[2] && h[1] == h[3] && h[0] == h[4]));
  CHECK(h[1] != h[5]);
  CHECK(ReadText("token-lines", "{\"input_toks\": 3, \"output_toks\": 5, \"input_tok_ids\": [1]}\n").errors.at(0) ==
        "1: input_tok_ids must list the 3 tokens of the prompt");
  const Read plain = ReadText("token-lines", "{\"input_toks\": 3, \"output_toks\": 5}\n{\"input_toks\": 3}\n");
  CHECK_FALSE(plain.trace.has_arrivals());
  CHECK(plain.errors.at(0) == "2: output_toks is missing");
}

TEST_CASE("agents bring turns, each after the tool that the answer before it calls", "[traces]") {
  const Read r = ReadText("agents",
                          R"({"session_id": "a", "arrival_time_ns": 1000, "sub_requests": [{"input_toks": 100, "output_toks": 5, "tool_duration_ns": 2000000000}, {"input_toks": 120, "output_toks": 6, "tool_duration_ns": 9}]})"
                          "\n"
                          R"({"session_id": "b", "arrival_time_ns": 5000001000, "sub_requests": [{"input_toks": 7, "output_toks": 8}]})"
                          "\n");
  CHECK(r.errors.empty());
  REQUIRE(r.trace.size() == 2);
  CHECK(r.trace.arrival[1] == Approx(5.0));
  REQUIRE(r.trace.turns.size() == 1);
  CHECK(r.trace.turns[0].input_tokens == 120);
  CHECK(r.trace.turns[0].pause == 2.0);
  CHECK(r.trace.turn_begin == std::vector<std::uint64_t>{0, 1, 1});
  CHECK(ReadText("agents", R"({"arrival_time_ns": 0, "sub_requests": []})").errors.at(0) ==
        "1: sub_requests is missing or no list of at least one");
}

TEST_CASE("sharegpt counts four bytes a token and every turn with what was said", "[traces]") {
  const Read r = ReadText("sharegpt",
                          R"({"id": "1", "conversations": [{"from": "human", "value": "12345678"}, {"from": "gpt", "value": "1234"}, {"from": "human", "value": "12345"}, {"from": "gpt", "value": "123456789"}]})"
                          "\n"
                          R"({"id": "2", "conversations": [{"from": "gpt", "value": "1234"}]})"
                          "\n");
  CHECK(r.errors.empty());
  REQUIRE(r.trace.size() == 1);
  CHECK(r.trace.left_out == 1);
  CHECK(r.trace.input_tokens[0] == 2);
  REQUIRE(r.trace.turns.size() == 1);
  CHECK(r.trace.turns[0].input_tokens == 2 + 1 + 2);
  CHECK(r.trace.turns[0].output_tokens == 3);
}

TEST_CASE("vllm-bench takes the lengths of a detailed result", "[traces]") {
  const Read r = ReadText("vllm-bench", R"({"backend": "vllm", "input_lens": [10, 20, 30], "output_lens": [5, 0, 7]})");
  CHECK(r.errors.empty());
  CHECK(r.trace.input_tokens == std::vector<std::uint32_t>{10, 30});
  CHECK(r.trace.left_out == 1);
  CHECK(ReadText("vllm-bench", R"({"input_lens": [1], "output_lens": []})").errors.at(0) ==
        "1: input_lens has 1 entries and output_lens 0");
  CHECK(ReadText("vllm-bench", "{}").errors.at(0) ==
        "1: is no vllm-bench result with input_lens and output_lens; run it with --save-detailed");
}
