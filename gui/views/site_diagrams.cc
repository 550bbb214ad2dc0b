#include "gui/views/diagram.h"

#include <algorithm>
#include <cmath>

#include "gui/data/rack_metric.h"
#include "gui/data/report_file.h"
#include "gui/theme/figure_text.h"
#include "gui/views/colour_map.h"

namespace headroom::gui {
namespace {

constexpr double kNone = std::nan("");
const char* const kOld = "This report does not say what the site is made of. Run its scenario again to get its diagrams.";

/// A series' entity at a time; NaN while it is on its way.
double ValueAt(const ReportFile& file, const char* series, std::size_t entity, double time) {
  const int s = file.FindSeries(series);
  if (s < 0 || file.times().empty() || entity >= file.series(s).width) return kNone;
  const RowValues row = file.Row(s, file.RowAt(time));
  return row.empty() ? kNone : row.At(entity);
}

double ValueOf(const ReportFile& file, const char* series, const char* entity, double time) {
  const int s = file.FindSeries(series);
  if (s < 0) return kNone;
  const auto& names = file.series(s).spec.entities;
  const auto at = std::find(names.begin(), names.end(), entity);
  return at == names.end() ? kNone : ValueAt(file, series, static_cast<std::size_t>(at - names.begin()), time);
}

QString Racks(std::size_t count) { return count == 1 ? QObject::tr("1 rack") : QObject::tr("%1 racks").arg(count); }

Diagram PowerTree(const ReportFile& file, double time) {
  Diagram d;
  const SiteMap& site = file.site();
  if (site.power.empty()) return {{}, {}, {}, QObject::tr(kOld)};
  const RackValues racks = RackValuesAt(file, FindRackMetric("rack_power"), time);
  d.headings = {QObject::tr("Utility"), QObject::tr("Transformers"), QObject::tr("UPS"), QObject::tr("PDUs"), QObject::tr("Racks")};
  // Leaves take a row each in the order of the tree; a unit stands at the middle of its children.
  std::vector<double> row(site.power.size(), -1.0);
  double next = 0.0;
  for (std::size_t u = 0; u < site.power.size(); ++u)
    if (site.power[u].kind == SiteMap::PowerKind::kPdu) row[u] = next++;
  std::vector<int> children(site.power.size(), 0);
  std::vector<double> sum(site.power.size(), 0.0);
  for (std::size_t u = site.power.size(); u-- > 0;) {
    if (row[u] < 0.0) row[u] = children[u] ? sum[u] / children[u] : next++;
    const int parent = site.power[u].parent;
    if (parent < 0) continue;
    sum[static_cast<std::size_t>(parent)] += row[u];
    ++children[static_cast<std::size_t>(parent)];
  }
  for (std::size_t u = 0; u < site.power.size(); ++u) {
    const SiteMap::PowerUnit& unit = site.power[u];
    double watts = 0.0;
    for (const int r : unit.racks) watts += racks.value[static_cast<std::size_t>(r)];
    double limit = unit.rating;
    DiagramBox box;
    box.note = DiagramValue(limit, "W", QObject::tr("of "));
    if (unit.kind == SiteMap::PowerKind::kUtility) {
      watts = ValueAt(file, "site_power", 0, time);
      limit = site.utility_limit;
      box.note = std::isfinite(limit) ? DiagramValue(limit, "W", QObject::tr("of ")) : DiagramValue(QObject::tr("no limit"));
    }
    box.name = unit.name;
    box.value = DiagramValue(watts, "W");
    box.share = std::isfinite(watts) && limit > 0.0 ? watts / limit : -1.0;
    box.standing = StandingOfShare(box.share);
    box.column = static_cast<int>(unit.kind);
    box.row = row[u];
    if (unit.parent >= 0) d.lines.push_back({unit.parent, static_cast<int>(d.boxes.size()), {}, 1.0 + 2.0 * std::clamp(box.share, 0.0, 1.0), {}});
    d.boxes.push_back(box);
  }
  for (std::size_t u = 0; u < site.power.size(); ++u) {
    if (site.power[u].kind != SiteMap::PowerKind::kPdu) continue;
    const std::vector<int>& of = site.power[u].racks;
    if (of.empty()) continue;
    DiagramBox box;
    box.name = of.size() == 1 ? site.racks[static_cast<std::size_t>(of.front())].name
                              : QObject::tr("%1 to %2").arg(site.racks[static_cast<std::size_t>(of.front())].name).arg(of.back() + 1);
    double most = 0.0, watts = 0.0;
    for (const int r : of) {
      const double v = racks.value[static_cast<std::size_t>(r)];
      watts += v;
      most = std::max(most, v / racks.limit[static_cast<std::size_t>(r)]);
    }
    box.value = DiagramValue(watts / static_cast<double>(of.size()), "W", {}, QObject::tr(" each"));
    box.note = Racks(of.size());
    box.share = std::isfinite(watts) ? most : -1.0;
    box.standing = StandingOfShare(box.share);
    box.column = 4;
    box.row = row[u];
    box.unit = false;
    d.lines.push_back({static_cast<int>(u), static_cast<int>(d.boxes.size()), {}, 1.0, {}});
    d.boxes.push_back(box);
  }
  return d;
}

Diagram Cooling(const ReportFile& file, double time) {
  Diagram d;
  const SiteMap& site = file.site();
  if (site.racks.empty()) return {{}, {}, {}, QObject::tr(kOld)};
  d.headings = {QObject::tr("Racks"), QObject::tr("Distribution"), QObject::tr("Facility"), QObject::tr("Outside")};
  const auto add = [&](DiagramBox box) {
    d.boxes.push_back(std::move(box));
    return static_cast<int>(d.boxes.size()) - 1;
  };
  const RackValues power = RackValuesAt(file, FindRackMetric("rack_power"), time);
  const auto sum_of = [&](const std::vector<int>& racks) {
    double watts = 0.0;
    for (const int r : racks) watts += power.value[static_cast<std::size_t>(r)];
    return watts;
  };
  std::vector<int> air;
  for (std::size_t r = 0; r < site.racks.size(); ++r)
    if (site.racks[r].cdu < 0) air.push_back(static_cast<int>(r));
  const double rows = static_cast<double>(site.cdus.size()) + 1.0;
  const double middle = site.cdus.empty() ? 0.0 : 0.5 * (static_cast<double>(site.cdus.size()) - 1.0);
  const auto temperatures = [](double a, double b) {
    DiagramValue v(a, "degC");
    v.figures.push_back(b);
    return v;
  };
  const auto electric = [&](const QString& what, const char* entity) { return DiagramValue(ValueOf(file, "cooling_power", entity, time), "W", what + " "); };
  const double supply = ValueOf(file, "loop_temperature", "facility-supply", time), back = ValueOf(file, "loop_temperature", "facility-return", time);
  int loop = -1, towers = -1;
  if (!site.cdus.empty()) {
    loop = add({QObject::tr("facility loop"), temperatures(supply, back), electric(QObject::tr("pump"), "facility-pump"), -1.0, Standing::kUnknown, 2, middle, false});
    towers = add({QObject::tr("towers"), DiagramValue(ValueOf(file, "loop_temperature", "tower-water", time), "degC", QObject::tr("water ")),
                  electric(QObject::tr("fans"), "tower-fans"), -1.0, Standing::kUnknown, 3, middle, false});
    d.lines.push_back({loop, towers, {}, 3.0, QColor("#D55E00")});
  }
  const int room = add({QObject::tr("room air"), temperatures(ValueOf(file, "loop_temperature", "air-supply", time), ValueOf(file, "loop_temperature", "air-return", time)),
                        electric(QObject::tr("fans"), "crah-fans"), -1.0, Standing::kUnknown, 1, rows - 1.0, false});
  const int chillers = add({QObject::tr("chillers"), DiagramValue(ValueOf(file, "cooling_power", "chillers", time), "W"), QObject::tr("electric"), -1.0, Standing::kUnknown, 2, rows - 1.0, false});
  d.lines.push_back({room, chillers, {}, 2.0, QColor("#56B4E9")});
  for (std::size_t c = 0; c < site.cdus.size(); ++c) {
    const SiteMap::Cdu& cdu = site.cdus[c];
    const double row = static_cast<double>(c);
    DiagramBox box;
    box.name = cdu.name;
    box.value = temperatures(ValueAt(file, "rack_supply_temperature", c, time), ValueAt(file, "rack_return_temperature", c, time));
    box.share = cdu.rating > 0.0 ? cdu.nameplate / cdu.rating : -1.0;
    box.standing = StandingOfShare(box.share);
    box.column = 1;
    box.row = row;
    const int unit = add(box);
    d.lines.push_back({unit, loop, {}, 2.0, QColor("#D55E00")});
    QString name = Racks(cdu.racks.size());
    if (cdu.racks.size() > 1) name = QObject::tr("racks %1 to %2").arg(cdu.racks.front() + 1).arg(cdu.racks.back() + 1);
    const int racks = add({name, DiagramValue(sum_of(cdu.racks), "W"), QObject::tr("liquid and air"), -1.0, Standing::kUnknown, 0, row, false});
    d.lines.push_back({racks, unit, {}, 2.0, QColor("#D55E00")});
  }
  const int rest = add({air.empty() ? QObject::tr("all racks") : QObject::tr("%1 by air alone").arg(Racks(air.size())), air.empty() ? DiagramValue() : DiagramValue(sum_of(air), "W"),
                        air.empty() ? QObject::tr("what liquid leaves") : QObject::tr("and what liquid leaves"), -1.0, Standing::kUnknown, 0, rows - 1.0, false});
  d.lines.push_back({rest, room, {}, 2.0, QColor("#56B4E9")});
  return d;
}

Diagram NetworkTiers(const ReportFile& file, double time) {
  Diagram d;
  const SiteMap& site = file.site();
  if (site.fabric.empty()) return {{}, {}, {}, site.racks.empty() ? QObject::tr(kOld) : QObject::tr("No system of this site has accelerators, and so none has a network.")};
  d.headings = {QObject::tr("Systems"), QObject::tr("Scale-up domains"), QObject::tr("Leaves"), QObject::tr("Spines"), QObject::tr("Cores")};
  const RackValues busy = RackValuesAt(file, FindRackMetric("utilisation"), time);
  double row = 0.0;
  for (std::size_t s = 0; s < site.systems.size(); ++s) {
    int below = -1;
    double share = 0.0, count = 0.0;
    for (std::size_t r = 0; r < site.racks.size(); ++r)
      if (site.racks[r].system == static_cast<int>(s) && std::isfinite(busy.value[r])) {
        share += busy.value[r] * site.racks[r].accelerators;
        count += site.racks[r].accelerators;
      }
    double cables = 0.0;
    for (const SiteMap::FabricPart& part : site.fabric) {
      if (part.system != static_cast<int>(s)) continue;
      if (below < 0) {
        DiagramBox box{site.systems[s].name, site.systems[s].type, Racks(static_cast<std::size_t>(site.systems[s].racks)), -1.0, Standing::kUnknown, 0, row, false};
        below = static_cast<int>(d.boxes.size());
        d.boxes.push_back(box);
      }
      DiagramBox box;
      box.column = 1 + static_cast<int>(part.tier);
      box.row = row;
      box.unit = false;
      QString label;
      switch (part.tier) {
        case SiteMap::Tier::kDomain:
          box.name = QObject::tr("domains of %1").arg(part.cables_down);
          box.value = QString::number(part.count);
          if (count > 0.0) box.value = DiagramValue(100.0 * share / count, "%", QObject::tr("%1, ").arg(part.count), QObject::tr(" busy"));
          box.note = DiagramValue(part.bandwidth, "B/s", {}, QObject::tr(" each"));
          break;
        case SiteMap::Tier::kLeaf:
          box.name = QObject::tr("leaves");
          box.value = QObject::tr("%1, %2 : 1").arg(part.count).arg(part.oversubscription, 0, 'g', 3);
          box.note = DiagramValue(part.bandwidth, "B/s", QObject::tr("NIC "));
          label = QObject::tr("%1 ×").arg(part.cables_down);
          break;
        case SiteMap::Tier::kSpine:
        case SiteMap::Tier::kCore:
          box.name = part.tier == SiteMap::Tier::kSpine ? QObject::tr("spines") : QObject::tr("cores");
          box.value = DiagramValue(part.bandwidth, "B/s", QObject::tr("%1, ").arg(part.count));
          box.note = QObject::tr("bisection");
          label = QObject::tr("%1 ×").arg(part.cables_down);
          break;
      }
      cables = std::max(cables, static_cast<double>(part.cables_down));
      const int at = static_cast<int>(d.boxes.size());
      d.boxes.push_back(box);
      d.lines.push_back({below, at, label, 1.0 + 3.0 * part.cables_down / std::max(1.0, cables), {}});
      below = at;
    }
    if (below >= 0) row += 1.0;
  }
  return d;
}

}  // namespace

const DiagramKind kPowerTree{"Power tree – %1",
    "Mean power of the racks below each unit over the recording interval against its rating; losses and cooling are in the utility's figure alone. Redundant paths are left out.", PowerTree};
const DiagramKind kCooling{"Cooling – %1",
    "Mean temperatures of coolant and air over the recording interval, and the electric power of pumps, fans and chillers. A box' bar is the nameplate's heat against what the unit carries.", Cooling};
const DiagramKind kNetwork{"Network – %1",
    "Tiers of each system's scale-out network with their switches and cables, and the mean utilisation of the accelerators in the domains below; traffic of links is not recorded.", NetworkTiers};

}  // namespace headroom::gui
