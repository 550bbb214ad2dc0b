#include "tests/gui/sample_report.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "analysis/hdf5/report_writer.h"

namespace headroom::gui {
namespace {

using Whole = std::vector<std::int64_t>;
using Real = std::vector<double>;
using Words = std::vector<std::string>;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr int kPerRow = 20, kPerCdu = 8;

const char* const kScenario = R"(schema: 1
name: A made hall
seed: 1
site:
  systems: [{name: hall, type: gb200-nvl72, count: 40}]
  power: {utility: {limit: 3 MW}}
)";

std::vector<std::string> Names(const char* stem, int count) {
  std::vector<std::string> out;
  for (int i = 1; i <= count; ++i) out.push_back(fmt::format("{}-{}", stem, i));
  return out;
}

void WriteSite(Recorder& r, int racks) {
  const int pdus = (racks + kPerRow - 1) / kPerRow, cdus = (racks + kPerCdu - 1) / kPerCdu;
  r.WriteTable({"/site/systems", "system",
                {{"name", "", "", Words{"hall"}, {}}, {"type", "", "", Words{"gb200-nvl72"}, {}},
                 {"racks", "1", "", Whole{racks}, {}}, {"nodes", "1", "", Whole{18 * racks}, {}},
                 {"accelerators_per_node", "1", "", Whole{4}, {}}, {"units_per_rack", "1", "", Whole{72}, {}},
                 {"rack_width", "m", "", Real{0.6}, {}}, {"rack_depth", "m", "", Real{1.2}, {}}}});
  Whole zero(static_cast<std::size_t>(racks), 0), group, pdu, cdu, row, nodes(zero.size(), 18), boards(zero.size(), 72);
  Real x, y, nameplate(zero.size(), 60e3), mass(zero.size(), 1360);
  std::vector<std::uint8_t> faces;
  for (int i = 0; i < racks; ++i) {
    group.push_back(i);
    pdu.push_back(3 + i / kPerRow);
    cdu.push_back(i / kPerCdu);
    row.push_back(i / kPerRow);
    x.push_back(2.3 + 0.6 * (i % kPerRow));
    y.push_back(2.6 + 2.4 * (i / kPerRow));
    faces.push_back(static_cast<std::uint8_t>(i / kPerRow % 2));
  }
  r.WriteTable({"/site/racks", "rack_index",
                {{"system", "1", "", zero, {}}, {"group", "1", "", group, {}}, {"pdu", "1", "", pdu, {}},
                 {"cdu", "1", "", cdu, {}}, {"row", "1", "", row, {}}, {"x", "m", "", x, {}}, {"y", "m", "", y, {}},
                 {"faces", "1", "", faces, {"down", "up"}}, {"nodes", "1", "", nodes, {}},
                 {"accelerators", "1", "", boards, {}}, {"nameplate", "W", "", nameplate, {}}, {"mass", "kg", "", mass, {}}}});
  r.WriteTable({"/site/groups", "group",
                {{"name", "", "", Names("hall/rack", racks), {}},
                 {"workload", "", "", Words(zero.size(), "pretrain"), {}}, {"racks", "1", "", Whole(zero.size(), 1), {}},
                 {"cdu", "1", "", cdu, {}}, {"nameplate", "W", "", nameplate, {}},
                 {"throttle", "degC", "", Real(zero.size(), 85.0), {}}, {"shutdown", "degC", "", Real(zero.size(), 95.0), {}}}});
  Words unit{"utility-1", "transformer-1", "ups-1"};
  std::vector<std::uint8_t> kind{0, 1, 2};
  Whole parent{-1, 0, 1};
  Real rating{60e3 * racks * 1.2, 60e3 * racks * 1.2, 60e3 * racks * 1.2}, below(3, 60e3 * racks);
  for (int p = 0; p < pdus; ++p) {
    unit.push_back(fmt::format("pdu-{}", p + 1));
    kind.push_back(3);
    parent.push_back(2);
    rating.push_back(60e3 * kPerRow / 0.8);
    below.push_back(60e3 * std::min(kPerRow, racks - p * kPerRow));
  }
  r.WriteTable({"/site/power_units", "unit",
                {{"name", "", "", unit, {}}, {"kind", "1", "", kind, {"utility", "transformer", "ups", "pdu"}},
                 {"parent", "1", "", parent, {}}, {"rating", "W", "", rating, {}}, {"nameplate", "W", "", below, {}}}});
  const auto n = static_cast<std::size_t>(cdus);
  r.WriteTable({"/site/cdus", "unit",
                {{"name", "", "", Names("cdu", cdus), {}}, {"system", "1", "", Whole(n, 0), {}},
                 {"racks", "1", "", Whole(n, kPerCdu), {}}, {"rating", "W", "", Real(n, 1e6), {}},
                 {"nameplate", "W", "", Real(n, 6e5), {}}}});
  r.WriteTable({"/site/fabric", "part",
                {{"system", "1", "", Whole{0, 0, 0}, {}}, {"tier", "1", "", std::vector<std::uint8_t>{0, 1, 2}, {"domain", "leaf", "spine", "core"}},
                 {"count", "1", "", Whole{racks, 8, 4}, {}}, {"cables_down", "1", "", Whole{72, 72 * racks, 64}, {}},
                 {"cables_up", "1", "", Whole{0, 64, 0}, {}}, {"bandwidth", "byte s-1", "", Real{9e11, 5e10, 2e12}, {}},
                 {"oversubscription", "1", "", Real{1, 2, 1}, {}}}});
  r.WriteTable({"/site/links", "part",
                {{"name", "", "", Words{"hall/scale-up", "hall/nic", "hall/uplink"}, {}}, {"system", "1", "", Whole{0, 0, 0}, {}},
                 {"tier", "1", "", std::vector<std::uint8_t>{0, 1, 2}, {"scale-up", "nic", "uplink", "core", "store-read", "store-write"}},
                 {"count", "1", "", Real{72.0 * racks, 72.0 * racks, 64}, {}}, {"bandwidth", "byte s-1", "", Real{6e13, 4e12, 2e12}, {}},
                 {"mean", "1", "", Real{0.1, 0.2, 0.4}, {}}, {"peak", "1", "", Real{0.2, 0.4, 0.8}, {}}}});
  r.WriteTable({"/site/leaves", "part",
                {{"system", "1", "", Whole{0, 0}, {}}, {"first", "1", "", Whole{0, 7}, {}}, {"count", "1", "", Whole{7, 1}, {}},
                 {"accelerators", "1", "", Real{9.0 * racks, 9.0 * racks}, {}}, {"bandwidth", "byte s-1", "", Real{2.5e11, 2.5e11}, {}},
                 {"mean", "1", "", Real{0.4, 0.6}, {}}, {"peak", "1", "", Real{0.8, 0.9}, {}}}});
  r.WriteTable({"/site/placement", "slice",
                {{"workload", "", "", Words{"pretrain", "research"}, {}}, {"system", "1", "", Whole{0, 0}, {}},
                 {"first", "1", "", Whole{0, 72LL * (racks - 2)}, {}}, {"count", "1", "", Whole{72LL * (racks - 2), 144}, {}},
                 {"first_rack", "1", "", Whole{0, racks - 2}, {}}, {"last_rack", "1", "", Whole{racks - 3, racks - 1}, {}}}});
}

void WriteWork(Recorder& r, int rows, int requests) {
  const double end = rows;
  r.WriteTable({"/workloads/research/jobs", "job",
                {{"id", "1", "", Whole{1, 2, 3}, {}}, {"submit", "s", "", Real{0, 10, 20}, {}},
                 {"start", "s", "", Real{0, 60, kNone}, {}}, {"end", "s", "", Real{50, 200, kNone}, {}},
                 {"nodes", "1", "", Whole{18, 9, 0}, {}}, {"accelerators", "1", "", Whole{72, 36, 500}, {}},
                 {"state", "1", "", std::vector<std::uint8_t>{2, 3, 0}, {"waiting", "running", "completed", "failed", "cancelled"}}}});
  r.WriteTable({"/workloads/research/placements", "stay",
                {{"job", "1", "", Whole{0, 1, 1}, {}}, {"start", "s", "", Real{0, 60, 60}, {}}, {"end", "s", "", Real{50, 200, 200}, {}},
                 {"first", "1", "", Whole{0, 72, 100}, {}}, {"count", "1", "", Whole{72, 20, 16}, {}}}});
  Whole index;
  Real start, duration;
  for (int i = 0; i * 10 < rows; ++i) {
    index.push_back(i);
    start.push_back(i * 10.0);
    duration.push_back(10.0);
  }
  r.WriteTable({"/workloads/pretrain/steps", "step",
                {{"index", "1", "", index, {}}, {"start", "s", "", start, {}}, {"duration", "s", "", duration, {}}}});
  Real arrival, first, finish;
  Whole id, in, out, replica;
  std::vector<std::uint8_t> state;
  for (int i = 0; i < requests; ++i) {
    id.push_back(i);
    arrival.push_back(i * end / (1.2 * requests));
    first.push_back(arrival.back() + 0.05 + 0.001 * (i % 500));
    finish.push_back(first.back() + 1.0 + 0.01 * (i % 50));
    in.push_back(500 + i % 500);
    out.push_back(100);
    replica.push_back(i % 4);
    state.push_back(1);
  }
  r.WriteTable({"/workloads/chat/requests", "request",
                {{"id", "1", "", id, {}}, {"arrival", "s", "", arrival, {}}, {"first_token", "s", "", first, {}},
                 {"finish", "s", "", finish, {}}, {"input_tokens", "1", "", in, {}}, {"output_tokens", "1", "", out, {}},
                 {"replica", "1", "", replica, {}}, {"state", "1", "", state, {"waiting", "completed", "rejected", "warm-up"}}}});
  r.WriteTable({"/events", "event",
                {{"time", "s", "", Real{end / 2, end * 0.75}, {}}, {"kind", "", "", Words{"throttle", "release"}, {}},
                 {"where", "", "", Words{"hall/rack-3", "hall/rack-3"}, {}}, {"what", "", "", Words{"too hot", "cool again"}, {}}}});
  Real time, utility, load, boards, frequency, rms;
  for (int i = 0; i < 2000; ++i) {
    time.push_back(i * 0.01);
    load.push_back(2e6 + 2e5 * std::sin(i * 0.0628));
    utility.push_back(2e6 + 1e5 * std::sin(i * 0.0628));
    boards.push_back(1.5e6 + 2e5 * std::sin(i * 0.0628));
  }
  for (int i = 0; i < 500; ++i) {
    frequency.push_back(i * 0.05);
    rms.push_back(i == 20 ? 7e4 : 50.0);
  }
  r.WriteTable({"/windows/1/power", "sample",
                {{"time", "s", "", time, {}}, {"utility", "W", "", utility, {}}, {"load", "W", "", load, {}}, {"accelerators", "W", "", boards, {}}}});
  r.WriteTable({"/windows/1/spectrum", "bin", {{"frequency", "Hz", "", frequency, {}}, {"rms", "W", "", rms, {}}}});
}

MetricSet Figures(double factor) {
  MetricSet m;
  m.Set("workloads.pretrain.step_time", 10.0, "s");
  for (const auto& [part, s] : {std::pair{"gemm", 5.0}, {"attention", 2.0}, {"exposed_comm", 2.0}, {"bubble", 1.0}})
    m.Set(fmt::format("workloads.pretrain.time.{}", part), s, "s");
  m.Set("workloads.pretrain.tokens_per_second", 1e6 / factor, "1/s");
  m.Set("workloads.chat.ttft.p99", 0.5 * factor, "s");
  m.Set("site.power.mean", 1.6e6 * factor, "W");
  m.Set("site.power.peak", 2e6 * factor, "W");
  m.Set("site.pue", 1.15, "1");
  m.Set("site.headroom.feed", 0.3, "1");
  m.SetText("site.binding", "feed");
  m.Set("site.power.losses.transformer", 1e4, "W");
  m.Set("site.power.losses.ups", 5e4, "W");
  m.Set("site.cost.energy", 100.0, "USD");
  m.Set("site.cost.facility", 200.0, "USD");
  return m;
}

}  // namespace

