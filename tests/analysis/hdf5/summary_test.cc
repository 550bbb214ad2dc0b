#include "analysis/hdf5/summary.h"

#include <catch2/catch.hpp>
#include <sstream>

using namespace headroom;
using namespace headroom::report;

namespace {

Summary Sample() {
  Summary s;
  s.name = "A \"day\"\n";
  s.status = "done";
  s.simulated_s = 86400;
  s.seed = 18446744073709551615u;
  s.metrics.Set("workloads.chat.ttft.p50", 0.1, "s");
  s.metrics.Set("workloads.chat.ttft.p99", 1.0 / 3.0, "s");
  s.metrics.Set("workloads.chat.requests.completed", 120345, "1");
  s.metrics.Set("workloads.pretrain.step_time", 11.25, "s");
  s.metrics.Set("site.power.mean", 132400, "W");
  s.metrics.SetText("site.binding", "liquid");
  s.metrics.Set("energy_balance_error", 3e-13, "1");
  return s;
}

}  // namespace

TEST_CASE("the JSON summary is the contract's object, digit by digit", "[summary]") {
  CHECK(SummaryJson(Sample()) == R"({
  "name": "A \"day\"\n",
  "status": "done",
  "simulated_s": 86400,
  "seed": 18446744073709551615,
  "metrics": {
    "workloads.chat.ttft.p50": {"value": 0.1, "unit": "s"},
    "workloads.chat.ttft.p99": {"value": 0.3333333333333333, "unit": "s"},
    "workloads.chat.requests.completed": {"value": 120345, "unit": "1"},
    "workloads.pretrain.step_time": {"value": 11.25, "unit": "s"},
    "site.power.mean": {"value": 132400, "unit": "W"},
    "site.binding": {"value": "liquid", "unit": ""},
    "energy_balance_error": {"value": 3e-13, "unit": "1"}
  }
}
)");
  CHECK(SummaryJson(Sample(), 1.5).find("  \"wall_s\": 1.5,\n") != std::string::npos);
}

TEST_CASE("no text can break the JSON", "[summary]") {
  Summary s;
  s.name = "tab\t nul\x01 back\\ e\xc3\xa9 bad\xff\xc3 long\xc0\xaf half\xed\xa0\x80";
  const std::string json = SummaryJson(s);
  const std::string bad = "\xef\xbf\xbd";
  CHECK(json.find("\"tab\\t nul\\u0001 back\\\\ e\xc3\xa9 bad" + bad + bad + " long" + bad + bad +
                  " half" + bad + bad + bad + "\"") != std::string::npos);
  CHECK(json.find("\"metrics\": {}\n}\n") != std::string::npos);
}

TEST_CASE("the text summary is aligned and grouped", "[summary]") {
  Summary s = Sample();
  s.name = "A day";
  CHECK(SummaryText(s) == R"(A day
  done, 1 d simulated, seed 18446744073709551615

chat
  ttft                p50 100 ms   p99 333 ms
  requests completed  120345

pretrain
  step time  11.3 s

site
  power mean  132 kW
  binding     liquid

run
  energy balance error  3.00e-13
)");
}

TEST_CASE("the text summary stays within 100 columns", "[summary]") {
  Summary s = Sample();
  for (const char* part : {"compute", "tp_exposed", "cp_exposed", "ep_exposed", "pp_exposed",
                           "dp_exposed", "bubble", "optimizer", "stall"})
    s.metrics.Set(std::string("workloads.pretrain.time.") + part, 1.234, "s");
  std::istringstream lines(SummaryText(s));
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) {
    longest = std::max(longest, line.size());
    CHECK((line.empty() || line.back() != ' '));
  }
  CHECK(longest <= 100);
  CHECK(longest > 60);
}
