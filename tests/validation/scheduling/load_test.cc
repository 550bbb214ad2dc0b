#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "models/jobs/published_load.h"
#include "tests/validation/scheduling/replay.h"
#include "tests/validation/scheduling/shared_table.h"

namespace headroom::validation {
namespace {

using jobs::BatchJob;

/// Percent of `values` at or below x.
double Percent(const std::vector<double>& values, double x) {
  return 100.0 * static_cast<double>(std::count_if(values.begin(), values.end(), [&](double v) { return v <= x; })) /
         static_cast<double>(values.size());
}

/// Largest distance [points] from the published curve, log-linear between its points, at its 50 and 90 %.
double Distance(const std::vector<double>& drawn, const std::vector<std::pair<double, double>>& curve) {
  double worst = 0.0;
  for (const double level : {50.0, 90.0})
    for (std::size_t i = 1; i < curve.size(); ++i) {
      const auto [x0, below] = curve[i - 1];
      const auto [x1, above] = curve[i];
      if (!(below < level && above >= level)) continue;
      worst = std::max(worst, std::abs(Percent(drawn, x0 * std::pow(x1 / x0, (level - below) / (above - below))) - level));
    }
  return worst;
}

/// The same of a step curve, at the sizes on both sides of each crossing.
double StepDistance(const std::vector<double>& drawn, const std::vector<std::pair<double, double>>& curve) {
  double worst = 0.0;
  for (const double level : {50.0, 90.0})
    for (std::size_t i = 0; i < curve.size(); ++i)
      if (curve[i].second >= level && (i == 0 || curve[i - 1].second < level)) {
        worst = std::max(worst, std::abs(Percent(drawn, curve[i].first) - curve[i].second));
        if (i > 0) worst = std::max(worst, std::abs(Percent(drawn, curve[i - 1].first) - curve[i - 1].second));
      }
  return worst;
}

}  // namespace

TEST_CASE("Acme-like and Helios-like streams meet the published curves at p50 and p90", "[jobs]") {
  const auto types = SharedTable::Read("acme_cdf_by_type.csv");
  const auto acme = SharedTable::Read("acme_cdf_cluster_comparison.csv");
  const auto helios = SharedTable::Read("helios_cdf_duration.csv");
  const auto helios_sizes = SharedTable::Read("helios_cdf_gpunum.csv");
  if (!types || !acme || !helios || !helios_sizes) return;
  const auto curve = [](const SharedTable& t, const std::string& cluster, const std::string& metric, const std::string& type) {
    std::vector<std::pair<double, double>> out;
    for (std::size_t i = 0; i < t.size(); ++i)
      if (t.text(i, "cluster") == cluster && t.text(i, "metric") == metric && (type.empty() || t.text(i, "type") == type))
        out.emplace_back(t.number(i, "x"), t.number(i, "cdf_percent"));
    return out;
  };
  const std::map<std::string, std::string> kinds = {{"evaluation", "Eval"}, {"pretraining", "Pretrain"}, {"sft", "SFT"},
                                                    {"mllm", "MLLM"},       {"debug", "Debug"},          {"other", "Other"}};
  int compared = 0;
  for (const auto& [name, cluster] : {std::pair("acme-seren", "Seren"), {"acme-kalos", "Kalos"}, {"helios-venus", "Venus"},
                                      {"helios-earth", "Earth"}, {"helios-saturn", "Saturn"}, {"helios-uranus", "Uranus"}}) {
    const jobs::PublishedLoad& load = *jobs::FindPublishedLoad(name);
    const bool is_acme = std::string(name).starts_with("acme");
    const jobs::JobStream stream = jobs::GenerateLike(load, {.rate = 1.0}, 432000.0, 9, "w");
    std::vector<double> sizes, all;
    std::map<std::uint32_t, std::vector<double>> by_kind;
    for (const BatchJob& j : stream) {
      sizes.push_back(j.units);
      all.push_back(static_cast<double>(j.runtime) * 1e-9);
      by_kind[j.queue].push_back(all.back());
    }
    INFO(name);
    CHECK(StepDistance(sizes, curve(is_acme ? *acme : *helios_sizes, cluster, "job_gpu_num", "")) < 3.0);
    CHECK(Distance(all, curve(is_acme ? *acme : *helios, cluster, "gpu_job_duration_s", "")) < 3.0);
    compared += 2;
    for (std::size_t k = 0; is_acme && k < load.kinds.size(); ++k) {
      INFO(load.kinds[k].name);
      CHECK(Distance(by_kind[static_cast<std::uint32_t>(k) + 1], curve(*types, cluster, "duration_s", kinds.at(load.kinds[k].name))) < 3.0);
      ++compared;
    }
  }
  CHECK(compared == 22);
}

/// Percent of `units` that jobs hold in each hour of the day, from day `first` on.
std::vector<double> HoursOfDay(const std::vector<scheduling::Job>& jobs, const std::vector<double>& start, std::uint32_t units, int first, int days) {
  std::vector<double> hours(24, 0.0);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const double begin = start[i] / 3600.0, end = begin + static_cast<double>(jobs[i].runtime.ns()) / 3600e9;
    for (int h = std::max(first * 24, static_cast<int>(begin)); h < days * 24 && h < end; ++h)
      hours[static_cast<std::size_t>(h % 24)] += jobs[i].units * (std::min<double>(end, h + 1) - std::max<double>(begin, h));
  }
  for (double& h : hours) h *= 100.0 / units / (days - first);
  return hours;
}