void WriteSampleReport(const std::string& path, const SampleSize& size) {
  report::Provenance from;
  from.title = size.factor == 1.0 ? "A made hall" : "A made hall, changed";
  from.scenario_text = kScenario;
  if (size.factor != 1.0) from.scenario_text.replace(from.scenario_text.find("3 MW"), 4, "4 MW");
  from.program_version = "0.1.0";
  from.schema_version = size.version;
  report::ReportWriter writer(path, from);
  const SeriesId site = writer.AddSeries({"site_power", "W", "Power at the utility", "time: mean", "", {}});
  if (size.only_site_rows > 0) {
    for (int t = 0; t < size.only_site_rows; ++t) {
      writer.Put(site, 0, 2e6 + 1e6 * std::sin(t * 1e-5) + 1e5 * std::sin(t * 0.7));
      writer.EndInterval((t + 1) * 0.001);
    }
    writer.Finish("done", size.only_site_rows * 0.001, {});
    return;
  }
  const auto groups = Names("hall/rack", size.racks);
  const int cdus = (size.racks + kPerCdu - 1) / kPerCdu;
  const SeriesId it = writer.AddSeries({"it_power", "W", "Power at the racks' inlets", "time: mean", "", {}});
  const SeriesId power = writer.AddSeries({"rack_group_power", "W", "Power at the inlets of a group of racks", "time: mean", "rack_group", groups});
  const SeriesId losses = writer.AddSeries({"conversion_loss", "W", "Loss of each stage", "time: mean", "stage", {"transformer", "ups", "pdu", "rectifier"}});
  const SeriesId cooling = writer.AddSeries({"cooling_power", "W", "Electric power of the cooling plant", "time: mean", "cooling_part", {"cdu-pumps", "facility-pump", "tower-pumps", "tower-fans", "crah-fans", "chillers"}});
  const SeriesId loop = writer.AddSeries({"loop_temperature", "degC", "Water and air", "time: mean", "loop", {"facility-supply", "facility-return", "tower-water", "air-supply", "air-return"}});
  const SeriesId supply = writer.AddSeries({"rack_supply_temperature", "degC", "Coolant entering the racks", "time: mean", "cdu", Names("cdu", cdus)});
  const SeriesId back = writer.AddSeries({"rack_return_temperature", "degC", "Coolant leaving the racks", "time: mean", "cdu", Names("cdu", cdus)});
  const SeriesId link = writer.AddSeries({"link_traffic", "byte s-1", "Traffic of all links of a tier", "time: mean", "link", {"hall/scale-up", "hall/nic", "hall/uplink"}});
  const SeriesId link_use = writer.AddSeries({"link_utilisation", "1", "Traffic over what they carry", "time: mean", "link", {"hall/scale-up", "hall/nic", "hall/uplink"}});
  const SeriesId leaf = writer.AddSeries({"leaf_traffic", "byte s-1", "Traffic of the uplinks of one leaf", "time: mean", "leaf", {"hall/leaves-1-7", "hall/leaf-8"}});
  const SeriesId leaf_use = writer.AddSeries({"leaf_utilisation", "1", "Traffic over what they carry", "time: mean", "leaf", {"hall/leaves-1-7", "hall/leaf-8"}});
  SeriesId die, clock, busy;
  const bool small = size.racks * static_cast<double>(size.rows) < 1e7;
  if (small) {
    die = writer.AddSeries({"die_temperature", "degC", "Die temperature", "time: mean", "rack_group", groups});
    clock = writer.AddSeries({"clock", "1", "Share of the full clock", "time: mean", "rack_group", groups});
    busy = writer.AddSeries({"utilisation", "1", "Busy share", "time: mean", "rack_group", groups});
  }
  for (int t = 0; t < size.rows; ++t) {
    double sum = 0.0;
    const bool late = t >= size.rows / 2;
    for (int r = 0; r < size.racks; ++r) {
      const double watts = size.factor * (40e3 + 20e3 * std::sin(t * 0.01047 - r * 0.3));
      const auto e = static_cast<std::size_t>(r);
      writer.Put(power, e, watts);
      sum += watts;
      if (!small) continue;
      writer.Put(die, e, r == 2 && late ? 88.0 : 50.0 + watts * 5e-4);
      writer.Put(clock, e, r == 2 && late ? 0.8 : 1.0);
      writer.Put(busy, e, r == 5 ? 0.0 : 0.9);
    }
    const double load = 0.25 * size.factor * (late ? 2.0 : 1.0);
    for (const auto& [entity, carries] : {std::pair{0, 6e13}, {1, 4e12}, {2, 2e12}}) {
      writer.Put(link, entity, load * carries);
      writer.Put(link_use, entity, load);
    }
    for (const auto& [entity, share] : {std::pair{0, 1.0}, {1, 1.5}}) {
      writer.Put(leaf, entity, load * share * 2.5e11);
      writer.Put(leaf_use, entity, load * share);
    }
    for (int c = 0; c < cdus; ++c) {
      writer.Put(supply, static_cast<std::size_t>(c), 32.0);
      writer.Put(back, static_cast<std::size_t>(c), 32.0 + 8.0 * c / cdus);
    }
    for (std::size_t k = 0; k < 4; ++k) writer.Put(losses, k, 0.01 * sum);
    for (std::size_t k = 0; k < 6; ++k) writer.Put(cooling, k, 0.02 * sum);
    for (std::size_t k = 0; k < 5; ++k) writer.Put(loop, k, 22.0 + 3.0 * static_cast<double>(k));
    writer.Put(it, 0, sum);
    writer.Put(site, 0, 1.15 * sum);
    writer.EndInterval(t + 1.0);
  }
  WriteSite(writer, size.racks);
  if (size.tables) WriteWork(writer, size.rows, size.requests);
  writer.Finish("done", size.rows, Figures(size.factor));
}

}  // namespace headroom::gui
