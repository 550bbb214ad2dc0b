#include <catch2/catch.hpp>
#include <map>

#include "tests/models/plant/site.h"

using namespace headroom;
using namespace headroom::plant;
using namespace headroom::plant::test;

namespace {

class Memory : public Recorder {
 public:
  SeriesId AddSeries(const SeriesSpec& spec) override {
    specs.push_back(spec);
    return SeriesId(static_cast<std::uint32_t>(specs.size() - 1));
  }
  void Put(SeriesId series, std::size_t entity, double value) override {
    const SeriesSpec& spec = specs[series.index()];
    CHECK(entity < std::max<std::size_t>(1, spec.entities.size()));
    values[spec.name].push_back(value);
  }
  void EndInterval(double) override {}
  void WriteTable(const Table&) override {}
  std::vector<SeriesSpec> specs;
  std::map<std::string, std::vector<double>> values;
};

MetricSet Recorded(double every, Memory& memory) {
  Row row;
  Run run(row, 900.0);
  run.plant.Announce(memory);
  run.plant.Start();
  for (double t = every; t <= 1200.0; t += every) {
    run.engine.Run(Instant::FromSeconds(t));
    run.plant.RecordNow();
  }
  run.plant.Finish();
  MetricSet m;
  run.plant.SetMetrics(m);
  return m;
}

double Mean(const std::vector<double>& v) {
  double sum = 0.0;
  for (double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

}  // namespace

TEST_CASE("the recording cadence changes no figure of the run", "[plant][record]") {
  Memory often, seldom;
  const MetricSet a = Recorded(1.0, often), b = Recorded(300.0, seldom);
  REQUIRE(a.all().size() == b.all().size());
  for (std::size_t i = 0; i < a.all().size(); ++i)
    if (a.all()[i].text.empty()) CHECK(a.all()[i].value == b.all()[i].value);
  CHECK(seldom.values.at("site_power").size() == 4);
  CHECK(often.values.at("site_power").size() == 1200);
  for (const char* name : {"site_power", "it_power", "conversion_loss", "rack_group_power",
                           "die_temperature", "clock"})
    CHECK(Mean(often.values.at(name)) == Approx(Mean(seldom.values.at(name))).epsilon(1e-12));
}

TEST_CASE("recorded means agree with the run's figures", "[plant][record]") {
  Memory memory;
  const MetricSet m = Recorded(60.0, memory);
  CHECK(Mean(memory.values.at("site_power")) == Approx(Value(m, "site.power.mean")).epsilon(1e-12));
  CHECK(Mean(memory.values.at("it_power")) ==
        Approx(Value(m, "site.power.it_mean")).epsilon(1e-12));
  CHECK(Mean(memory.values.at("utilisation")) ==
        Approx(Value(m, "site.utilisation")).epsilon(1e-12));
}
