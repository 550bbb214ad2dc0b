#include "models/serving/latency_histogram.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/random.h"

using namespace headroom::serving;

TEST_CASE("percentiles interpolate between order statistics", "[latency]") {
  std::vector<double> v{4, 1, 3, 2};
  CHECK(Percentile(v, 0.5) == 2.5);
  CHECK(Percentile(v, 0.9) == Approx(3.7));
  CHECK(Percentile(v, 0.0) == 1);
  CHECK(Percentile(v, 1.0) == 4);
  std::vector<double> none;
  CHECK(std::isnan(Percentile(none, 0.5)));
}

TEST_CASE("a histogram stays within its stated error, and its mean is exact", "[latency]") {
  headroom::RandomStream random(3, "latency");
  LatencyHistogram histogram;
  std::vector<double> values;
  double sum = 0;
  for (int i = 0; i < 20000; ++i) {
    const double v = random.Lognormal(0.03, 1.5);
    histogram.Add(v);
    values.push_back(v);
    sum += v;
  }
  CHECK(histogram.mean() == Approx(sum / 20000).epsilon(1e-12));
  for (double share : {0.0, 0.01, 0.5, 0.9, 0.99, 1.0})
    CHECK(histogram.Percentile(share) == Approx(Percentile(values, share)).epsilon(1e-3));
}

TEST_CASE("a series counts as its terms", "[latency]") {
  LatencyHistogram series, single;
  series.AddSeries(0.01, 1e-5, 500, 3);
  series.AddSeries(0.02, 0.0, 10, 2);
  for (int i = 0; i < 500; ++i) single.Add(0.01 + i * 1e-5, 3);
  single.Add(0.02, 20);
  CHECK(series.count() == single.count());
  CHECK(series.mean() == Approx(single.mean()).epsilon(1e-12));
  for (double share : {0.0, 0.2, 0.5, 0.99, 1.0})
    CHECK(series.Percentile(share) == Approx(single.Percentile(share)).epsilon(1e-9));
}

TEST_CASE("equal values have exact percentiles, and histograms add", "[latency]") {
  LatencyHistogram a, b;
  a.Add(0.0123, 7);
  b.Add(0.5, 7);
  CHECK(a.Percentile(0.9) == Approx(0.0123).epsilon(1e-12));
  a.Merge(b);
  CHECK(a.count() == 14);
  CHECK(a.Percentile(0.5) == Approx((0.0123 + 0.5) / 2).epsilon(1e-12));
}
