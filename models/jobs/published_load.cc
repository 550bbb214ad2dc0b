#include "models/jobs/published_load.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "sim/core/random.h"

namespace headroom::jobs {
namespace {

constexpr double kMinute = 60.0, kHour = 3600.0, kDay = 86400.0;
constexpr std::size_t kHours = 24;
constexpr std::array kShares = {0.1, 0.25, 0.5, 0.75, 0.9, 0.99};

double NormalShare(double z) { return 0.5 * std::erfc(-z * std::numbers::sqrt2 / 2.0); }
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
        {512, 0.9986}, {768, 0.9994}, {1024, 1.0}}, 0.0, {}, 0.0},
      {"acme-kalos",
       {{"evaluation", 0.928, {22.18, 38.56, 110.7, 324.2, 1388, 6259}},
        {"pretraining", 0.032, {65.71, 244.7, 706.6, 6283, 4.315e+04, 2.806e+05}},
        {"debug", 0.027, {36.28, 119.2, 326.7, 602.4, 1128, 3992}},
        {"other", 0.013, {21.63, 45.97, 293.2, 1010, 3.277e+04, 5.885e+05}}},
       {{1, 0.8628}, {2, 0.8836}, {8, 0.9392}, {16, 0.9426}, {32, 0.9465}, {64, 0.953}, {128, 0.9568}, {256, 0.969}, {512, 0.9894},
        {1024, 1.0}}, 0.0, {}, 0.0},
      {"helios-venus", {{"all", 1.0, {16.8, 69.71, 209.3, 1330, 1.795e+04, 2.873e+05}}},
       {{1, 0.5184}, {2, 0.5738}, {4, 0.648}, {8, 0.8998}, {16, 0.9414}, {24, 0.9504}, {32, 0.9776}, {48, 0.983}, {64, 0.9871}, {80, 1.0}},
       0.063,
       {25.9, 19.0, 17.3, 11.1, 7.7, 5.9, 5.4, 6.5, 10.8, 22.9, 37.3, 42.5, 33.6, 37.4, 44.9, 47.7, 50.0, 50.0, 37.0, 37.9, 38.8, 39.3, 33.1, 29.9},
       0.7},
      {"helios-earth", {{"all", 1.0, {68.84, 146.4, 232.8, 827.1, 7371, 9.787e+04}}},
       {{1, 0.8917}, {2, 0.8998}, {4, 0.9208}, {8, 0.9751}, {16, 0.9909}, {24, 0.9927}, {32, 0.9975}, {48, 0.9982}, {80, 1.0}},
       0.435,
       {107.9, 96.1, 88.5, 84.4, 81.5, 79.2, 74.0, 74.2, 72.6, 81.5, 102.0, 112.3, 108.9, 112.7, 105.7, 115.8, 113.5, 102.0, 93.7, 107.8, 122.6, 115.6, 105.6, 101.6},
       0.1},
      {"helios-saturn", {{"all", 1.0, {3.096, 31.79, 123.4, 896.1, 5113, 1.199e+05}}},
       {{1, 0.6825}, {2, 0.7105}, {4, 0.7936}, {8, 0.9493}, {16, 0.9746}, {24, 0.9786}, {32, 0.9927}, {48, 0.9952}, {64, 0.9973}, {80, 1.0}},
       0.300,
       {139.5, 142.9, 113.6, 104.7, 98.0, 90.8, 85.9, 85.1, 95.4, 138.3, 184.1, 198.6, 173.8, 185.5, 206.5, 235.0, 241.7, 219.5, 180.3, 186.3, 203.5, 195.8, 175.4, 179.8},
       0.7},
      {"helios-uranus", {{"all", 1.0, {21.28, 72.19, 285.6, 1305, 1.088e+04, 1.961e+05}}},
       {{1, 0.6626}, {2, 0.6944}, {4, 0.7374}, {8, 0.9231}, {16, 0.9787}, {24, 0.9815}, {32, 0.996}, {48, 0.997}, {64, 1.0}},
       0.374,
       {55.5, 48.7, 28.4, 16.9, 17.9, 26.0, 33.5, 20.0, 24.7, 53.9, 85.3, 96.7, 119.2, 109.4, 125.4, 120.6, 138.1, 112.4, 88.0, 104.0, 111.3, 94.6, 100.1, 86.4},
       0.7},
      {"philly", {{"all", 1.0, {35.53, 108, 852.9, 3186, 1.582e+04, 4.135e+05}}},
       {{1, 0.8242}, {2, 0.8448}, {4, 0.9205}, {8, 0.9891}, {16, 0.9981}, {32, 1.0}}, 0.0, {}, 0.0},
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

JobStream GenerateLike(const PublishedLoad& load, const LikeParams& params, double seconds, std::uint64_t seed, const std::string& stream) {
  RandomStream arrivals(seed, stream + ".arrivals"), kinds(seed, stream + ".kinds"), sizes(seed, stream + ".sizes"),
      durations(seed, stream + ".durations"), owners(seed, stream + ".users"), hours(seed, stream + ".hours");
  const bool daily = params.daily && !load.hours.empty();
  const double busiest = daily ? *std::max_element(load.hours.begin(), load.hours.end()) : 1.0;
  const double mean = daily ? std::accumulate(load.hours.begin(), load.hours.end(), 0.0) / kHours : 1.0;
  const double gap = mean / (busiest * params.rate);
  JobStream out;
  for (double time = arrivals.Exponential(gap); time < seconds; time += arrivals.Exponential(gap)) {
    // Thinning (Lewis and Shedler 1979).
    if (daily && hours.Uniform() * busiest >= load.hours[static_cast<std::size_t>(time / kHour) % kHours]) continue;
    BatchJob j;
    double u = kinds.Uniform();
    std::size_t kind = 0;
    while (kind + 1 < load.kinds.size() && u >= load.kinds[kind].share) u -= load.kinds[kind++].share;
    const double z = sizes.Normal();
    const double size = NormalShare(z);
    j.units = std::find_if(load.sizes.begin(), load.sizes.end() - 1, [&](const auto& s) { return size < s.second; })->first;
    const double c = load.correlation;
    const double run = RunTimeAt(load.kinds[kind], NormalShare(c * z + std::sqrt(1.0 - c * c) * durations.Normal()));
    double submit = time;
    if (daily && run > kHour && hours.Uniform() < load.even) {
      const double day = std::floor(time / kDay) * kDay;
      submit = day + hours.Uniform() * std::min(kDay, seconds - day);
    }
    j.submit = Ns(submit);
    j.runtime = Ns(run);
    j.estimate = Ns(kMinute * std::ceil(run * params.estimate_factor / kMinute));
    j.user = static_cast<std::uint32_t>(owners.Below(params.users));
    j.queue = static_cast<std::uint32_t>(kind) + 1;
    out.push_back(j);
  }
  std::stable_sort(out.begin(), out.end(), [](const BatchJob& a, const BatchJob& b) { return a.submit < b.submit; });
  for (std::size_t i = 0; i < out.size(); ++i) out[i].id = static_cast<std::int64_t>(i) + 1;
  return out;
}

}  // namespace headroom::jobs
