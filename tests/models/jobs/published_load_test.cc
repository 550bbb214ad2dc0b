#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "models/jobs/published_load.h"

namespace headroom::jobs {

TEST_CASE("run times go through the quantiles", "[jobs]") {
  const JobKind kind{"k", 1.0, {10, 50, 100, 500, 1000, 2000}};
  CHECK(RunTimeAt(kind, 0.1) == Approx(10));
  CHECK(RunTimeAt(kind, 0.375) == Approx(std::sqrt(5000.0)));  // half way between 50 and 100 on a logarithmic scale
  CHECK(RunTimeAt(kind, 0.5) == Approx(100));
  CHECK(RunTimeAt(kind, 0.9) == Approx(1000));
  CHECK(RunTimeAt(kind, 0.99) == Approx(2000));
  CHECK(RunTimeAt(kind, 0.0) == Approx(10 / std::pow(5.0, 0.1 / 0.15)));
  CHECK(RunTimeAt({"k", 1.0, {1, 2, 3, 4, 5, 5e9}}, 0.9999999) == Approx(2e10).epsilon(0.9));
  CHECK(RunTimeAt({"k", 1.0, {1e-3, 2, 3, 4, 5, 6}}, 0.0) == 1.0);  // at least a second
}

TEST_CASE("every published load adds up, rises, and is drawn as it says", "[jobs]") {
  for (const PublishedLoad& load : PublishedLoads()) {
    INFO(load.name);
    double share = 0.0;
    for (const JobKind& k : load.kinds) {
      share += k.share;
      CHECK(std::is_sorted(k.run.begin(), k.run.end()));
    }
    CHECK(share == Approx(1.0));
    for (std::size_t i = 1; i < load.sizes.size(); ++i) {
      CHECK(load.sizes[i].first > load.sizes[i - 1].first);
      CHECK(load.sizes[i].second > load.sizes[i - 1].second);
    }
    CHECK(load.sizes.back().second == 1.0);

    const JobStream jobs = GenerateLike(load, {.rate = 1.0, .users = 10, .daily = false}, 100000.0, 5, "w");
    const auto n = static_cast<double>(jobs.size());
    CHECK(n == Approx(1e5).epsilon(0.02));
    for (const auto& [size, cumulative] : load.sizes)
      CHECK(static_cast<double>(std::count_if(jobs.begin(), jobs.end(), [s = size](const BatchJob& j) { return j.units <= s; })) / n ==
            Approx(cumulative).margin(0.006));
    for (std::size_t k = 0; k < load.kinds.size(); ++k) {
      std::vector<double> run;
      for (const BatchJob& j : jobs)
        if (j.queue == k + 1) run.push_back(static_cast<double>(j.runtime) * 1e-9);
      CHECK(static_cast<double>(run.size()) / n == Approx(load.kinds[k].share).margin(0.006));
      std::sort(run.begin(), run.end());
      // Within three deviations of an order statistic, as a share of the jobs.
      for (const auto& [p, value] : {std::pair(0.5, load.kinds[k].run[2]), std::pair(0.9, load.kinds[k].run[4])}) {
        const auto below = static_cast<double>(std::lower_bound(run.begin(), run.end(), value) - run.begin());
        CHECK(below / static_cast<double>(run.size()) == Approx(p).margin(3.5 * std::sqrt(p * (1 - p) / static_cast<double>(run.size()))));
      }
    }
  }
  CHECK(FindPublishedLoad("nowhere") == nullptr);
}

}  // namespace headroom::jobs
