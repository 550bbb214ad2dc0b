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
  if (site.power.empty()) return {{}, {}, {}, QObject::tr(kOld), {}};
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
    if (unit.parent >= 0) d.lines.push_back({unit.parent, static_cast<int>(d.boxes.size()), {}, 1.0 + 2.0 * std::clamp(box.share, 0.0, 1.0), {}, {}});
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
    d.lines.push_back({static_cast<int>(u), static_cast<int>(d.boxes.size()), {}, 1.0, {}, {}});
    d.boxes.push_back(box);
  }
  return d;
}

Diagram Cooling(const ReportFile& file, double time) {
  Diagram d;
  const SiteMap& site = file.site();
  if (site.racks.empty()) return {{}, {}, {}, QObject::tr(kOld), {}};
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
    loop = add({QObject::tr("facility loop"), temperatures(supply, back), electric(QObject::tr("pump"), "facility-pump"), -1.0, Standing::kUnknown, {}, 2, middle, false});
    towers = add({QObject::tr("towers"), DiagramValue(ValueOf(file, "loop_temperature", "tower-water", time), "degC", QObject::tr("water ")),
                  electric(QObject::tr("fans"), "tower-fans"), -1.0, Standing::kUnknown, {}, 3, middle, false});
    d.lines.push_back({loop, towers, {}, 3.0, QColor("#D55E00"), {}});
  }
  const int room = add({QObject::tr("room air"), temperatures(ValueOf(file, "loop_temperature", "air-supply", time), ValueOf(file, "loop_temperature", "air-return", time)),
                        electric(QObject::tr("fans"), "crah-fans"), -1.0, Standing::kUnknown, {}, 1, rows - 1.0, false});
  const int chillers = add({QObject::tr("chillers"), DiagramValue(ValueOf(file, "cooling_power", "chillers", time), "W"), QObject::tr("electric"), -1.0, Standing::kUnknown, {}, 2, rows - 1.0, false});
  d.lines.push_back({room, chillers, {}, 2.0, QColor("#56B4E9"), {}});
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
    d.lines.push_back({unit, loop, {}, 2.0, QColor("#D55E00"), {}});
    QString name = Racks(cdu.racks.size());
    if (cdu.racks.size() > 1) name = QObject::tr("racks %1 to %2").arg(cdu.racks.front() + 1).arg(cdu.racks.back() + 1);
    const int racks = add({name, DiagramValue(sum_of(cdu.racks), "W"), QObject::tr("liquid and air"), -1.0, Standing::kUnknown, {}, 0, row, false});
    d.lines.push_back({racks, unit, {}, 2.0, QColor("#D55E00"), {}});
  }
  const int rest = add({air.empty() ? QObject::tr("all racks") : QObject::tr("%1 by air alone").arg(Racks(air.size())), air.empty() ? DiagramValue() : DiagramValue(sum_of(air), "W"),
                        air.empty() ? QObject::tr("what liquid leaves") : QObject::tr("and what liquid leaves"), -1.0, Standing::kUnknown, {}, 0, rows - 1.0, false});
  d.lines.push_back({rest, room, {}, 2.0, QColor("#56B4E9"), {}});
  return d;
}

/// Traffic and use of a row of `link_traffic` or `leaf_traffic` at a time.
struct LinkUse {
  double rate = kNone, use = kNone;
  bool told() const { return std::isfinite(rate); }
};

LinkUse UseAt(const ReportFile& file, const char* what, std::size_t entity, double time) {
  const std::string series(what);
  return {ValueAt(file, (series + "_traffic").c_str(), entity, time), ValueAt(file, (series + "_utilisation").c_str(), entity, time)};
}

QString Percent(double share) { return FigureText(100.0 * share, "%"); }

/// "12.1 TB/s of 51.2 TB/s, 24 %; over the run 22 % in the mean, 30 % at most".
QString LinkTip(const LinkUse& now, double carries, double mean, double peak) {
  if (!now.told()) return QObject::tr("not told: a workload here does not say what it sends");
  QString text = FigureText(now.rate, "B/s");
  if (carries > 0.0) text += QObject::tr(" of %1, %2").arg(FigureText(carries, "B/s"), Percent(now.use));
  if (std::isfinite(mean)) text += QObject::tr("; over the run %1 in the mean, %2 at most").arg(Percent(mean), Percent(peak));
  return text;
}

