#include "scenarios/runs/child_runs.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::runs;

TEST_CASE("answers come in the order of the questions, however many run at once", "[child_runs]") {
  for (const int jobs : {1, 3, 0}) {
    const auto told = AskChildren(7, [](std::size_t i) { return std::string(i * 40'000, static_cast<char>('a' + i)); }, jobs);
    REQUIRE(told.size() == 7);
    for (std::size_t i = 0; i < 7; ++i) {
      CHECK(told[i].ok());
      CHECK(told[i].text == std::string(i * 40'000, static_cast<char>('a' + i)));
    }
  }
}

TEST_CASE("metrics arrive to the bit, words too", "[child_runs]") {
  const auto run = [](std::size_t i) {
    MetricSet m;
    m.Set("third", 1.0 / 3.0 + static_cast<double>(i), "s");
    m.Set("plain", -0.0, "");
    m.SetText("word", "two words");
    return m;
  };
  const auto results = RunChildren(2, run);
  REQUIRE(results[1].ok());
  CHECK(results[1].metrics.Find("third")->value == 1.0 / 3.0 + 1.0);
  CHECK(results[1].metrics.Find("third")->unit == "s");
  CHECK(results[1].metrics.Find("word")->text == "two words");
  CHECK(results[1].metrics.all().size() == 3);
}

TEST_CASE("a child's mistake is its own", "[child_runs]") {
  const auto told = AskChildren(3, [](std::size_t i) {
    if (i == 1) throw ConfigError("site.x is 3; it must be 2");
    if (i == 2) _exit(7);
    return std::string("fine");
  });
  CHECK(told[0].ok());
  CHECK(told[1].error == "site.x is 3; it must be 2");
  CHECK(told[2].error == "the run ended without an answer");
  CHECK_THROWS_WITH(AskChild([]() -> std::string { throw ConfigError("no"); }), "no");
}

TEST_CASE("an interruption ends children that would go on", "[child_runs]") {
  int asked = 0;
  const auto told = AskChildren(
      4, [](std::size_t) -> std::string { for (;;) pause(); }, 2, [&] { return ++asked < 3; });
  for (const Told& t : told) CHECK(t.interrupted);
}
