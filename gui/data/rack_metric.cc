#include "gui/data/rack_metric.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gui/data/columns.h"

namespace headroom::gui {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
using Kind = RackMetric::Kind;

QString SeriesOf(Kind kind) {
  switch (kind) {
    case Kind::kPower: return QStringLiteral("rack_group_power");
    case Kind::kInlet: return QStringLiteral("rack_supply_temperature");
    case Kind::kDie: return QStringLiteral("die_temperature");
    case Kind::kUtilisation: return QStringLiteral("utilisation");
    case Kind::kClock: return QStringLiteral("clock");
    case Kind::kNetwork: return QStringLiteral("nic_utilisation");
    default: return {};
  }
}

RackState StateOf(double power, double nameplate, double busy, double clock) {
  // Boards that are switched off leave hosts and switches at some percent of the nameplate.
  if (!(power == power)) return RackState::kUnknown;
  if (power < 0.02 * nameplate) return RackState::kOff;
  if (clock < 0.999 && busy > 0.01) return RackState::kSlowed;
  return busy > 0.01 ? RackState::kBusy : RackState::kIdle;
}

void SetStates(const ReportFile& file, std::size_t row, RackValues* out) {
  const int power = file.FindSeries(SeriesOf(Kind::kPower)), busy = file.FindSeries(SeriesOf(Kind::kUtilisation)),
            clock = file.FindSeries(SeriesOf(Kind::kClock));
  const RowValues p = file.Row(power, row), b = file.Row(busy, row), c = file.Row(clock, row);
  out->empty = p.empty() || b.empty() || c.empty();
  out->exact = p.exact() && b.exact() && c.exact();
  if (out->empty) return;
  const SiteMap& site = file.site();
  for (std::size_t r = 0; r < site.racks.size(); ++r) {
    if (site.racks[r].group < 0) continue;
    const auto g = static_cast<std::size_t>(site.racks[r].group);
    const double watts = p.At(g) / std::max(1, site.groups[g].racks);
    out->value[r] = static_cast<double>(StateOf(watts, site.groups[g].nameplate, b.At(g), c.At(g)));
  }
}

void SetWorkloads(const SiteMap& site, RackValues* out) {
  out->empty = false;
  for (std::size_t r = 0; r < site.racks.size(); ++r) {
    const QString word = site.WorkloadOf(static_cast<int>(r));
    if (word.isEmpty()) continue;
    auto at = std::find(out->words.begin(), out->words.end(), word);
    if (at == out->words.end()) at = out->words.insert(out->words.end(), word);
    out->value[r] = static_cast<double>(at - out->words.begin());
  }
}

/// Adds units first .. last of a system to what its racks hold.
void AddHeld(const SiteMap& site, const SiteMap::Stretch& units, std::vector<double>* held) {
  const SiteMap::System& system = site.systems[static_cast<std::size_t>(units.system)];
  const int per_rack = std::max(1, system.units_per_rack);
  for (int r = units.first / per_rack; r <= units.last / per_rack && r < system.racks; ++r) {
    const int from = std::max(units.first, r * per_rack), to = std::min(units.last + 1, (r + 1) * per_rack);
    (*held)[static_cast<std::size_t>(system.first_rack + r)] += to - from;
  }
}

/// Of a stream of jobs each where it runs, from its table of placements; empty until that has arrived.
void SetHeld(const ReportFile& file, double time, RackValues* out) {
  const SiteMap& site = file.site();
  std::vector<double> held(site.racks.size(), 0.0);
  out->empty = false;
  const auto placements = [](const SiteMap::Placement& p) { return "/workloads/" + p.workload.toStdString() + "/placements"; };
  const auto streams = [&](const SiteMap::Placement& p) {
    return std::find(file.table_paths().begin(), file.table_paths().end(), placements(p)) != file.table_paths().end();
  };
  QString done;
  for (const SiteMap::Placement& p : site.placement) {
    if (!streams(p)) {
      // What queues among jobs was given their units, and is one of them where it runs.
      const bool queued = std::any_of(site.placement.begin(), site.placement.end(), [&](const SiteMap::Placement& other) {
        return streams(other) && other.system == p.system && other.first == p.first && other.count == p.count;
      });
      if (!queued) AddHeld(site, {p.system, p.first, p.first + p.count - 1}, &held);
      continue;
    }
    if (done == p.workload) continue;
    done = p.workload;
    const auto stays = file.FindTable(placements(p));
    if (!stays) {
      out->empty = true;
      return;
    }
    const auto &first = Wholes(*stays, "first"), &count = Wholes(*stays, "count");
    const auto &start = Reals(*stays, "start"), &end = Reals(*stays, "end");
    const std::size_t rows = std::min({first.size(), count.size(), start.size(), end.size()});
    for (std::size_t i = 0; i < rows; ++i)
      if (start[i] <= time && !(end[i] <= time))  // an end that is missing is to come
        for (const SiteMap::Stretch& s : site.Locate(p.workload, static_cast<int>(first[i]), static_cast<int>(count[i]))) AddHeld(site, s, &held);
  }
  for (std::size_t r = 0; r < held.size(); ++r) {
    const int units = site.systems[static_cast<std::size_t>(site.racks[r].system)].units_per_rack;
    if (units > 0) out->value[r] = std::min(1.0, held[r] / units);
  }
}

double LimitOf(const SiteMap& site, const SiteMap::Rack& rack, Kind kind) {
  if (kind == Kind::kPower) return rack.nameplate > 0.0 ? rack.nameplate : kNone;
  if (kind == Kind::kDie && rack.group >= 0 && rack.accelerators > 0)
    return site.groups[static_cast<std::size_t>(rack.group)].throttle;
  return kNone;
}

}  // namespace