DiagramLine LinkLine(int from, int to, const LinkUse& now, const QString& label, const QString& tip) {
  DiagramLine line{from, to, label, 1.0, {}, tip};
  if (!std::isfinite(now.use)) return line;
  line.weight = 2.0 + 3.0 * std::clamp(now.use, 0.0, 1.0);
  line.colour = ColourOf(ColourMap::kCividis, std::clamp(now.use, 0.0, 1.0));
  return line;
}

/// Leaves that are drawn one by one; the rest is one box.
constexpr std::size_t kLeavesDrawn = 12;

/// A system's network at a time, put into the diagram row by row.
class SystemNetwork {
 public:
  SystemNetwork(const ReportFile& file, double time, int system) : file_(file), site_(file.site()), time_(time), system_(system) {
    for (std::size_t i = 0; i < site_.leaves.size(); ++i)
      if (site_.leaves[i].system == system) leaves_.push_back(i);
    for (std::size_t i = 0; i < site_.links.size(); ++i)
      if (site_.links[i].system == system) links_.push_back(i);
  }
  double rows() const { return std::max<double>(1.0, static_cast<double>(drawn()) + (drawn() < leaves_.size() ? 1.0 : 0.0)); }

  void Draw(double row, double busy, Diagram* d) const {
    const double middle = row + 0.5 * (rows() - 1.0);
    std::vector<int> below;
    for (const SiteMap::FabricPart& part : site_.fabric) {
      if (part.system != system_) continue;
      if (below.empty()) below = {Add(d, SystemBox(middle))};
      std::vector<int> here;
      DiagramBox box;
      box.column = 1 + static_cast<int>(part.tier);
      box.row = middle;
      box.unit = false;
      switch (part.tier) {
        case SiteMap::Tier::kDomain: {
          box.name = part.count == 1 ? QObject::tr("1 domain") : QObject::tr("%1 domains").arg(part.count);
          const SiteMap::Link* link = Find(SiteMap::Link::Tier::kScaleUp);
          const LinkUse now = Now(link);
          box.value = now.told() ? DiagramValue(now.rate, "B/s") : DiagramValue(part.bandwidth, "B/s", {}, QObject::tr(" each"));
          if (now.told() && link->bandwidth > 0.0) box.note = DiagramValue(link->bandwidth, "B/s", QObject::tr("of "));
          SetUse(now, &box);
          box.tip = QObject::tr("of %1 accelerators<br>").arg(part.cables_down) + (link ? LinkTip(now, link->bandwidth, link->mean, link->peak) : QString()) +
                    (std::isfinite(busy) ? QObject::tr("<br>accelerators %1 busy").arg(Percent(busy)) : QString());
          here = {Add(d, box)};
          Join(d, below, here, {}, QString(), {});
          break;
        }
        case SiteMap::Tier::kLeaf:
          here = Leaves(part, row, box, d);
          Join(d, below, here, Now(Find(SiteMap::Link::Tier::kNic)), QObject::tr("%1 ×").arg(part.cables_down), TipOf(SiteMap::Link::Tier::kNic));
          break;
        case SiteMap::Tier::kSpine:
        case SiteMap::Tier::kCore: {
          const bool spine = part.tier == SiteMap::Tier::kSpine;
          const auto tier = spine ? SiteMap::Link::Tier::kUplink : SiteMap::Link::Tier::kCore;
          const SiteMap::Link* link = Find(tier);
          const LinkUse now = Now(link);
          box.name = spine ? QObject::tr("%1 spines").arg(part.count) : QObject::tr("%1 cores").arg(part.count);
          box.value = now.told() ? DiagramValue(now.rate, "B/s") : DiagramValue(part.bandwidth, "B/s");
          box.note = now.told() && link->bandwidth > 0.0 ? DiagramValue(link->bandwidth, "B/s", QObject::tr("of ")) : DiagramValue(QObject::tr("bisection"));
          SetUse(now, &box);
          box.tip = TipOf(tier);
          here = {Add(d, box)};
          if (spine && drawn() > 0) JoinLeaves(d, below, here.front(), part.cables_down);
          else Join(d, below, here, now, QObject::tr("%1 ×").arg(part.cables_down), TipOf(tier));
          break;
        }
      }
      below = here;
    }
  }

