#include "analysis/hdf5/figure.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace headroom::report;

TEST_CASE("a figure has three digits, a prefix and its unit", "[figure]") {
  CHECK(Figure(132400, "W") == "132 kW");
  CHECK(Figure(999.6, "W") == "1.00 kW");
  CHECK(Figure(999.4, "W") == "999 W");
  CHECK(Figure(0, "W") == "0 W");
  CHECK(Figure(-2.5e6, "W") == "-2.50 MW");
  CHECK(Figure(3.35e12, "B/s") == "3.35 TB/s");
  CHECK(Figure(4.567e14, "FLOP/s") == "457 TFLOP/s");
  CHECK(Figure(0.041845, "s") == "41.8 ms");
  CHECK(Figure(3.2e-7, "USD") == "3.20e-07 USD");
  CHECK(Figure(1234567, "USD") == "1.23 MUSD");
  CHECK(Figure(41.849, "degC") == "41.8 degC");
  CHECK(Figure(370000, "kg") == "370 t");
  CHECK(Figure(1.5, "L/kWh") == "1.50 L/kWh");
  CHECK(Figure(std::nan(""), "W") == "-");
}

TEST_CASE("a bare number keeps whole counts and rounds shares", "[figure]") {
  CHECK(Figure(16384, "1") == "16384");
  CHECK(Figure(0.41234, "1") == "0.412");
  CHECK(Figure(1.0845, "1") == "1.08");
  CHECK(Figure(3.7e-12, "1") == "3.70e-12");
}

TEST_CASE("a time is told in its two largest units", "[figure]") {
  CHECK(TimeFigure(4800) == "1 h 20 min");
  CHECK(TimeFigure(3599.9) == "1 h");
  CHECK(TimeFigure(59.96) == "1 min");
  CHECK(TimeFigure(59.9) == "59.9 s");
  CHECK(TimeFigure(74) == "1 min 14 s");
  CHECK(TimeFigure(2 * 86400 + 3 * 3600) == "2 d 3 h");
  CHECK(TimeFigure(86399) == "1 d");
  CHECK(TimeFigure(0) == "0 s");
  CHECK(TimeFigure(2.5e-6) == "2.50 us");
}