const std::vector<RackMetric>& AllRackMetrics() {
  static const std::vector<RackMetric> metrics = {
      {Kind::kPower, "rack_power", "Power", "W",
       "Mean power at the rack's inlet over the recording interval; the limit is its nameplate. Racks that the run treats alike share one value.", true, false},
      {Kind::kInlet, "inlet", "Inlet", "degC",
       "Temperature of what enters the rack: coolant from its CDU, or the room's supply air.", false, false},
      {Kind::kDie, "die_temperature", "Chip temperature", "degC",
       "Die temperature of accelerators under work; the limit is where their clock begins to fall.", true, false},
      {Kind::kUtilisation, "utilisation", "Utilisation", "1", "Busy share of the installed accelerators.", false, false},
      {Kind::kClock, "clock", "Clock", "1", "Share of the full clock that power and cooling allow.", false, false},
      {Kind::kNetwork, "nic_utilisation", "Network", "1",
       "Traffic of the rack's NICs in the busier direction over what they carry; missing where a workload does not say what it sends.", false, false},
      {Kind::kHeld, "held", "Held", "1",
       "Share of the rack's accelerators that work holds, told rack by rack: jobs where each of them runs, other work on all that it was given.", false, false},
      {Kind::kState, "state", "State", "",
       "What the rack does: busy, idle, slowed by the plant, or off.", false, true},
      {Kind::kWorkload, "workload", "Workload", "", "The workload that holds the rack.", false, true}};
  return metrics;
}

const RackMetric& FindRackMetric(const QString& key) {
  for (const RackMetric& m : AllRackMetrics())
    if (m.key == key) return m;
  return AllRackMetrics().front();
}

bool HasMetric(const ReportFile& file, const RackMetric& metric) {
  if (metric.kind == Kind::kWorkload || metric.kind == Kind::kHeld) return !file.site().placement.empty();
  if (file.times().empty()) return false;
  if (metric.kind == Kind::kState)
    return file.FindSeries(SeriesOf(Kind::kPower)) >= 0 && file.FindSeries(SeriesOf(Kind::kUtilisation)) >= 0 &&
           file.FindSeries(SeriesOf(Kind::kClock)) >= 0;
  if (metric.kind == Kind::kInlet && file.FindSeries("loop_temperature") >= 0) return true;
  return file.FindSeries(SeriesOf(metric.kind)) >= 0;
}

QString StateWord(RackState state) {
  switch (state) {
    case RackState::kOff: return QStringLiteral("off");
    case RackState::kIdle: return QStringLiteral("idle");
    case RackState::kBusy: return QStringLiteral("busy");
    case RackState::kSlowed: return QStringLiteral("slowed");
    case RackState::kUnknown: break;
  }
  return QStringLiteral("unknown");
}