 private:
  static int Add(Diagram* d, const DiagramBox& box) {
    d->boxes.push_back(box);
    return static_cast<int>(d->boxes.size()) - 1;
  }
  static void SetUse(const LinkUse& now, DiagramBox* box) {
    box->share = std::isfinite(now.use) ? now.use : -1.0;
    box->standing = StandingOfShare(box->share);
  }
  DiagramBox SystemBox(double row) const {
    const SiteMap::System& s = site_.systems[static_cast<std::size_t>(system_)];
    DiagramBox box;
    box.name = s.name;
    box.value = s.type;
    box.note = Racks(static_cast<std::size_t>(s.racks));
    box.row = row;
    box.unit = false;
    return box;
  }
  const SiteMap::Link* Find(SiteMap::Link::Tier tier) const {
    for (const std::size_t i : links_)
      if (site_.links[i].tier == tier) return &site_.links[i];
    return nullptr;
  }
  LinkUse Now(const SiteMap::Link* link) const {
    return link ? UseAt(file_, "link", static_cast<std::size_t>(link - site_.links.data()), time_) : LinkUse();
  }
  QString TipOf(SiteMap::Link::Tier tier) const {
    const SiteMap::Link* link = Find(tier);
    return link ? LinkTip(Now(link), link->bandwidth, link->mean, link->peak) : QString();
  }
  std::size_t drawn() const { return std::min(leaves_.size(), kLeavesDrawn); }
  void Join(Diagram* d, const std::vector<int>& from, const std::vector<int>& to, const LinkUse& now, const QString& cables, const QString& tip) const {
    for (const int f : from)
      for (const int t : to) {
        const bool first = f == from.front() && t == to.front();
        QString label = first ? cables : QString();
        if (first && std::isfinite(now.use) && !cables.isEmpty()) label += " " + Percent(now.use);
        d->lines.push_back(LinkLine(f, t, now, label, tip));
      }
  }
  void JoinLeaves(Diagram* d, const std::vector<int>& leaves, int spine, int cables) const {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      const LinkUse now = i < drawn() ? UseAt(file_, "leaf", leaves_[i], time_) : LinkUse();
      const QString tip = i < drawn() ? d->boxes[static_cast<std::size_t>(leaves[i])].tip : QString();
      d->lines.push_back(LinkLine(leaves[i], spine, now, i == 0 ? QObject::tr("%1 ×").arg(cables) : QString(), tip));
    }
  }
  /// Each leaf that does something of its own.
  std::vector<int> Leaves(const SiteMap::FabricPart& part, double row, DiagramBox box, Diagram* d) const {
    if (leaves_.empty()) {
      box.name = QObject::tr("%1 leaves").arg(part.count);
      box.value = QObject::tr("%1 : 1").arg(part.oversubscription, 0, 'g', 3);
      box.note = DiagramValue(part.bandwidth, "B/s", QObject::tr("NIC "));
      return {Add(d, box)};
    }
    std::vector<int> here;
    for (std::size_t i = 0; i < drawn(); ++i) {
      const SiteMap::Leaf& leaf = site_.leaves[leaves_[i]];
      const LinkUse now = UseAt(file_, "leaf", leaves_[i], time_);
      box.name = leaf.count > 1 ? QObject::tr("leaves %1 to %2").arg(leaf.first + 1).arg(leaf.first + leaf.count) : QObject::tr("leaf %1").arg(leaf.first + 1);
      if (leaf.bandwidth <= 0.0) box.value = QObject::tr("no uplinks");
      else box.value = DiagramValue(now.rate, "B/s", {}, leaf.count > 1 ? QObject::tr(" each") : QString());
      box.note = leaf.bandwidth > 0.0 ? DiagramValue(leaf.bandwidth, "B/s", QObject::tr("of ")) : DiagramValue(QObject::tr("%1 accelerators").arg(leaf.accelerators));
      SetUse(now, &box);
      box.tip = leaf.bandwidth > 0.0 ? QObject::tr("uplinks, %1 : 1, below them %2 accelerators<br>").arg(part.oversubscription, 0, 'g', 3).arg(leaf.accelerators) + LinkTip(now, leaf.bandwidth, leaf.mean, leaf.peak) : QString();
      box.row = row + static_cast<double>(i);
      here.push_back(Add(d, box));
    }
    if (drawn() == leaves_.size()) return here;
    double most = 0.0, rest = 0.0;
    for (std::size_t i = drawn(); i < leaves_.size(); ++i) {
      const LinkUse now = UseAt(file_, "leaf", leaves_[i], time_);
      if (std::isfinite(now.use)) most = std::max(most, now.use);
      rest += site_.leaves[leaves_[i]].count;
    }
    DiagramBox others;
    others.name = QObject::tr("%1 more leaves").arg(rest);
    others.value = DiagramValue(100.0 * most, "%", QObject::tr("at most "));
    others.note = QObject::tr("of their uplinks");
    others.share = most;
    others.standing = StandingOfShare(most);
    others.column = box.column;
    others.row = row + static_cast<double>(drawn());
    others.unit = false;
    here.push_back(Add(d, others));
    return here;
  }

  const ReportFile& file_;
  const SiteMap& site_;
  double time_;
  int system_;
  std::vector<std::size_t> leaves_, links_;
};

