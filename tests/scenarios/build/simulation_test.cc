#include "scenarios/build/simulation.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <stdexcept>

#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

namespace {

/// Keeps what a run records in memory.
class MemoryRecorder final : public Recorder {
 public:
  SeriesId AddSeries(const SeriesSpec& spec) override {
    specs.push_back(spec);
    return SeriesId(static_cast<std::uint32_t>(specs.size() - 1));
  }
  void Put(SeriesId series, std::size_t entity, double value) override {
    rows[specs[series.index()].name].push_back(value);
    const SeriesSpec& spec = specs[series.index()];
    if (!spec.entities.empty()) sums[spec.name + "/" + spec.entities.at(entity)] += value;
  }
  void EndInterval(double time) override { times.push_back(time); }
  void WriteTable(const Table& table) override {
    tables.push_back(table.path);
    whole[table.path] = table;
  }
  /// A column of numbers, and the one of words.
  double At(const std::string& table, const std::string& column, std::size_t row) const {
    for (const Column& c : whole.at(table).columns)
      if (c.name == column) return std::get<std::vector<double>>(c.values).at(row);
    throw std::out_of_range(column);
  }
  std::size_t Row(const std::string& table, const std::string& column, const std::string& word) const {
    for (const Column& c : whole.at(table).columns)
      if (c.name == column) {
        const auto& words = std::get<std::vector<std::string>>(c.values);
        return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
      }
    throw std::out_of_range(column);
  }

  std::vector<SeriesSpec> specs;
  std::map<std::string, std::vector<double>> rows;
  std::vector<double> times;
  std::vector<std::string> tables;
  std::map<std::string, double> sums;  ///< of what was put, by series/entity
  std::map<std::string, Table> whole;
};

const std::string kTwoWorks = R"(schema: 1
site:
  systems:
    - {name: train, type: dgx-h100, count: 2}
    - {name: serve, type: dgx-h100, count: 1}
workloads:
  - name: pretrain
    train: {model: llama-3.1-8b, sequence: 4096, global_batch: 64, accelerators: {type: train}, parallelism: {tp: 2, zero: 1, sequence_parallel: true}}
  - name: chat
    serve: {model: llama-3.1-8b, accelerators: {type: serve}, requests: {arrival: {poisson: 20 /s}, prompt_tokens: {fixed: 500}, output_tokens: {fixed: 100}}}
run: {duration: 5 min}
record: {every: 10 s}
)";

Outcome RunText(const std::string& text, MemoryRecorder& recorder) {
  Sample s(text);
  Simulation simulation(s.prepared->loaded, s.prepared->library);
  return simulation.Run(recorder, [](double, double) { return true; });
}

double Value(const Outcome& o, const std::string& name) {
  const Metric* m = o.metrics.Find(name);
  REQUIRE(m != nullptr);
  return m->value;
}

}  // namespace

TEST_CASE("one run carries training, serving and the plant to its end", "[simulation]") {
  MemoryRecorder r;
  const Outcome o = RunText(kTwoWorks, r);
  CHECK(o.status == "done");
  CHECK(o.simulated_s == 300.0);
  CHECK(r.times.size() == 30);
  CHECK(r.times.back() == 300.0);
  REQUIRE(r.tables.size() > 2);
  CHECK(r.tables[0] == "/workloads/pretrain/steps");
  CHECK(r.tables[1] == "/workloads/chat/requests");
  CHECK(Value(o, "workloads.chat.requests.completed") == Approx(6000).epsilon(0.1));
  CHECK(Value(o, "energy_balance_error") < 1e-9);
}

TEST_CASE("the cadence of recording changes no figure", "[simulation][property]") {
  MemoryRecorder coarse, fine;
  const Outcome a = RunText(kTwoWorks, coarse);
  std::string text = kTwoWorks;
  text.replace(text.find("every: 10 s"), 11, "every: 1 s");
  const Outcome b = RunText(text, fine);
  REQUIRE(a.metrics.all().size() == b.metrics.all().size());
  for (const Metric& m : a.metrics.all()) {
    INFO(m.name);
    CHECK((m.text.empty() ? m.value == b.metrics.Find(m.name)->value : m.text == b.metrics.Find(m.name)->text));
  }
}

TEST_CASE("mean power over the series is the energy of the run", "[simulation][conservation]") {
  MemoryRecorder r;
  const Outcome o = RunText(kTwoWorks, r);
  double energy = 0.0;
  for (double p : r.rows["site_power"]) energy += p * 10.0;
  CHECK(energy == Approx(Value(o, "site.energy.total")).epsilon(1e-12));
}

TEST_CASE("what every workload did is in the site's tokens per second", "[simulation][conservation]") {
  MemoryRecorder r;
  const Outcome o = RunText(kTwoWorks, r);
  double tokens = 0.0;
  const auto& rows = r.rows["tokens_per_second"];  // pretrain, chat, pretrain, chat ...
  for (std::size_t i = 1; i < rows.size(); i += 2) tokens += rows[i] * 10.0;
  CHECK(tokens >= 100.0 * Value(o, "workloads.chat.requests.completed"));
}