TEST_CASE("Helios-like streams under EASY keep the accelerators as busy, hour by hour, as published", "[jobs]") {
  const auto table = SharedTable::Read("helios_diurnal.csv");
  if (!table) return;
  const auto hours = [&](const std::string& cluster, const std::string& metric) {
    std::vector<double> out(24);
    for (std::size_t i = 0; i < table->size(); ++i)
      if (table->text(i, "cluster") == cluster && table->text(i, "metric") == metric)
        out[static_cast<std::size_t>(table->number(i, "hour"))] = table->number(i, "value");
    return out;
  };
  constexpr int kFirst = 30, kDays = 110, kSeeds = 8;
  struct Cluster { const char *load, *name; std::uint32_t accelerators; };
  for (const Cluster& c : {Cluster{"helios-venus", "Venus", 1022}, {"helios-earth", "Earth", 997}, {"helios-saturn", "Saturn", 2080},
                           {"helios-uranus", "Uranus", 2119}}) {
    const std::vector<double> submitted = hours(c.name, "avg_gpu_jobs_submitted_per_hour"), published = hours(c.name, "avg_utilization_percent");
    double rate = 0.0;
    for (const double s : submitted) rate += s / 24.0 / 3600.0;
    std::vector<double> mean(24, 0.0);
    for (int seed = 0; seed < kSeeds; ++seed) {
      std::vector<scheduling::Job> jobs;
      for (const BatchJob& j : jobs::GenerateLike(*jobs::FindPublishedLoad(c.load), {.rate = rate}, kDays * 86400.0, static_cast<std::uint64_t>(seed), "w"))
        jobs.push_back({.submit = Instant::Ns(j.submit), .estimate = Duration::Ns(j.estimate), .runtime = Duration::Ns(j.runtime), .units = j.units});
      const Replayed run = Replay(c.accelerators, jobs, "easy-backfill", scheduling::Passes::kPerInstant, scheduling::Reservations::kCount);
      const std::vector<double> day = HoursOfDay(jobs, run.start, c.accelerators, kFirst, kDays);
      for (std::size_t h = 0; h < 24; ++h) mean[h] += day[h] / kSeeds;
    }
    double worst = 0.0;
    for (std::size_t h = 0; h < 24; ++h) worst = std::max(worst, std::abs(mean[h] - published[h]));
    std::printf("%s: utilisation by hour, largest distance %.2f points\n", c.name, worst);
    INFO(c.name);
    CHECK(worst < 2.0);
  }
}

}  // namespace headroom::validation
