#include "models/jobs/published_load.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/core/random.h"

namespace headroom::jobs {
namespace {

constexpr double kMinute = 60.0;
constexpr std::array kShares = {0.1, 0.25, 0.5, 0.75, 0.9, 0.99};

std::int64_t Ns(double seconds) { return std::llround(seconds * 1e9); }

}  // namespace

const std::vector<PublishedLoad>& PublishedLoads() {
  static const std::vector<PublishedLoad> loads = {
      {"acme-seren",
       {{"evaluation", 0.649, {7.432, 15.87, 129.3, 391.2, 1208, 1.558e+04}},
        {"pretraining", 0.009, {4.176, 50.4, 296.8, 1196, 2.464e+04, 3.133e+05}},
        {"sft", 0.149, {11.85, 47.25, 196.9, 452.2, 1128, 1.328e+04}},
        {"mllm", 0.029, {8.646, 28.11, 252.7, 794.7, 5374, 7.56e+04}},
        {"debug", 0.019, {6.413, 23.28, 114.1, 359.2, 935.1, 2.263e+04}},
        {"other", 0.145, {4.128, 10.18, 76.86, 356.3, 2288, 5.555e+04}}},
       {{1, 0.5404}, {2, 0.6543}, {4, 0.6794}, {8, 0.9675}, {16, 0.9786}, {32, 0.9882}, {64, 0.9932}, {128, 0.9955}, {256, 0.9973},
        {512, 0.9986}, {768, 0.9994}, {1024, 1.0}}},
      {"acme-kalos",
       {{"evaluation", 0.928, {22.18, 38.56, 110.7, 324.2, 1388, 6259}},
        {"pretraining", 0.032, {65.71, 244.7, 706.6, 6283, 4.315e+04, 2.806e+05}},
        {"debug", 0.027, {36.28, 119.2, 326.7, 602.4, 1128, 3992}},
        {"other", 0.013, {21.63, 45.97, 293.2, 1010, 3.277e+04, 5.885e+05}}},
       {{1, 0.8628}, {2, 0.8836}, {8, 0.9392}, {16, 0.9426}, {32, 0.9465}, {64, 0.953}, {128, 0.9568}, {256, 0.969}, {512, 0.9894},
        {1024, 1.0}}},
      {"helios-venus", {{"all", 1.0, {16.8, 69.71, 209.3, 1330, 1.795e+04, 2.873e+05}}},
       {{1, 0.5184}, {2, 0.5738}, {4, 0.648}, {8, 0.8998}, {16, 0.9414}, {24, 0.9504}, {32, 0.9776}, {48, 0.983}, {64, 0.9871}, {80, 1.0}}},
      {"helios-earth", {{"all", 1.0, {68.84, 146.4, 232.8, 827.1, 7371, 9.787e+04}}},
       {{1, 0.8917}, {2, 0.8998}, {4, 0.9208}, {8, 0.9751}, {16, 0.9909}, {24, 0.9927}, {32, 0.9975}, {48, 0.9982}, {80, 1.0}}},
      {"helios-saturn", {{"all", 1.0, {3.096, 31.79, 123.4, 896.1, 5113, 1.199e+05}}},
       {{1, 0.6825}, {2, 0.7105}, {4, 0.7936}, {8, 0.9493}, {16, 0.9746}, {24, 0.9786}, {32, 0.9927}, {48, 0.9952}, {64, 0.9973}, {80, 1.0}}},
      {"helios-uranus", {{"all", 1.0, {21.28, 72.19, 285.6, 1305, 1.088e+04, 1.961e+05}}},
       {{1, 0.6626}, {2, 0.6944}, {4, 0.7374}, {8, 0.9231}, {16, 0.9787}, {24, 0.9815}, {32, 0.996}, {48, 0.997}, {64, 1.0}}},
      {"philly", {{"all", 1.0, {35.53, 108, 852.9, 3186, 1.582e+04, 4.135e+05}}},
       {{1, 0.8242}, {2, 0.8448}, {4, 0.9205}, {8, 0.9891}, {16, 0.9981}, {32, 1.0}}},
  };
  return loads;
}

const PublishedLoad* FindPublishedLoad(const std::string& name) {
  for (const PublishedLoad& load : PublishedLoads())
    if (name == load.name) return &load;
  return nullptr;
}

double RunTimeAt(const JobKind& k, double u) {
  std::size_t i = 0;
  while (i + 2 < kShares.size() && u > kShares[i + 1]) ++i;
  const double t = (u - kShares[i]) / (kShares[i + 1] - kShares[i]);
  return std::clamp(k.run[i] * std::pow(k.run[i + 1] / k.run[i], t), 1.0, 4.0 * k.run.back());
}

JobStream GenerateLike(const PublishedLoad& load, double rate, double estimate_factor, std::uint32_t users, double seconds,
                       std::uint64_t seed, const std::string& stream) {
  RandomStream arrivals(seed, stream + ".arrivals"), kinds(seed, stream + ".kinds"), sizes(seed, stream + ".sizes"),
      durations(seed, stream + ".durations"), owners(seed, stream + ".users");
  JobStream out;
  for (double time = arrivals.Exponential(1.0 / rate); time < seconds; time += arrivals.Exponential(1.0 / rate)) {
    BatchJob j;
    j.id = static_cast<std::int64_t>(out.size()) + 1;
    j.submit = Ns(time);
    double u = kinds.Uniform();
    std::size_t kind = 0;
    while (kind + 1 < load.kinds.size() && u >= load.kinds[kind].share) u -= load.kinds[kind++].share;
    const double size = sizes.Uniform();
    j.units = std::find_if(load.sizes.begin(), load.sizes.end() - 1, [&](const auto& s) { return size < s.second; })->first;
    const double run = RunTimeAt(load.kinds[kind], durations.Uniform());
    j.runtime = Ns(run);
    j.estimate = Ns(kMinute * std::ceil(run * estimate_factor / kMinute));
    j.user = static_cast<std::uint32_t>(owners.Below(users));
    j.queue = static_cast<std::uint32_t>(kind) + 1;
    out.push_back(j);
  }
  return out;
}

}  // namespace headroom::jobs
