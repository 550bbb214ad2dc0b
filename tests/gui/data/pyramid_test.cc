#include "gui/data/pyramid.h"

#include <cmath>
#include <limits>

using namespace headroom::gui;

// Two entities, buckets of two rows: rows 0 1 | 2 3 | 4.
TEST_CASE("a bucket holds the least, mean and largest of its rows; what is missing is left out", "[pyramid]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Pyramid p(5, 2, 2);
  const float values[] = {1, 10, 3, nan, 5, nan, 7, nan, 9, 50};
  p.Add(values, 3);
  CHECK(p.ready_rows() == 3);
  p.Add(values + 6, 2);
  CHECK(p.whole());
  CHECK(p.At(0, 1, 0).least == 1);
  CHECK(p.At(0, 1, 0).mean == 2);
  CHECK(p.At(0, 0, 1).count == 1);
  CHECK(p.At(0, 2, 1).count == 0);
  CHECK(p.At(0, 3, 0).mean == 6);
  REQUIRE(p.levels() == 2);
  CHECK(p.At(1, 0, 0).mean == 5);
  CHECK(p.At(1, 0, 0).largest == 9);
  CHECK(p.At(1, 0, 1).mean == 30);
  CHECK(p.All().least == 1);
  CHECK(p.All().largest == 50);
}

TEST_CASE("every level says the same of a long series as its rows do, however they are added", "[pyramid]") {
  const std::size_t rows = 10000;
  std::vector<float> values(rows);
  for (std::size_t i = 0; i < rows; ++i) values[i] = static_cast<float>((i * 7919) % 1000);
  Pyramid p(rows, 1, 16);
  for (std::size_t i = 0; i < rows; i += 777) p.Add(values.data() + i, std::min<std::size_t>(777, rows - i));
  for (std::size_t level = 0; level < p.levels(); ++level)
    for (std::size_t row = 0; row < rows; row += p.span(level)) {
      float least = 1e9f, largest = -1e9f;
      double sum = 0.0;
      const std::size_t end = std::min(row + p.span(level), rows);
      for (std::size_t i = row; i < end; ++i) {
        least = std::min(least, values[i]);
        largest = std::max(largest, values[i]);
        sum += values[i];
      }
      const Bucket b = p.At(level, row, 0);
      REQUIRE(b.least == least);
      REQUIRE(b.largest == largest);
      REQUIRE(b.count == end - row);
      REQUIRE(b.mean == Approx(sum / static_cast<double>(end - row)).epsilon(1e-5));
    }
}

TEST_CASE("a pyramid of 170 million values takes no more than 20 MiB", "[pyramid]") {
  const Pyramid p(86400, 2000, Pyramid::BucketRows(86400, 2000));
  CHECK(p.bytes() < (20u << 20));
  CHECK(Pyramid::BucketRows(1000, 6) == 16);
}
