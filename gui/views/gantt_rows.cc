#include "gui/views/gantt_rows.h"

#include <algorithm>
#include <cmath>

#include "gui/data/columns.h"

namespace headroom::gui {
bool GanttRows::Due(const ReportFile& file) const {
  if (!placed_) return true;
  for (const std::string& path : file.table_paths()) {
    if (!path.ends_with("/placements") || read_.contains(path)) continue;
    if (file.FindTable(path) && file.FindTable(path.substr(0, path.rfind('/')) + "/jobs")) return true;
  }
  return false;
}

bool GanttRows::Read(const ReportFile& file) {
  const SiteMap& site = file.site();
  bool fresh = false;
  for (const std::string& path : file.table_paths()) {
    if (!path.ends_with("/placements") || read_.contains(path)) continue;
    const std::string base = path.substr(0, path.rfind('/'));
    const auto stays = file.FindTable(path), jobs = file.FindTable(base + "/jobs");
    if (!stays || !jobs) continue;
    read_.insert(path);
    fresh = true;
    const QString workload = QString::fromStdString(base.substr(base.rfind('/') + 1));
    const auto &job = Wholes(*stays, "job"), &first = Wholes(*stays, "first"), &count = Wholes(*stays, "count");
    const auto &start = Reals(*stays, "start"), &end = Reals(*stays, "end");
    const auto& ids = Wholes(*jobs, "id");
    const auto& states = Flags(*jobs, "state");
    for (std::size_t i = 0; i < job.size(); ++i) {
      const auto j = static_cast<std::size_t>(job[i]);
      for (const SiteMap::Stretch& s : site.Locate(workload, static_cast<int>(first[i]), static_cast<int>(count[i]))) {
        GanttBar bar;
        bar.label = QObject::tr("job %1").arg(j < ids.size() ? ids[j] : job[i]);
        bar.workload = workload;
        bar.from = start[i];
        bar.to = std::isnan(end[i]) ? file.end() : end[i];
        bar.system = s.system;
        bar.first = s.first;
        bar.last = s.last;
        bar.failed = j < states.size() && states[j] == 3;
        bar.job = true;
        bars_.push_back(bar);
      }
    }
  }
  if (!placed_) {
    placed_ = fresh = true;
    const auto& paths = file.table_paths();
    for (const SiteMap::Placement& p : site.placement) {
      const std::string table = "/workloads/" + p.workload.toStdString() + "/placements";
      if (std::find(paths.begin(), paths.end(), table) != paths.end()) continue;
      bars_.push_back({p.workload, p.workload, 0.0, file.end(), p.first, p.first + p.count - 1, p.system, false, false});
    }
  }
  if (!fresh) return false;
  std::stable_sort(bars_.begin(), bars_.end(), [](const GanttBar& a, const GanttBar& b) { return a.from < b.from; });
  by_rack_.assign(site.racks.size(), {});
  for (std::size_t i = 0; i < bars_.size(); ++i) {
    const GanttBar& bar = bars_[i];
    const SiteMap::System& system = site.systems[static_cast<std::size_t>(bar.system)];
    const int per_rack = std::max(1, system.units_per_rack);
    for (int r = bar.first / per_rack; r <= bar.last / per_rack && r < system.racks; ++r)
      by_rack_[static_cast<std::size_t>(system.first_rack + r)].push_back(static_cast<std::uint32_t>(i));
  }
  return true;
}

std::vector<GanttRow> GanttRows::Rows(const ReportFile& file, const std::set<QString>& open) const {
  std::vector<GanttRow> out;
  const SiteMap& site = file.site();
  if (site.racks.empty()) return out;
  out.push_back({GanttRow::Kind::kSite, QObject::tr("site"), 0, -1, -1, 0, 0, true, "site"});
  if (!open.contains("site")) return out;
  for (std::size_t s = 0; s < site.systems.size(); ++s) {
    const SiteMap::System& system = site.systems[s];
    const int per_rack = std::max(1, system.units_per_rack);
    const QString key = "system " + system.name;
    out.push_back({GanttRow::Kind::kSystem, system.name, 1, static_cast<int>(s), -1, 0, system.racks * per_rack - 1, system.racks > 0, key});
    if (!open.contains(key)) continue;
    for (int r = 0; r < system.racks; ++r) {
      const int rack = system.first_rack + r;
      const SiteMap::Rack& at = site.racks[static_cast<std::size_t>(rack)];
      out.push_back({GanttRow::Kind::kRack, at.name, 2, static_cast<int>(s), rack, r * per_rack, (r + 1) * per_rack - 1, at.nodes > 0, at.name});
      if (!open.contains(at.name)) continue;
      const int per_node = std::max(1, system.accelerators_per_node);
      for (int n = 0; n * per_node < per_rack && n < at.nodes; ++n) {
        const QString node = QObject::tr("%1 node %2").arg(at.name).arg(n + 1);
        const int first = r * per_rack + n * per_node, last = std::min(first + per_node, (r + 1) * per_rack) - 1;
        out.push_back({GanttRow::Kind::kNode, QObject::tr("node %1").arg(n + 1), 3, static_cast<int>(s), rack, first, last, per_node > 1, node});
        if (!open.contains(node) || per_node == 1) continue;
        for (int a = first; a <= last; ++a)
          out.push_back({GanttRow::Kind::kAccelerator, QObject::tr("accelerator %1").arg(a - first + 1), 4, static_cast<int>(s), rack, a, a, false, node + "/" + QString::number(a)});
      }
    }
  }
  return out;
}

std::vector<const GanttBar*> GanttRows::BarsOf(const GanttRow& row) const {
  std::vector<const GanttBar*> out;
  if (row.rack >= 0) {
    if (by_rack_.empty()) return out;
    for (const std::uint32_t i : by_rack_[static_cast<std::size_t>(row.rack)])
      if (bars_[i].last >= row.first && bars_[i].first <= row.last) out.push_back(&bars_[i]);
    return out;
  }
  for (const GanttBar& b : bars_)
    if (row.kind == GanttRow::Kind::kSite || (b.system == row.system && b.last >= row.first && b.first <= row.last)) out.push_back(&b);
  return out;
}

}  // namespace headroom::gui
