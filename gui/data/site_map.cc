#include "gui/data/site_map.h"

#include <algorithm>

#include "analysis/hdf5/report_reader.h"
#include "gui/data/columns.h"
#include "sim/config/quantity_text.h"
#include "sim/config/yaml_tree.h"
#include "sim/core/diagnostics.h"

namespace headroom::gui {
namespace {

/// A table whose columns are read by name and row; a column that is not there gives its default.
class Rows {
 public:
  Rows(const report::Report& report, const std::string& path) {
    const auto& paths = report.table_paths();
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) return;
    table_ = report.table(path);
    count_ = RowsOf(table_);
  }
  std::size_t count() const { return count_; }
  double Number(const char* name, std::size_t row, double otherwise = 0.0) const {
    const Column* c = FindColumn(table_, name);
    if (!c) return otherwise;
    const double v = NumberAt(*c, row);
    return v == v ? v : otherwise;
  }
  int Whole(const char* name, std::size_t row, int otherwise = 0) const {
    return static_cast<int>(Number(name, row, otherwise));
  }
  QString Word(const char* name, std::size_t row) const {
    const Column* c = FindColumn(table_, name);
    return c ? QString::fromStdString(WordAt(*c, row)) : QString();
  }

 private:
  Table table_;
  std::size_t count_ = 0;
};

bool Within(int index, std::size_t count) { return index >= -1 && index < static_cast<int>(count); }

void ReadRacks(const report::Report& report, SiteMap* s) {
  const Rows systems(report, "/site/systems"), racks(report, "/site/racks"), groups(report, "/site/groups");
  int first = 0;
  for (std::size_t i = 0; i < systems.count(); ++i) {
    s->systems.push_back({systems.Word("name", i), systems.Word("type", i), systems.Whole("racks", i),
                          systems.Whole("nodes", i), systems.Whole("accelerators_per_node", i),
                          systems.Whole("units_per_rack", i), first, systems.Number("rack_width", i, 0.6),
                          systems.Number("rack_depth", i, 1.2)});
    first += s->systems.back().racks;
  }
  for (std::size_t i = 0; i < groups.count(); ++i)
    s->groups.push_back({groups.Word("name", i), groups.Word("workload", i), groups.Whole("racks", i, 1),
                         groups.Whole("cdu", i, -1), groups.Number("nameplate", i), groups.Number("throttle", i),
                         groups.Number("shutdown", i)});
  for (std::size_t i = 0; i < racks.count(); ++i)
    s->racks.push_back({QStringLiteral("rack-%1").arg(i + 1), racks.Whole("system", i, -1), racks.Whole("group", i, -1),
                        racks.Whole("pdu", i, -1), racks.Whole("cdu", i, -1), racks.Whole("row", i),
                        racks.Number("x", i), racks.Number("y", i), static_cast<SiteMap::Rack::Facing>(std::clamp(racks.Whole("faces", i), 0, 3)),
                        racks.Whole("nodes", i), racks.Whole("accelerators", i), racks.Number("nameplate", i),
                        racks.Number("mass", i)});
}

void ReadChains(const report::Report& report, SiteMap* s) {
  const Rows power(report, "/site/power_units"), cdus(report, "/site/cdus"), fabric(report, "/site/fabric"),
      placement(report, "/site/placement");
  for (std::size_t i = 0; i < power.count(); ++i) {
    SiteMap::PowerUnit unit;
    unit.name = power.Word("name", i);
    unit.kind = static_cast<SiteMap::PowerKind>(std::clamp(power.Whole("kind", i), 0, 3));
    // Parents come before children; whatever says otherwise hangs nowhere.
    unit.parent = power.Whole("parent", i, -1);
    if (unit.parent >= static_cast<int>(i)) unit.parent = -1;
    unit.rating = power.Number("rating", i);
    unit.nameplate = power.Number("nameplate", i);
    s->power.push_back(unit);
  }
  for (std::size_t i = 0; i < cdus.count(); ++i)
    s->cdus.push_back({cdus.Word("name", i), cdus.Whole("system", i, -1), cdus.Number("rating", i), cdus.Number("nameplate", i), {}});
  for (std::size_t i = 0; i < fabric.count(); ++i)
    s->fabric.push_back({fabric.Whole("system", i, -1), static_cast<SiteMap::Tier>(std::clamp(fabric.Whole("tier", i), 0, 3)),
                         fabric.Whole("count", i), fabric.Whole("cables_down", i), fabric.Whole("cables_up", i),
                         fabric.Number("bandwidth", i), fabric.Number("oversubscription", i, 1.0)});
  for (std::size_t i = 0; i < placement.count(); ++i)
    s->placement.push_back({placement.Word("workload", i), placement.Whole("system", i, -1), placement.Whole("first", i),
                            placement.Whole("count", i), placement.Whole("first_rack", i), placement.Whole("last_rack", i)});
}

void ReadLinks(const report::Report& report, SiteMap* s) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const Rows links(report, "/site/links"), leaves(report, "/site/leaves");
  for (std::size_t i = 0; i < links.count(); ++i)
    s->links.push_back({links.Word("name", i), links.Whole("system", i, -1), static_cast<SiteMap::Link::Tier>(std::clamp(links.Whole("tier", i), 0, 5)),
                        links.Number("count", i), links.Number("bandwidth", i), links.Number("mean", i, kNone), links.Number("peak", i, kNone)});
  for (std::size_t i = 0; i < leaves.count(); ++i)
    s->leaves.push_back({leaves.Whole("system", i, -1), leaves.Whole("first", i), std::max(1, leaves.Whole("count", i, 1)), leaves.Number("accelerators", i),
                         leaves.Number("bandwidth", i), leaves.Number("mean", i, kNone), leaves.Number("peak", i, kNone)});
}

