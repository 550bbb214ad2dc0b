#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "models/catalog/library.h"
#include "models/failure/checkpoint_interval.h"
#include "models/failure/failure_profile.h"
#include "scenarios/cli/command.h"
#include "sim/config/json.h"
#include "sim/config/quantity_text.h"
#include "sim/core/diagnostics.h"

namespace headroom::cli {
namespace {

struct Options {
  std::string write, size, rate, between, recovery = "10 min", rates;
  std::vector<std::string> tiers;
  std::uint32_t accelerators = 0;
  bool json = false;
};

struct Tier {
  std::string name;
  double cost = 0.0;   ///< s
  double share = 0.0;  ///< of interruptions that it outlives and no nearer tier does
};

/// A quantity above 0 (or at least 0). @throws ConfigError naming the option.
double Read(const std::string& option, const std::string& text, const char* unit, bool zero = false) {
  const config::QuantityResult q = config::ParseQuantity(text, unit);
  if (!q.ok()) throw ConfigError(fmt::format("{}: {}", option, q.error));
  if (q.value < 0.0 || (q.value == 0.0 && !zero)) throw ConfigError(fmt::format("{} is {}; it must be {}", option, text, zero ? "0 or more" : "above 0"));
  return q.value;
}

double Cost(const Options& o) {
  if (!o.write.empty()) {
    if (!o.size.empty() || !o.rate.empty()) throw ConfigError("--write is given, and so are --size or --rate; one of them is due");
    return Read("--write", o.write, "s");
  }
  if (o.size.empty() || o.rate.empty()) throw ConfigError("how long a checkpoint takes is missing: --write, or --size and --rate");
  return Read("--size", o.size, "TB") / Read("--rate", o.rate, "GB/s");
}

double Between(const Options& o) {
  if (!o.between.empty()) {
    if (o.accelerators > 0 || !o.rates.empty()) throw ConfigError("--between is given, and so are --accelerators or --rates; one of them is due");
    return Read("--between", o.between, "h");
  }
  if (o.accelerators == 0 || o.rates.empty()) throw ConfigError("how often the job is interrupted is missing: --between, or --accelerators and --rates");
  const catalog::Library library;
  const std::vector<std::string> known = library.names("failures");
  if (std::find(known.begin(), known.end(), o.rates) == known.end())
    throw ConfigError(fmt::format("--rates: the catalog has no failures '{}'; there is {}", o.rates, fmt::join(known, ", ")));
  return 1.0 / (failure::ProfileOf(library.failures(o.rates)).rate() * o.accelerators);
}

/// The interval of the largest expected goodput, by golden section over its logarithm.
double Best(double cost, double recovery, double between) {
  const double ratio = (std::sqrt(5.0) - 1.0) / 2.0;
  double low = std::log(cost / 100.0), high = std::log(100.0 * (between + cost));
  for (int i = 0; i < 100; ++i) {
    const double a = high - ratio * (high - low), b = low + ratio * (high - low);
    if (failure::ExpectedGoodput(std::exp(a), cost, recovery, between) < failure::ExpectedGoodput(std::exp(b), cost, recovery, between)) low = a;
    else high = b;
  }
  return std::exp((low + high) / 2.0);
}

/// "memory, 1 s, 40 %"; each outlives what those before it do, and more.
std::vector<Tier> TiersOf(const Options& o, double store_cost) {
  std::vector<Tier> out;
  double before = 0.0;
  for (const std::string& text : o.tiers) {
    const std::size_t first = text.find(','), second = text.find(',', first + 1);
    if (second == std::string::npos) throw ConfigError(fmt::format("--tier is '{}'; it must be NAME, WRITE, SHARE, as in \"memory, 1 s, 40 %\"", text));
    const auto part = [&](std::size_t from, std::size_t to) {
      const std::string cut = text.substr(from, to - from);
      const std::size_t begin = cut.find_first_not_of(' ');
      return begin == std::string::npos ? std::string() : cut.substr(begin, cut.find_last_not_of(' ') - begin + 1);
    };
    const double share = Read("--tier " + text, part(second + 1, text.size()), "%");
    if (share <= before || share >= 1.0) throw ConfigError(fmt::format("--tier {}: outlives {:.4g} % of interruptions; it must be more than the tier before it, {:.4g} %, and below 100 %", text, 100 * share, 100 * before));
    out.push_back({part(0, first), Read("--tier " + text, part(first + 1, second), "s"), share - before});
    before = share;
  }
  out.push_back({"store", store_cost, 1.0 - before});
  return out;
}

int PrintTiers(const Options& o, double cost, double between, double recovery) {
  double lost = recovery / between;
  std::string rows, json;
  for (const Tier& t : TiersOf(o, cost)) {
    const double each = between / t.share, young = failure::YoungInterval(t.cost, each), daly = failure::DalyInterval(t.cost, each), loss = failure::TierLoss(daly, t.cost, each);
    lost += loss;
    rows += fmt::format("{:<12}  {:>8.1f} s  {:>6.1f} %  {:>8.1f} min  {:>8.1f} min  {:>6.2f} %\n", t.name, t.cost, 100.0 * t.share, young / 60.0, daly / 60.0, 100.0 * loss);
    json += fmt::format("{}{{\"name\": {}, \"checkpoint\": {}, \"share\": {}, \"young\": {}, \"daly\": {}, \"lost\": {}}}", json.empty() ? "" : ", ",
                        config::Json::String(t.name).Text(), t.cost, t.share, young, daly, loss);
  }
  if (o.json) {
    fmt::print("{{\"between_failures\": {}, \"recovery\": {}, \"goodput\": {}, \"tiers\": [{}]}}\n", between, recovery, 1.0 - lost, json);
    return kDone;
  }
  fmt::print("{:.3g} h between failures, recovery {:.1f} min; goodput {:.2f} %\n", between / 3600.0, recovery / 60.0, 100.0 * (1.0 - lost));
  fmt::print("{:<12}  {:>10}  {:>8}  {:>12}  {:>12}  {:>8}\n{}", "", "checkpoint", "failures", "young every", "daly every", "lost", rows);
  return kDone;
}

int Print(const Options& o) {
  const double cost = Cost(o), between = Between(o), recovery = Read("--recovery", o.recovery, "min", true);
  if (!o.tiers.empty()) return PrintTiers(o, cost, between, recovery);
  struct Row {
    const char* name;
    double interval;
  };
  const double best = Best(cost, recovery, between);
  const Row rows[] = {{"young", failure::YoungInterval(cost, between)}, {"daly", failure::DalyInterval(cost, between)}, {"best", best}};
  if (o.json) {
    fmt::print("{{\"checkpoint\": {}, \"between_failures\": {}, \"recovery\": {}", cost, between, recovery);
    for (const Row& r : rows)
      fmt::print(", \"{}\": {{\"interval\": {}, \"goodput\": {}}}", r.name, r.interval, failure::ExpectedGoodput(r.interval, cost, recovery, between));
    fmt::print("}}\n");
    return kDone;
  }
  fmt::print("checkpoint {:.1f} s, {:.3g} h between failures, recovery {:.1f} min\n", cost, between / 3600.0, recovery / 60.0);
  fmt::print("{:<8}  {:>10}  {:>8}\n", "", "every", "goodput");
  for (const Row& r : rows) fmt::print("{:<8}  {:>6.1f} min  {:>7.2f} %\n", r.name, r.interval / 60.0, 100.0 * failure::ExpectedGoodput(r.interval, cost, recovery, between));
  for (const double times : {0.25, 0.5, 2.0, 4.0})
    fmt::print("{:<8}  {:>6.1f} min  {:>7.2f} %\n", fmt::format("best x{:g}", times), times * best / 60.0,
               100.0 * failure::ExpectedGoodput(times * best, cost, recovery, between));
  return kDone;
}

}  // namespace

Action AddInterval(CLI::App& app) {
  auto o = std::make_shared<Options>();
  app.add_option("--write", o->write, "for which a checkpoint stops the job, e.g. \"60 s\"");
  app.add_option("--size", o->size, "of a checkpoint, instead of --write, e.g. \"5.29 TB\"");
  app.add_option("--rate", o->rate, "at which it is written, e.g. \"500 GB/s\"");
  app.add_option("--between", o->between, "mean time between interruptions of the job, e.g. \"3 h\"");
  app.add_option("--accelerators", o->accelerators, "of the job, instead of --between");
  app.add_option("--rates", o->rates, "a failure profile of the catalog, e.g. llama-3");
  app.add_option("--recovery", o->recovery, "from an interruption until the job goes on (default: 10 min)");
  app.add_option("--tier", o->tiers, "copies nearer than the store, the nearest first: name, time for which one stops the job, share of interruptions that it outlives, e.g. \"memory, 1 s, 40 %\"");
  app.add_flag("--json", o->json, "one JSON object, in seconds");
  return [o] { return Print(*o); };
}

}  // namespace headroom::cli
