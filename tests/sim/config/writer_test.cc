#include "sim/config/writer.h"

#include <google/protobuf/util/message_differencer.h>
#include <catch2/catch.hpp>

#include <cmath>

#include "sim/config/reader.h"
#include "sim/core/random.h"
#include "tests/sim/config/sample.pb.h"

using namespace headroom;
using namespace headroom::config;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

sample::Plant ReadBack(const std::string& text) {
  sample::Plant plant;
  Diagnostics diagnostics;
  Read(ParseYaml(text, "a"), &plant, {}, nullptr, &diagnostics);
  diagnostics.ThrowIfErrors();
  return plant;
}

std::string RandomText(RandomStream& random) {
  const std::string_view letters = "ab1 .:#-'\"\\{}[],&*!|>%@`~\n\t\xc3\xa9?";
  std::string out = "x";
  for (std::uint64_t n = random.Below(8); n > 0; --n) {
    const char c = letters[random.Below(letters.size())];
    if (c == '\xc3' || c == '\xa9')
      out += "\xc3\xa9";
    else
      out += c;
  }
  return random.Below(8) == 0 ? "null" : out.substr(random.Below(2));
}

/// A message that the reader could have made: within the sample's bounds, some fields absent.
sample::Plant RandomPlant(RandomStream& random) {
  sample::Plant plant;
  const auto some = [&] { return random.Below(2) == 0; };
  const auto positive = [&] {
    return std::abs(random.Normal()) * std::pow(10, 9 * random.Uniform() - 3);
  };
  plant.set_name("x" + RandomText(random));
  if (some()) plant.set_kind("swinging");
  if (some()) plant.set_power(std::fmod(positive(), 1e9) + 1e-9);
  if (some()) plant.set_count(1 + static_cast<std::uint32_t>(random.Below(10)));
  if (some()) plant.set_offset(static_cast<std::int64_t>(random.Next()));
  if (some()) plant.set_big(random.Next());
  if (some()) plant.set_small(static_cast<std::int32_t>(random.Below(1000)) - 5);
  if (some()) plant.set_on(some());
  if (some()) plant.set_ratio(random.Uniform());
  if (some()) plant.set_share(random.Uniform());
  if (some()) plant.set_warm(200 + 200 * random.Uniform());
  if (some()) plant.set_rate(positive());
  if (some()) plant.set_wait(positive());
  if (some()) plant.mutable_spare();
  for (std::uint64_t n = random.Below(3); n > 0; --n) plant.add_sizes(positive() + 1e-9);
  for (std::uint64_t n = random.Below(3); n > 0; --n)
    plant.add_layout(static_cast<std::uint32_t>(random.Next()));
  for (std::uint64_t n = random.Below(3); n > 0; --n)
    (*plant.mutable_sources())[RandomText(random)] = RandomText(random);
  for (std::uint64_t n = random.Below(3); n > 0; --n)
    (*plant.mutable_rooms())["r" + RandomText(random)].set_size(4);
  for (std::uint64_t n = random.Below(3); n > 0; --n)
    plant.add_parts()->set_name("p" + RandomText(random));
  if (some()) plant.mutable_arrival()->set_poisson(positive() + 1e-9);
  if (some()) plant.mutable_arrival()->mutable_loop()->set_size(2);
  if (some()) plant.mutable_sheet()->set_name("s" + RandomText(random));
  if (some()) plant.mutable_sheet()->set_layers(4);
  FillDefaults(&plant);
  return plant;
}

}  // namespace

TEST_CASE("a message is written in scenario spelling", "[writer]") {
  const std::string text =
      "name: a plant\n"
      "kind: steady\n"
      "power: 3000 kW\n"
      "on: true\n"
      "ratio: 0.1\n"
      "part:\n"
      "  wait: 1 min\n"
      "spare:\n"
      "  size: 3\n"
      "  wait: 2 min\n"
      "parts:\n"
      "  - name: \"#1\"\n"
      "    wait: 1 min\n"
      "sizes:\n"
      "  - 1 GiB\n"
      "  - 2000 B\n"
      "sources:\n"
      "  \"*\": \"assumed: all\"\n"
      "  peak: page 3\n"
      "sheet: x\n";
  CHECK(WriteYaml(ReadBack(text)) == text);
}

TEST_CASE("an empty message is written as an empty map", "[writer]") {
  CHECK(WriteYaml(sample::Arrival()) == "{}\n");
  sample::Plant plant;
  plant.mutable_must();
  plant.add_parts();
  CHECK(WriteYaml(plant) == "parts:\n  - {}\nmust: {}\n");
}

TEST_CASE("keys that are not modelled are left out", "[writer]") {
  sample::Plant plant;
  plant.set_name("p");
  plant.set_soon(false);
  CHECK(WriteYaml(plant) == "name: p\n");
}

TEST_CASE("what is written reads back equal", "[writer][property]") {
  RandomStream random(3, "writer");
  for (int i = 0; i < 2000; ++i) {
    const sample::Plant plant = RandomPlant(random);
    const std::string text = WriteYaml(plant);
    INFO(text);
    const sample::Plant back = ReadBack(text);
    REQUIRE(google::protobuf::util::MessageDifferencer::Equals(plant, back));
    REQUIRE(WriteYaml(back) == text);
  }
}