bool FitsTogether(const SiteMap& s) {
  for (const SiteMap::Rack& r : s.racks)
    if (!Within(r.system, s.systems.size()) || r.system < 0 || !Within(r.group, s.groups.size()) ||
        !Within(r.pdu, s.power.size()) || !Within(r.cdu, s.cdus.size()))
      return false;
  for (const SiteMap::FabricPart& f : s.fabric)
    if (f.system < 0 || !Within(f.system, s.systems.size())) return false;
  for (const SiteMap::Link& l : s.links)
    if (!Within(l.system, s.systems.size())) return false;
  for (const SiteMap::Leaf& l : s.leaves)
    if (l.system < 0 || !Within(l.system, s.systems.size())) return false;
  const int racks = static_cast<int>(s.racks.size());
  for (const SiteMap::Placement& p : s.placement)
    if (p.system < 0 || !Within(p.system, s.systems.size()) || p.first_rack < 0 || p.last_rack >= racks) return false;
  return true;
}

void HangRacks(SiteMap* s) {
  for (int r = 0; r < static_cast<int>(s->racks.size()); ++r) {
    const SiteMap::Rack& rack = s->racks[static_cast<std::size_t>(r)];
    for (int u = rack.pdu; u >= 0; u = s->power[static_cast<std::size_t>(u)].parent)
      s->power[static_cast<std::size_t>(u)].racks.push_back(r);
    if (rack.cdu >= 0) s->cdus[static_cast<std::size_t>(rack.cdu)].racks.push_back(r);
  }
}

double LimitOf(const std::string& scenario) {
  try {
    const config::Node root = config::ParseYaml(scenario, "scenario");
    const config::Node* node = &root;
    for (const char* key : {"site", "power", "utility", "limit"})
      if (!(node = node->Find(key))) return std::numeric_limits<double>::quiet_NaN();
    const config::QuantityResult q = config::ParseQuantity(node->scalar, "W");
    if (q.ok()) return q.value;
  } catch (const ConfigError&) {
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

SiteMap SiteMap::Of(const report::Report& report) {
  SiteMap s;
  ReadRacks(report, &s);
  ReadChains(report, &s);
  ReadLinks(report, &s);
  if (!FitsTogether(s)) s = {};
  HangRacks(&s);
  s.utility_limit = LimitOf(report.scenario_text());
  return s;
}

std::vector<SiteMap::Stretch> SiteMap::Locate(const QString& workload, int first, int count) const {
  std::vector<Stretch> out;
  int passed = 0;
  for (const Placement& p : placement) {
    if (p.workload != workload) continue;
    const int from = std::max(first, passed), to = std::min(first + count, passed + p.count);
    if (from < to) out.push_back({p.system, p.first + from - passed, p.first + to - passed - 1});
    passed += p.count;
  }
  return out;
}

QString SiteMap::WorkloadOf(int rack) const {
  QString out;
  for (const Placement& p : placement)
    if (rack >= p.first_rack && rack <= p.last_rack) out += (out.isEmpty() ? "" : ", ") + p.workload;
  return out;
}

int SiteMap::FindRack(const QString& name) const {
  if (!name.startsWith(QLatin1String("rack-"))) return -1;
  bool good = false;
  const int number = name.mid(5).toInt(&good);
  return good && number >= 1 && number <= static_cast<int>(racks.size()) ? number - 1 : -1;
}

}  // namespace headroom::gui