Diagram NetworkTiers(const ReportFile& file, double time) {
  Diagram d;
  const SiteMap& site = file.site();
  if (site.fabric.empty()) return {{}, {}, {}, site.racks.empty() ? QObject::tr(kOld) : QObject::tr("No system of this site has accelerators, and so none has a network."), {}};
  d.headings = {QObject::tr("Systems"), QObject::tr("Scale-up domains"), QObject::tr("Leaves"), QObject::tr("Spines"), QObject::tr("Cores")};
  if (!site.links.empty()) d.scale = QObject::tr("use of links");
  const RackValues busy = RackValuesAt(file, FindRackMetric("utilisation"), time);
  double row = 0.0;
  for (std::size_t s = 0; s < site.systems.size(); ++s) {
    const bool there = std::any_of(site.fabric.begin(), site.fabric.end(), [&](const SiteMap::FabricPart& p) { return p.system == static_cast<int>(s); });
    if (!there) continue;
    double share = 0.0, count = 0.0;
    for (std::size_t r = 0; r < site.racks.size(); ++r)
      if (site.racks[r].system == static_cast<int>(s) && std::isfinite(busy.value[r])) {
        share += busy.value[r] * site.racks[r].accelerators;
        count += site.racks[r].accelerators;
      }
    const SystemNetwork network(file, time, static_cast<int>(s));
    network.Draw(row, count > 0.0 ? share / count : kNone, &d);
    row += network.rows();
  }
  // Stores stand by themselves: what they carry goes over the hosts' own NICs.
  for (std::size_t l = 0; l + 1 < site.links.size(); ++l) {
    const SiteMap::Link &read = site.links[l], &write = site.links[l + 1];
    if (read.tier != SiteMap::Link::Tier::kStoreRead || write.tier != SiteMap::Link::Tier::kStoreWrite) continue;
    const LinkUse in = UseAt(file, "link", l, time), out = UseAt(file, "link", l + 1, time);
    DiagramBox box;
    box.name = QObject::tr("store %1").arg(read.name.section('/', 0, 0));
    box.value = DiagramValue(in.rate, "B/s", QObject::tr("read "));
    box.note = DiagramValue(out.rate, "B/s", QObject::tr("write "));
    const double use = std::max(std::isfinite(in.use) ? in.use : -1.0, std::isfinite(out.use) ? out.use : -1.0);
    box.share = use;
    box.standing = StandingOfShare(use);
    box.tip = QObject::tr("read %1<br>write %2").arg(LinkTip(in, read.bandwidth, read.mean, read.peak), LinkTip(out, write.bandwidth, write.mean, write.peak));
    box.column = 0;
    box.row = row++;
    box.unit = false;
    d.boxes.push_back(box);
  }
  return d;
}

}  // namespace

const DiagramKind kPowerTree{"Power tree – %1",
    "Mean power of the racks below each unit over the recording interval against its rating; losses and cooling are in the utility's figure alone. Redundant paths are left out.", PowerTree};
const DiagramKind kCooling{"Cooling – %1",
    "Mean temperatures of coolant and air over the recording interval, and the electric power of pumps, fans and chillers. A box' bar is the nameplate's heat against what the unit carries.", Cooling};
const DiagramKind kNetwork{"Network – %1",
    "Mean traffic over the recording interval of the links of each tier and of each leaf's uplinks, in their busier direction, against what they carry; cables of a tier by number.", NetworkTiers};

}  // namespace headroom::gui