TEST_CASE("the watch stops a run", "[simulation]") {
  Sample s(kTwoWorks);
  MemoryRecorder r;
  int looks = 0;
  Simulation simulation(s.prepared->loaded, s.prepared->library);
  const Outcome o = simulation.Run(r, [&](double, double) { return ++looks < 3; });
  CHECK(o.status == "interrupted");
  CHECK(o.simulated_s == 120.0);
}

TEST_CASE("a model that does not fit is a verdict with its parts, and nothing is simulated", "[simulation]") {
  MemoryRecorder r;
  std::string text = kTwoWorks;
  text.replace(text.find("llama-3.1-8b"), 12, "llama-3.1-405b");
  const Outcome o = RunText(text, r);
  CHECK(o.status == "out-of-memory");
  CHECK(o.simulated_s == 0.0);
  CHECK_THAT(o.explanation, Catch::Contains("workloads[pretrain]: does not fit in memory") && Catch::Contains("weights"));
  CHECK(o.metrics.Find("workloads.pretrain.memory_peak") != nullptr);
  CHECK(o.metrics.Find("workloads.pretrain.step_time") == nullptr);
}

TEST_CASE("mistakes of several sections are thrown at once", "[simulation]") {
  std::string text = kTwoWorks;
  text.replace(text.find("tp: 2"), 5, "tp: 3");
  text.replace(text.find("type: serve}"), 12, "type: mi300x}");
  CHECK_THROWS_WITH(RunText(text, *std::make_unique<MemoryRecorder>()), Catch::Contains("mi300x"));
}

TEST_CASE("links carry what workloads say they send", "[simulation][links]") {
  MemoryRecorder r;
  const Outcome o = RunText(kTwoWorks, r);
  // Sums over 30 intervals of 10 s.
  const std::size_t dp = r.Row("/site/traffic", "purpose", "data-parallel");
  CHECK(r.sums["link_traffic/train/nic"] * 10 == Approx(r.At("/site/traffic", "nic", dp)).epsilon(1e-6));
  CHECK(r.sums["link_traffic/serve/nic"] == 0.0);
  CHECK(r.sums["link_traffic/serve/scale-up"] == 0.0);  // replicas of one accelerator
  const std::size_t nic = r.Row("/site/links", "name", "train/nic"), up = r.Row("/site/links", "name", "train/scale-up");
  CHECK(r.At("/site/links", "bandwidth", nic) == Approx(16 * 50e9));
  CHECK(r.sums["link_utilisation/train/nic"] / 30 == Approx(r.At("/site/links", "mean", nic)).epsilon(1e-6));
  CHECK(r.At("/site/links", "bytes", up) == Approx(r.At("/site/traffic", "scale_up", 0) + r.At("/site/traffic", "scale_up", dp)));
  CHECK(Value(o, "site.network.nic_utilisation") > 0.0);
  // One leaf: no uplinks, and the racks of a group carry what their NICs do.
  CHECK(o.metrics.Find("site.network.uplink_utilisation") == nullptr);
  CHECK(r.sums["nic_traffic/train/air"] == Approx(r.sums["link_traffic/train/nic"]).epsilon(1e-6));
}

TEST_CASE("prompts that are handed over load the NICs of both pools", "[simulation][links]") {
  MemoryRecorder r;
  RunText(R"(schema: 1
site:
  systems: [{name: read, type: dgx-h100, count: 2, per_rack: 1}]
workloads:
  - name: chat
    serve: {model: llama-3.1-8b, pools: {prefill: {replicas: 8}, decode: {replicas: 8}}, requests: {count: 500, arrival: {poisson: 20 /s}, prompt_tokens: {fixed: 1000}, output_tokens: {fixed: 10}}}
run: {duration: 60 s}
record: {every: 1 s}
)", r);
  // Llama 8B keeps 32 layers x 2 x 8 heads x 128 in bf16 of each token.
  const double bytes = 500 * 1000.0 * 32 * 2 * 8 * 128 * 2;
  CHECK(r.At("/site/traffic", "nic", r.Row("/site/traffic", "purpose", "kv-transfer")) == Approx(bytes));
  CHECK(r.sums["link_traffic/read/nic"] == Approx(bytes).epsilon(0.05));  // intervals in which more came than went
  double racks = 0.0;
  for (const auto& [name, sum] : r.sums)
    if (name.rfind("nic_traffic/", 0) == 0) racks += sum;
  CHECK(racks >= bytes * (1 - 1e-9));
}

TEST_CASE("what jobs send is not known, and is missing", "[simulation][links]") {
  MemoryRecorder r;
  RunText(R"(schema: 1
site: {systems: [{name: cluster, type: dgx-h100, count: 4}]}
workloads:
  - name: stream
    jobs: {synthetic: {rate: 60 /h, users: 2, accelerators: {fixed: 8}, duration: {fixed: 2 min}}}
run: {duration: 10 min}
)", r);
  CHECK(r.rows.count("link_traffic") == 0);
  CHECK(r.rows.count("nic_traffic") == 0);
  CHECK(std::isnan(r.At("/site/links", "bytes", 0)));
  CHECK(r.whole.count("/site/traffic") == 0);
}
