#include "sim/config/quantity_text.h"

#include <catch2/catch.hpp>

#include <cmath>

#include "sim/config/unit_table.h"
#include "sim/core/check.h"
#include "sim/core/random.h"

using namespace headroom;
using namespace headroom::config;

namespace {

struct Case {
  const char* text;
  const char* unit;
  double si;
};

}  // namespace

TEST_CASE("quantities are read into SI, data into bytes", "[quantity]") {
  const Case cases[] = {
      {"120 kW", "MW", 120e3},
      {"2.5 MW", "kW", 2.5e6},
      {"1 GW", "W", 1e9},
      {"65 J", "J", 65},
      {"1 kJ", "J", 1000},
      {"1 kWh", "MWh", 3.6e6},
      {"2 MWh", "kWh", 7.2e9},
      {"3 s", "ms", 3},
      {"20 ms", "s", 0.02},
      {"1.1 us", "s", 1.1e-6},
      {"500 ns", "ns", 5e-7},
      {"3 ps", "ps", 3e-12},
      {"10 min", "h", 600},
      {"24 h", "h", 86400},
      {"2 d", "h", 172800},
      {"7 B", "B", 7},
      {"7 kB", "B", 7e3},
      {"80 GB", "GB", 80e9},
      {"5 PB", "PB", 5e15},
      {"1 KiB", "B", 1024},
      {"1 MiB", "B", 1048576},
      {"1 GiB", "B", 1073741824},
      {"1 TiB", "TB", 1099511627776.0},
      {"400 Gbps", "Gbps", 5e10},
      {"8 bps", "GB/s", 1},
      {"1 Tbps", "Gbps", 1.25e11},
      {"3.35 TB/s", "TB/s", 3.35e12},
      {"25 degC", "degC", 298.15},
      {"-50 degC", "degC", 223.15},
      {"3 K", "K", 3},
      {"0.03 K/W", "K/W", 0.03},
      {"400 J/K", "J/K", 400},
      {"2.4 %", "%", 0.024},
      {"12 /s", "/s", 12},
      {"90 /min", "/s", 1.5},
      {"10 /h", "/h", 10.0 / 3600},
      {"86400 /d", "/s", 1},
      {"0.1 Hz", "Hz", 0.1},
      {"1.98 GHz", "GHz", 1.98e9},
      {"989 TFLOPS", "TFLOPS", 989e12},
      {"2.25 PFLOPS", "TFLOPS", 2.25e15},
      {"3 m", "m", 3},
      {"130 kg", "kg", 130},
      {"1.36 t", "kg", 1360},
      {"2 kg/s", "kg/s", 2},
      {"500 L", "L", 0.5},
      {"60 L/min", "L/min", 1e-3},
      {"2 bar", "Pa", 2e5},
      {"60 kPa", "Pa", 6e4},
      {"30000 USD", "USD", 30000},
      {"72 USD/MWh", "USD/MWh", 2e-8},
      {"0.36 USD/kWh", "USD/MWh", 1e-7},
      {"15 USD/kW", "USD/kW", 0.015},
      {"360 g/kWh", "g/kWh", 1e-7},
      {"0.36 kg/kWh", "g/kWh", 1e-7},
      {"200 W/s", "W/s", 200},
      {"1 kW/s", "W/s", 1000},
      {"6 MW/min", "MW/min", 1e5},
      {"1 MW/s", "MW/min", 1e6},
      {"5kW", "kW", 5000},
      {"5e3\tW", "kW", 5000},
      {"+5 W", "W", 5},
      {"-5 K", "K", -5},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const QuantityResult read = ParseQuantity(c.text, c.unit);
    CHECK(read.error == "");
    CHECK(read.value == Approx(c.si).epsilon(1e-15));
  }
}

TEST_CASE("powers of ten are exact", "[quantity]") {
  CHECK(ParseQuantity("65 %", "%").value == 0.65);
  CHECK(ParseQuantity("2.4 %", "%").value == 0.024);
  CHECK(ParseQuantity("1.1 ms", "s").value == 0.0011);
  CHECK(ParseQuantity("32 degC", "degC").value == 32 + 273.15);
}

