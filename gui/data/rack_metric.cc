#include "gui/data/rack_metric.h"

#include <algorithm>
#include <cmath>
#include <limits>

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
  if (metric.kind == Kind::kWorkload) return !file.site().placement.empty();
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
