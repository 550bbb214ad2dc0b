#include "scenarios/build/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "models/cooling/heat_network_params.h"
#include "scenarios/build/plant_builder.h"

namespace headroom::scenario {
namespace {

/// Reads changes one after the other; what a change leaves out is as the one before left it.
class ChangeReader {
 public:
  ChangeReader(const BuildContext& context, const plant::PlantParams& plant)
      : context_(context),
        plant_(plant),
        at_limit_(context.scenario.site().power().utility().at_limit()),
        limited_(plant.utility_limit > 0.0),
        outdoors_{context.scenario.site().cooling().weather().dry_bulb(),
                  context.scenario.site().cooling().weather().wet_bulb()} {}

  DueChange Read(int number) {
    const schema::Change& change = context_.scenario.changes(number);
    path_ = fmt::format("changes[{}]", number);
    DueChange out;
    out.at = Instant::FromSeconds(change.at());
    out.number = static_cast<std::size_t>(number);
    const schema::Run& run = context_.scenario.run();
    if (run.has_duration() && change.at() >= run.duration())
      Error(".at", fmt::format("is {:g} h and the run ends at {:g} h", change.at() / 3600.0, run.duration() / 3600.0));
    ReadUtility(change.site().power().utility(), &out.plant);
    ReadCooling(change.site().cooling(), &out.plant);
    ReadFaults(change, &out.plant);
    for (int i = 0; i < change.workloads_size(); ++i) ReadWorkload(change.workloads(i), &out);
    return out;
  }

 private:
  void Error(const std::string& key, const std::string& message) { context_.Error(path_ + key, message); }

  void ReadUtility(const schema::ChangedUtility& u, plant::PlantChange* out) {
    if (u.has_limit()) out->utility_limit = u.limit();
    limited_ = limited_ || u.has_limit();
    if (u.at_limit().empty() || u.at_limit() == at_limit_) return;
    const std::string key = ".site.power.utility.at_limit";
    if (at_limit_ != "report")
      Error(key, fmt::format("is {} before; only report changes into {}", at_limit_, u.at_limit()));
    else if (!limited_)
      Error(key, u.at_limit() + " needs site.power.utility.limit, here or before");
    at_limit_ = u.at_limit();
    out->at_limit = at_limit_ == "cap" ? plant::AtLimit::kCap : plant::AtLimit::kShed;
  }

  void ReadCooling(const schema::ChangedCooling& c, plant::PlantChange* out) {
    if (c.has_rack_supply()) {
      out->rack_supply = c.rack_supply();
      plant::PlantParams changed = plant_;
      changed.rack_supply = c.rack_supply();
      try {
        plant::Check(changed);
        cooling::Check(plant::NetworkOf(changed));
      } catch (const ConfigError& e) {
        for (const Finding& f : e.findings()) Error(".site.cooling.rack_supply", f.path.empty() ? f.message : f.path + " " + f.message);
      }
    }
    const schema::ChangedWeather& w = c.weather();
    const std::string key = ".site.cooling.weather";
    const bool hourly = !context_.scenario.site().cooling().weather().file().empty();
    if (w.has_offset()) {
      if (!hourly) Error(key + ".offset", "belongs to a weather file, and there is none");
      out->warmer = w.offset() - context_.scenario.site().cooling().weather().offset();
    }
    if (!w.has_wet_bulb() && !w.has_dry_bulb()) return;
    if (hourly) Error(key, "the site has a weather file; only offset changes");
    if (w.has_wet_bulb()) outdoors_.wet_bulb = w.wet_bulb();
    if (w.has_dry_bulb()) outdoors_.dry_bulb = w.dry_bulb();
    if (outdoors_.wet_bulb > outdoors_.dry_bulb)
      Error(key + ".wet_bulb", fmt::format("{:g} degC is above the dry bulb, {:g} degC", outdoors_.wet_bulb - 273.15,
                                           outdoors_.dry_bulb - 273.15));
    else
      out->outdoors = outdoors_;
  }

  void ReadFaults(const schema::Change& change, plant::PlantChange* out) {
    const std::string list = ".site.faults";
    for (int i = 0; i < change.site().faults_size(); ++i) {
      const schema::Fault& f = change.site().faults(i);
      const std::string key = fmt::format("{}[{}]", list, i);
      if (f.at() < change.at()) Error(key + ".at", fmt::format("is before the change, which is at {:g} h", change.at() / 3600.0));
      // The plant follows by itself what may fail so, from the start.
      if (f.what() == "rack-loss" || f.what() == "pdu-loss" || f.what() == "transformer-loss")
        Error(key + ".what", f.what() + " cannot be part of a change; write it in site.faults");
    }
    out->faults = FaultsOf(context_, change.site().faults(), path_ + list, plant_);
  }

  void ReadWorkload(const schema::ChangedWorkload& changed, DueChange* out) {
    const std::string key = fmt::format(".workloads[{}]", changed.name());
    const auto& all = context_.scenario.workloads();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& w) { return w.name() == changed.name(); });
    if (found == all.end()) {
      std::vector<std::string> names;
      for (const auto& w : all) names.push_back(w.name());
      Error(key, fmt::format("no workload has this name; there is: {}", fmt::join(names, ", ")));
      return;
    }
    if (!changed.serve().requests().arrival().has_poisson()) return;
    if (found->serve().requests().arrival().kind_case() != schema::Arrival::kPoisson) {
      Error(key + ".serve.requests.arrival.poisson", "the workload has no constant Poisson rate that could change");
    } else {
      const double rate = changed.serve().requests().arrival().poisson();
      out->rates.emplace_back(static_cast<std::size_t>(found - all.begin()), rate);
      out->plant.beside.emplace_back(changed.name(), fmt::format("{:g} requests per second from now on", rate));
    }
  }

  const BuildContext& context_;
  const plant::PlantParams& plant_;
  std::string at_limit_;
  bool limited_;
  cooling::Outdoors outdoors_;
  std::string path_;
};

}  // namespace

std::vector<DueChange> ChangesOf(const BuildContext& context, const plant::PlantParams& plant) {
  std::vector<int> order(static_cast<std::size_t>(context.scenario.changes_size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return context.scenario.changes(a).at() < context.scenario.changes(b).at();
  });
  ChangeReader reader(context, plant);
  std::vector<DueChange> out;
  for (const int number : order) out.push_back(reader.Read(number));
  return out;
}

}  // namespace headroom::scenario