TEST_CASE("what is not a quantity of the due kind is refused with an example", "[quantity]") {
  const auto error = [](const char* text, const char* unit) {
    return ParseQuantity(text, unit).error;
  };
  CHECK(error("5", "h") == "5 is a bare number; write a unit, for example 5 h");
  CHECK(error("0.9", "%") == "0.9 is a bare number; write a unit, for example 90 %");
  CHECK(error("90", "%") == "90 is a bare number; write a unit, for example 90 %");
  CHECK(error("5 kW", "min") == "5 kW is a power; a time is due, for example 10 min");
  CHECK(error("5 K", "degC") ==
        "5 K is a temperature difference; a temperature is due, for example 10 degC");
  CHECK(error("12 Hz", "/s") == "12 Hz is a frequency; a rate is due, for example 10 /s");
  CHECK(error("5 kw", "MW") == "5 kw has an unknown unit; did you mean 'kW'?");
  CHECK(error("5 parsec", "h") == "5 parsec has an unknown unit; a time is due, for example 10 h");
  CHECK(error("1 000 kW", "kW") ==
        "1 000 kW has an unknown unit; a power is due, for example 10 kW");
  CHECK(error("soon", "h") == "'soon' is not a quantity; a time is due, for example 10 h");
  CHECK(error("", "h") == "'' is not a quantity; a time is due, for example 10 h");
  CHECK(error(".nan kW", "kW") == "'.nan kW' is not a quantity; a power is due, for example 10 kW");
  CHECK(error("inf kW", "kW") == "'inf kW' is not a quantity; a power is due, for example 10 kW");
  CHECK(error("1e999 kW", "kW") == "1e999 kW is too large a number");
  CHECK(error("1e308 GW", "kW") == "1e308 GW is too large a number");
  CHECK(error("1e305 MWh", "MWh") == "1e305 MWh is too large a number");
}

TEST_CASE("bare numbers are read without a unit", "[quantity]") {
  CHECK(ParseNumber("1.5e-3").value == 0.0015);
  CHECK(ParseNumber("-7").value == -7);
  CHECK(ParseNumber("5 kW").error == "5 kW has a unit; a bare number is due");
  CHECK(ParseNumber("5 x").error == "'5 x' is not a number");
  CHECK(ParseNumber(".nan").error == "'.nan' is not a number");
  CHECK(ParseNumber("-.inf").error == "'-.inf' is not a number");
  CHECK(ParseNumber("1e400").error == "1e400 is too large a number");
  CHECK(ParseNumber("0x10").error == "'0x10' is not a number");
}

TEST_CASE("a quantity is written in its canonical unit unless a kin is much shorter",
          "[quantity]") {
  CHECK(FormatQuantity(5e5, "MW") == "0.5 MW");
  CHECK(FormatQuantity(0.024, "%") == "2.4 %");
  CHECK(FormatQuantity(305.15, "degC") == "32 degC");
  CHECK(FormatQuantity(1073741824.0, "B") == "1 GiB");
  CHECK(FormatQuantity(5e10, "Gbps") == "400 Gbps");
  CHECK(FormatQuantity(3.35e12, "TB/s") == "3.35 TB/s");
  CHECK(FormatQuantity(86400, "h") == "24 h");
  CHECK(FormatQuantity(60, "s") == "60 s");
  CHECK(FormatQuantity(1826.25 * 86400, "d") == "1826.25 d");
  CHECK(FormatQuantity(370 / 3.6e9, "g/kWh") == "370 g/kWh");
  CHECK(FormatQuantity(0, "kW") == "0 kW");
  CHECK(FormatQuantity(100.0 / 3600 * 1e6, "MW/min") == "1.6666666666666667 MW/min");
}

TEST_CASE("every quantity that is written reads back exactly", "[quantity][property]") {
  RandomStream random(1, "quantity");
  for (const Unit& unit : AllUnits()) {
    for (int i = 0; i < 300; ++i) {
      const bool temperature = unit.dimension == Dimension::kTemperature;
      const double si = temperature ? 200 + 200 * random.Uniform()
                                    : random.Normal() * std::pow(10.0, 30 * random.Uniform() - 15);
      const std::string text = FormatQuantity(si, unit.symbol);
      INFO(text);
      const QuantityResult read = ParseQuantity(text, unit.symbol);
      REQUIRE(read.error == "");
      REQUIRE(read.value == si);
    }
  }
}

TEST_CASE("every unit is found by its spelling and has a name", "[quantity]") {
  for (const Unit& unit : AllUnits()) {
    CHECK(FindUnit(unit.symbol) == &unit);
    CHECK(NameOf(unit.dimension) != "");
  }
  CHECK(FindUnit("kw") == nullptr);
  CHECK_THROWS_AS(ParseQuantity("5 kW", "parsec"), InternalError);
}