RackSource SourceOf(const ReportFile& file, const RackMetric& metric, int rack) {
  const SiteMap& site = file.site();
  if (rack < 0 || rack >= static_cast<int>(site.racks.size())) return {};
  const SiteMap::Rack& r = site.racks[static_cast<std::size_t>(rack)];
  RackSource source;
  if (metric.kind == Kind::kInlet) {
    if (r.cdu >= 0) {
      source.series = file.FindSeries(SeriesOf(Kind::kInlet));
      source.entity = static_cast<std::size_t>(r.cdu);
    } else {
      source.series = file.FindSeries("loop_temperature");
      if (source.series >= 0) {
        const auto& loops = file.series(source.series).spec.entities;
        source.entity = static_cast<std::size_t>(std::find(loops.begin(), loops.end(), "air-supply") - loops.begin());
      }
    }
  } else if (r.group >= 0 && !SeriesOf(metric.kind).isEmpty()) {
    source.series = file.FindSeries(SeriesOf(metric.kind));
    source.entity = static_cast<std::size_t>(r.group);
    if (metric.kind == Kind::kPower) source.scale = 1.0 / std::max(1, site.groups[source.entity].racks);
  }
  if (source.series >= 0 && source.entity >= file.series(source.series).width) source.series = -1;
  return source;
}

RackValues RackValuesAt(const ReportFile& file, const RackMetric& metric, double time) {
  const SiteMap& site = file.site();
  RackValues out;
  out.value.assign(site.racks.size(), kNone);
  out.limit.assign(site.racks.size(), kNone);
  if (metric.kind == Kind::kWorkload) {
    SetWorkloads(site, &out);
    return out;
  }
  if (metric.kind == Kind::kHeld) {
    SetHeld(file, time, &out);
    return out;
  }
  if (!HasMetric(file, metric)) return out;
  const std::size_t row = file.RowAt(time);
  if (metric.kind == Kind::kState) {
    SetStates(file, row, &out);
    return out;
  }
  int series = -1;
  RowValues values;
  for (std::size_t r = 0; r < site.racks.size(); ++r) {
    const RackSource source = SourceOf(file, metric, static_cast<int>(r));
    out.limit[r] = LimitOf(site, site.racks[r], metric.kind);
    if (source.series < 0) continue;
    if (source.series != series) {
      series = source.series;
      values = file.Row(series, row);
      out.exact = out.exact && (values.empty() || values.exact());
    }
    if (values.empty()) continue;
    out.empty = false;
    out.value[r] = values.At(source.entity) * source.scale;
  }
  return out;
}

void ValueRange::Include(const ValueRange& other) {
  from = std::min(from, other.from);
  to = std::max(to, other.to);
}

ValueRange RangeOf(const ReportFile& file, const RackMetric& metric) {
  if (metric.kind == Kind::kPower) {
    double most = 0.0;
    for (const auto& r : file.site().racks) most = std::max(most, r.nameplate);
    return {0.0, most > 0.0 ? most : 1.0};
  }
  if (metric.unit == "1") return {0.0, 1.0};
  if (metric.unit != "degC") return {0.0, 1.0};
  double from = std::numeric_limits<double>::infinity(), to = -from;
  for (const QString& name : {SeriesOf(metric.kind), QStringLiteral("loop_temperature")}) {
    const int series = file.FindSeries(name);
    if (series < 0 || (metric.kind == Kind::kDie && name == "loop_temperature")) continue;
    const auto overview = file.Overview(series);
    if (!overview) continue;
    if (name == "loop_temperature") {
      // Of the loops only the air that racks take in.
      const auto& loops = file.series(series).spec.entities;
      const auto air = static_cast<std::size_t>(std::find(loops.begin(), loops.end(), "air-supply") - loops.begin());
      if (air >= loops.size()) continue;
      const std::size_t top = overview->levels() - 1;
      for (std::size_t row = 0; row < overview->ready_rows(); row += overview->span(top)) {
        const Bucket b = overview->At(top, row, air);
        if (b.count == 0) continue;
        from = std::min<double>(from, b.least);
        to = std::max<double>(to, b.largest);
      }
      continue;
    }
    const Bucket b = overview->All();
    if (b.count == 0) continue;
    from = std::min<double>(from, b.least);
    to = std::max<double>(to, b.largest);
  }
  if (!(from <= to)) return {20.0, 90.0};
  from = std::floor(from / 5.0) * 5.0;
  return {from, std::max(std::ceil(to / 5.0) * 5.0, from + 10.0)};
}

}  // namespace headroom::gui
