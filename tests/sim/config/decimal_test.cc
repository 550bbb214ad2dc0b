#include "sim/config/decimal.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "sim/core/random.h"

using namespace headroom;
using namespace headroom::config;

TEST_CASE("a number is split from what follows it", "[decimal]") {
  const auto number = SplitNumber("-1.50e+3  GB/s");
  REQUIRE(number);
  CHECK(number->digits == "-1.50");
  CHECK(number->exponent == 3);
  CHECK(number->number == "-1.50e+3");
  CHECK(number->rest == "GB/s");
  CHECK(SplitNumber("5e")->rest == "e");
  CHECK(SplitNumber("5e")->digits == "5");
  CHECK(SplitNumber(".5")->digits == ".5");
  CHECK(SplitNumber("5.")->digits == "5.");
  CHECK(SplitNumber("1e99999999999999999999")->exponent == 100000);
}

TEST_CASE("a text without a digit in front is no number", "[decimal]") {
  for (const char* text : {"", "-", "+", ".", "-.", ".nan", "nan", "inf", "e5", " 5", "kW"}) {
    INFO(text);
    CHECK_FALSE(SplitNumber(text));
  }
}

TEST_CASE("a decimal is the double nearest to it", "[decimal]") {
  CHECK(Decimal("65", -2) == 0.65);
  CHECK(Decimal("+1.1", -3) == 0.0011);
  CHECK(Decimal("0.0", 5) == 0.0);
  CHECK(Decimal("1", 400) == std::numeric_limits<double>::infinity());
  CHECK(Decimal("1", -400) == 0.0);
  CHECK(Decimal("0.00001", 100000) == std::numeric_limits<double>::infinity());
  CHECK(Decimal("100000", -100000) == 0.0);
}

TEST_CASE("the shortest decimal is written plainly near one and with an exponent far from it",
          "[decimal]") {
  CHECK(ShortestDecimal(0.65, -2) == "65");
  CHECK(ShortestDecimal(1500.0, 3) == "1.5");
  CHECK(ShortestDecimal(-0.001, 0) == "-0.001");
  CHECK(ShortestDecimal(0.0, 3) == "0");
  CHECK(ShortestDecimal(1e20, 0) == "1e20");
  CHECK(ShortestDecimal(1.25e-9, 0) == "1.25e-9");
  CHECK(ShortestDecimal(1073741824.0, 0) == "1073741824");
}

TEST_CASE("the shortest decimal reads back exactly", "[decimal][property]") {
  RandomStream random(1, "decimal");
  for (int i = 0; i < 20000; ++i) {
    const double value = random.Normal() * std::pow(10.0, 60.0 * random.Uniform() - 30.0);
    const int shift = static_cast<int>(random.Below(31)) - 15;
    const std::string text = ShortestDecimal(value, shift);
    const auto number = SplitNumber(text);
    REQUIRE(number);
    REQUIRE(Decimal(number->digits, number->exponent + shift) == value);
  }
}
