#include "scenarios/build/supply_builder.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace headroom::scenario {
namespace {

constexpr double kBeyondNameplate = 1.33;  ///< site over racks' nameplate, by which generators are counted. Assumed

power::GeneratorParams GeneratorsOf(const schema::Generators& g, double nameplate) {
  power::GeneratorParams p;
  p.rating = g.rating();
  p.needed = g.has_count() ? static_cast<int>(g.count()) : static_cast<int>(std::ceil(kBeyondNameplate * nameplate / g.rating()));
  p.units = g.redundancy() == "2N" ? 2 * p.needed : g.redundancy() == "N+1" ? p.needed + 1 : p.needed;
  p.start = g.start();
  p.start_failure = g.start_failure();
  p.block = g.block();
  p.block_interval = g.block_interval();
  p.efficiency = g.efficiency();
  p.no_load = g.no_load();
  p.autonomy = g.autonomy();
  p.retransfer = g.retransfer();
  p.cool_down = g.cool_down();
  p.price = g.fuel_price();
  p.carbon = g.carbon();
  return p;
}

/// The number of "rack-N"; 0 if there is no such rack.
int RackNumber(const std::string& name, std::size_t racks) {
  int number = 0;
  if (name.rfind("rack-", 0) != 0) return 0;
  const char* const end = name.c_str() + name.size();
  const auto read = std::from_chars(name.c_str() + 5, end, number);
  return read.ec == std::errc() && read.ptr == end && number >= 1 && number <= static_cast<int>(racks) ? number : 0;
}

void SetCord(const BuildContext& context, const std::string& path, const schema::Cords& c, plant::LoadGroupParams* group) {
  group->cord_a = c.a();
  if (!c.has_sts()) return;
  if (c.a() < 1.0) context.Error(path + ".sts", "feeds a rack's only cord; a must be 100 %");
  group->sts = plant::TransferSwitchParams{c.sts().transfer(), c.sts().hold_up()};
}

void SetCords(const BuildContext& context, const schema::Feeds& feeds, plant::PlantParams* p) {
  for (int i = 0; i < feeds.cords_size(); ++i) {
    const schema::Cords& c = feeds.cords(i);
    const std::string path = fmt::format("site.power.feeds.cords[{}]", i);
    if (feeds.redundancy() != "2N") context.Error(path, "needs two paths; site.power.feeds.redundancy must be 2N");
    const int rack = RackNumber(c.rack(), p->group_of_rack.size());
    if (rack == 0)
      context.Error(path + ".rack", fmt::format("'{}' is not there; the site has rack-1 to rack-{}", c.rack(), p->group_of_rack.size()));
    else
      SetCord(context, path, c, &p->groups[static_cast<std::size_t>(p->group_of_rack[static_cast<std::size_t>(rack) - 1])]);
  }
}

}  // namespace

void SetSupply(const BuildContext& context, plant::PlantParams* p) {
  const schema::PowerChain& power = context.scenario.site().power();
  p->seed = context.scenario.seed();
  p->ups_charge_time = power.ups().charge_time();
  p->ups_pumps = power.ups().pumps();
  if (power.ups().has_smoothing()) {
    const schema::UpsSmoothing& s = power.ups().smoothing();
    p->ups_smoothing = {s.time_constant(), s.share(), s.power()};
  }
  if (power.has_generators()) p->generators = GeneratorsOf(power.generators(), plant::Nameplate(*p));
  if (power.has_bess()) {
    const schema::Bess& b = power.bess();
    p->island = b.has_reserve() ? b.reserve() > 0.0 : b.control() == "backup";
    p->island_delay = b.takeover();
  }
  if (power.has_shelf_batteries()) {
    const schema::ShelfBatteries& s = power.shelf_batteries();
    p->shelf_batteries = {s.runtime(), s.charge_time(), s.hold_up(), s.pulse()};
  }
  p->supplies = static_cast<int>(power.supplies().modules());
  p->supplies_needed = static_cast<int>(power.supplies().needed());
  if (p->supplies_needed > p->supplies)
    context.Error("site.power.supplies.needed", fmt::format("is {}, of {} modules", p->supplies_needed, p->supplies));
  SetCords(context, power.feeds(), p);
}

}  // namespace headroom::scenario
