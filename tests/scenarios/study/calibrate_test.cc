#include "scenarios/study/calibrate.h"
#include "scenarios/study/kernel_rows.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>

#include "models/network/collective.h"
#include "sim/core/diagnostics.h"
#include "sim/core/random.h"
#include "tests/scenarios/study/prepared.h"

using namespace headroom;
using namespace headroom::study;

namespace {

/// An all-reduce over eight accelerators by latency and ring efficiency, as the network model has it.
Predict AllReduce(const std::vector<double>& sizes) {
  return [sizes](const std::vector<std::vector<double>>& values) {
    std::vector<std::vector<double>> out;
    for (const auto& v : values) {
      network::FabricParams fabric;
      fabric.scale_up.domain = 8;
      fabric.scale_up.bandwidth = 450e9;
      fabric.scale_up.latency = v[0];
      fabric.scale_up.efficiency = v[1];
      fabric.scale_out.nic = 50e9;
      const network::Group group = network::MakeGroup(fabric, 8, 1);
      auto& rows = out.emplace_back();
      for (const double bytes : sizes)
        rows.push_back(
            network::Cost(fabric, group, network::Operation::kAllReduce, network::Algorithm::kRing, bytes).seconds);
    }
    return out;
  };
}

std::vector<Parameter> LatencyAndEfficiency() {
  Parameter latency, efficiency;
  latency.text = "latency";
  latency.value = 2e-6;
  latency.unit = "us";
  latency.high = INFINITY;
  efficiency.text = "efficiency";
  efficiency.value = 0.5;
  efficiency.high = 1.0;
  return {latency, efficiency};
}

std::vector<double> Sizes() {
  std::vector<double> out;
  for (double b = 1 << 12; b <= 1 << 30; b *= 2) out.push_back(b);
  return out;
}

Measurements Measured(const std::vector<double>& values) {
  Measurements m;
  m.runs.resize(1);
  for (const double v : values) m.rows.push_back({0, "time", v, 0.0, 0});
  return m;
}

}  // namespace

// Measured 1, 2, 3; predicted 1.1, 2, 2.9: errors 0.1, 0, 0.1 on a mean of 2.
TEST_CASE("a judgement is Guideline 14's arithmetic", "[calibrate]") {
  const Judgement j = Judge({1, 2, 3}, {1.1, 2, 2.9});
  CHECK(j.cv_rmse == Approx(std::sqrt(0.02 / 3) / 2));
  CHECK(j.nmbe == Approx(0.0).margin(1e-12));
  CHECK(j.median_error == Approx(0.1 / 3));
  CHECK(j.within_guideline());
  CHECK_FALSE(Judge({1, 2, 3}, {1.4, 2.4, 3.4}).within_guideline());
}

TEST_CASE("known parameters come back from exact measurements", "[calibrate]") {
  const auto predict = AllReduce(Sizes());
  const auto exact = predict({{0.9e-6, 0.8}}).front();
  const Calibration c = Calibrate(LatencyAndEfficiency(), Measured(exact), std::vector<std::string>(exact.size(), "s"), predict);
  CHECK(c.parameters[0].value == Approx(0.9e-6).epsilon(1e-3));
  CHECK(c.parameters[1].value == Approx(0.8).epsilon(1e-3));
  CHECK(c.median_even_odd < 1e-3);
}

// 200 trials with 5 % of noise: at least 181 of them hold each parameter (95 % less three deviations of the binomial).
TEST_CASE("stated confidence holds the true parameters in 95 % of trials", "[calibrate][property]") {
  const auto predict = AllReduce(Sizes());
  const auto exact = predict({{0.9e-6, 0.8}}).front();
  RandomStream noise(3, "calibrate");
  int latency = 0, efficiency = 0;
  for (int trial = 0; trial < 200; ++trial) {
    auto measured = exact;
    for (double& v : measured) v *= 1.0 + 0.05 * noise.Normal();
    const Calibration c =
        Calibrate(LatencyAndEfficiency(), Measured(measured), std::vector<std::string>(measured.size(), "s"), predict);
    latency += c.parameters[0].low <= 0.9e-6 && 0.9e-6 <= c.parameters[0].high;
    efficiency += c.parameters[1].low <= 0.8 && 0.8 <= c.parameters[1].high;
  }
  INFO("latency in " << latency << ", efficiency in " << efficiency << " of 200");
  std::printf("calibration: latency in %d, efficiency in %d of 200 intervals\n", latency, efficiency);
  CHECK(latency >= 181);
  CHECK(efficiency >= 181);
}

