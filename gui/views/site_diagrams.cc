#include "gui/views/site_diagrams.h"

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

QString Temperatures(double a, double b) { return QObject::tr("%1 → %2").arg(FigureText(a, "degC"), FigureText(b, "degC")); }

QString Racks(std::size_t count) { return count == 1 ? QObject::tr("1 rack") : QObject::tr("%1 racks").arg(count); }

}  // namespace

QString PowerTreeView::title() const { return tr("Power tree – %1").arg(Label()); }
QString PowerTreeView::describe() const {
  return tr("Mean power of the racks below each unit over the recording interval against its rating; losses and cooling are in the utility's figure alone. Redundant paths are left out.");
}

DiagramView::Diagram PowerTreeView::Make(const ReportFile& file, double time) const {
  Diagram d;
  const SiteMap& site = file.site();
  if (site.power.empty()) return {{}, {}, {}, tr(kOld)};
  const RackValues racks = RackValuesAt(file, FindRackMetric("rack_power"), time);
  d.headings = {tr("Utility"), tr("Transformers"), tr("UPS"), tr("PDUs"), tr("Racks")};
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
    Box box;
    box.note = tr("of %1").arg(FigureText(limit, "W"));
    if (unit.kind == SiteMap::PowerKind::kUtility) {
      watts = ValueAt(file, "site_power", 0, time);
      limit = site.utility_limit;
      box.note = std::isfinite(limit) ? tr("of %1").arg(FigureText(limit, "W")) : tr("no limit");
    }
    box.name = unit.name;
    box.value = FigureText(watts, "W");
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
    Box box;
    box.name = of.size() == 1 ? site.racks[static_cast<std::size_t>(of.front())].name
                              : tr("%1 to %2").arg(site.racks[static_cast<std::size_t>(of.front())].name).arg(of.back() + 1);
    double most = 0.0, watts = 0.0;
    for (const int r : of) {
      const double v = racks.value[static_cast<std::size_t>(r)];
      watts += v;
      most = std::max(most, v / racks.limit[static_cast<std::size_t>(r)]);
    }
    box.value = tr("%1 each").arg(FigureText(watts / static_cast<double>(of.size()), "W"));
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

QString CoolantView::title() const { return tr("Cooling – %1").arg(Label()); }
QString CoolantView::describe() const {
  return tr("Mean temperatures of coolant and air over the recording interval, and the electric power of pumps, fans and chillers. A box' bar is the nameplate's heat against what the unit carries.");
}

DiagramView::Diagram CoolantView::Make(const ReportFile& file, double time) const {
  Diagram d;
  const SiteMap& site = file.site();
  if (site.racks.empty()) return {{}, {}, {}, tr(kOld)};
  d.headings = {tr("Racks"), tr("Distribution"), tr("Facility"), tr("Outside")};
  const auto add = [&](Box box) {
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
  const double supply = ValueOf(file, "loop_temperature", "facility-supply", time), back = ValueOf(file, "loop_temperature", "facility-return", time);
  int loop = -1, towers = -1;
  if (!site.cdus.empty()) {
    loop = add({tr("facility loop"), Temperatures(supply, back), tr("pump %1").arg(FigureText(ValueOf(file, "cooling_power", "facility-pump", time), "W")), -1.0, Standing::kUnknown, 2, middle, false});
    towers = add({tr("towers"), tr("water %1").arg(FigureText(ValueOf(file, "loop_temperature", "tower-water", time), "degC")),
                  tr("fans %1").arg(FigureText(ValueOf(file, "cooling_power", "tower-fans", time), "W")), -1.0, Standing::kUnknown, 3, middle, false});
    d.lines.push_back({loop, towers, {}, 3.0, QColor("#D55E00")});
  }
  const int room = add({tr("room air"), Temperatures(ValueOf(file, "loop_temperature", "air-supply", time), ValueOf(file, "loop_temperature", "air-return", time)),
                        tr("fans %1").arg(FigureText(ValueOf(file, "cooling_power", "crah-fans", time), "W")), -1.0, Standing::kUnknown, 1, rows - 1.0, false});
  const int chillers = add({tr("chillers"), FigureText(ValueOf(file, "cooling_power", "chillers", time), "W"), tr("electric"), -1.0, Standing::kUnknown, 2, rows - 1.0, false});
  d.lines.push_back({room, chillers, {}, 2.0, QColor("#56B4E9")});
  for (std::size_t c = 0; c < site.cdus.size(); ++c) {
    const SiteMap::Cdu& cdu = site.cdus[c];
    const double row = static_cast<double>(c);
    Box box;
    box.name = cdu.name;
    box.value = Temperatures(ValueAt(file, "rack_supply_temperature", c, time), ValueAt(file, "rack_return_temperature", c, time));
    box.share = cdu.rating > 0.0 ? cdu.nameplate / cdu.rating : -1.0;
    box.standing = StandingOfShare(box.share);
    box.column = 1;
    box.row = row;
    const int unit = add(box);
    d.lines.push_back({unit, loop, {}, 2.0, QColor("#D55E00")});
    QString name = Racks(cdu.racks.size());
    if (cdu.racks.size() > 1) name = tr("racks %1 to %2").arg(cdu.racks.front() + 1).arg(cdu.racks.back() + 1);
    const int racks = add({name, FigureText(sum_of(cdu.racks), "W"), tr("liquid and air"), -1.0, Standing::kUnknown, 0, row, false});
    d.lines.push_back({racks, unit, {}, 2.0, QColor("#D55E00")});
  }
  const int rest = add({air.empty() ? tr("all racks") : tr("%1 by air alone").arg(Racks(air.size())), air.empty() ? QString() : FigureText(sum_of(air), "W"),
                        air.empty() ? tr("what liquid leaves") : tr("and what liquid leaves"), -1.0, Standing::kUnknown, 0, rows - 1.0, false});
  d.lines.push_back({rest, room, {}, 2.0, QColor("#56B4E9")});
  return d;
}

QString NetworkView::title() const { return tr("Network – %1").arg(Label()); }
QString NetworkView::describe() const {
  return tr("Tiers of each system's scale-out network with their switches and cables, and the mean utilisation of the accelerators in the domains below; traffic of links is not recorded.");
}

DiagramView::Diagram NetworkView::Make(const ReportFile& file, double time) const {
  Diagram d;
  const SiteMap& site = file.site();
  if (site.fabric.empty()) return {{}, {}, {}, site.racks.empty() ? tr(kOld) : tr("No system of this site has accelerators, and so none has a network.")};
  d.headings = {tr("Systems"), tr("Scale-up domains"), tr("Leaves"), tr("Spines"), tr("Cores")};
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
        Box box{site.systems[s].name, site.systems[s].type, Racks(static_cast<std::size_t>(site.systems[s].racks)), -1.0, Standing::kUnknown, 0, row, false};
        below = static_cast<int>(d.boxes.size());
        d.boxes.push_back(box);
      }
      Box box;
      box.column = 1 + static_cast<int>(part.tier);
      box.row = row;
      box.unit = false;
      QString label;
      switch (part.tier) {
        case SiteMap::Tier::kDomain:
          box.name = tr("%1 of %2").arg(part.count).arg(part.cables_down);
          box.value = count > 0.0 ? tr("%1 % busy").arg(100.0 * share / count, 0, 'f', 0) : QString();
          box.note = tr("%1 each").arg(FigureText(part.bandwidth, "B/s"));
          break;
        case SiteMap::Tier::kLeaf:
          box.name = part.count == 1 ? tr("1 leaf") : tr("%1 leaves").arg(part.count);
          box.value = tr("%1 : 1").arg(part.oversubscription, 0, 'g', 3);
          box.note = tr("NIC %1").arg(FigureText(part.bandwidth, "B/s"));
          label = tr("%1 ×").arg(part.cables_down);
          break;
        case SiteMap::Tier::kSpine:
        case SiteMap::Tier::kCore:
          box.name = part.tier == SiteMap::Tier::kSpine ? (part.count == 1 ? tr("1 spine") : tr("%1 spines").arg(part.count)) : (part.count == 1 ? tr("1 core") : tr("%1 cores").arg(part.count));
          box.value = FigureText(part.bandwidth, "B/s");
          box.note = tr("bisection");
          label = tr("%1 ×").arg(part.cables_down);
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

}  // namespace headroom::gui