TEST_CASE("small messages do not say the efficiency of large ones", "[calibrate]") {
  const std::vector<double> sizes = {8, 16, 32, 64, 128, 256};
  const auto predict = AllReduce(sizes);
  const auto exact = predict({{0.9e-6, 0.8}}).front();
  std::vector<double> measured = exact;
  for (std::size_t i = 0; i < measured.size(); ++i) measured[i] *= i % 2 ? 1.02 : 0.98;
  const Calibration c =
      Calibrate(LatencyAndEfficiency(), Measured(measured), std::vector<std::string>(measured.size(), "s"), predict);
  CHECK(c.parameters[0].identified);
  CHECK_FALSE(c.parameters[1].identified);
}

TEST_CASE("parameters are found by their paths, with unit and source, and set", "[parameter]") {
  const scenario::Prepared p = PreparedFrom(Hall("{}"));
  const Parameter latency = FindParameter(p, "accelerator/gb200:scale_up.latency");
  CHECK(latency.unit == "us");
  CHECK(latency.value > 0.0);
  CHECK_FALSE(latency.source.empty());
  const Parameter supply = FindParameter(p, "site.cooling.rack_supply");
  CHECK(supply.value == Approx(305.15));
  const scenario::Prepared moved = With(p, {latency, supply}, {5e-6, 300.0});
  CHECK(moved.library.accelerator("gb200").scale_up().latency() == 5e-6);
  CHECK(moved.loaded.scenario.site().cooling().rack_supply() == 300.0);
  CHECK(p.library.accelerator("gb200").scale_up().latency() == latency.value);
  CHECK(FindParameter(p, "kernels/h100.vllm:gemm[fp8].compute_efficiency").value > 0.0);
  CHECK_THROWS_WITH(FindParameter(p, "accelerator/gb200:scale_up.lateny"), Catch::Contains("sets no number"));
  CHECK_THROWS_WITH(FindParameter(p, "site.cooling.nothing"), Catch::Contains("sets no number"));
}

// Products and attention timed by a profile with other efficiencies: the fit on half of them finds those.
TEST_CASE("single kernels say the efficiencies of their profile", "[calibrate]") {
  const scenario::Prepared p = PreparedFrom(Hall("{}"));
  const std::vector<Parameter> fit = {FindParameter(p, "kernels/h100.vllm:gemm[bf16].compute_efficiency"),
                                      FindParameter(p, "kernels/h100.vllm:gemm[bf16].memory_efficiency")};
  CHECK(ProfileOf(fit) == "h100.vllm");
  Measurements m;
  for (const double rows : {16.0, 64.0, 4096.0, 8192.0})
    for (const double width : {4096.0, 8192.0}) {
      KernelCall call;
      call.gemm = {rows, width, 4096.0, 1.0};
      m.rows.push_back({m.kernels.size(), "gemm", 0.0, 0.0, 1});
      m.kernels.push_back(call);
    }
  const Predict predict = PredictKernels(p, "h100.vllm", fit, m);
  const std::vector<double> truth = {0.9 * fit[0].value, 0.8 * fit[1].value};
  const auto times = predict({truth}).front();
  for (std::size_t i = 0; i < times.size(); ++i) m.rows[i].value = times[i];
  const Calibration c = Calibrate(fit, m, std::vector<std::string>(times.size(), "s"), predict);
  CHECK(c.parameters[0].value == Approx(truth[0]).epsilon(1e-3));
  CHECK(c.parameters[1].value == Approx(truth[1]).epsilon(1e-3));
  CHECK(c.median_even_odd < 1e-3);
}
