#include "scenarios/build/job_floor.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "models/scheduling/mig.h"

namespace headroom::scenario {
namespace {

constexpr double kMB = 1e6;

/// Domains of `nodes` consecutive nodes.
std::vector<std::uint32_t> Every(std::uint32_t nodes, std::uint32_t all) {
  std::vector<std::uint32_t> begin;
  for (std::uint32_t n = 0; n < all; n += nodes) begin.push_back(n);
  begin.push_back(all);
  return begin;
}

scheduling::HostStock HostOf(const WorkSite& site, const SystemStock& system) {
  const schema::HostResources& h = site.workload.jobs().host();
  const double cpus = h.has_cpus() ? h.cpus() : system.processors_per_node;
  const double memory = h.has_memory() ? h.memory() : system.node->host_memory();
  return {static_cast<std::int64_t>(cpus * 1e3), static_cast<std::int64_t>(memory / kMB)};
}

std::uint32_t Whole(double value) { return static_cast<std::uint32_t>(std::min(4e9, std::round(value))); }

/// Null for a job that is not of the list: of a trace, synthetic, or another workload's.
const schema::ListedJob* Listed(const WorkSite& site, const jobs::BatchJob& job) {
  const auto& list = site.workload.jobs().list();
  return job.id >= 1 && job.id <= list.size() ? &list.Get(static_cast<int>(job.id) - 1) : nullptr;
}

std::string NameOf(const schema::AcceleratorKind& kind) { return kind.name().empty() ? kind.type() : kind.name(); }

std::string NamesOf(const schema::Jobs& jobs) {
  std::vector<std::string> names;
  for (const schema::AcceleratorKind& k : jobs.kinds()) names.push_back(NameOf(k));
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::uint32_t PartsOf(const WorkSite& site) {
  const schema::Jobs& j = site.workload.jobs();
  return !j.has_sharing() ? 1 : j.sharing().mig() ? scheduling::kMigSlices : j.sharing().parts();
}

double HighestTdp(const WorkSite& site) {
  double highest = 0.0;
  for (const Slice& s : site.slices)
    if (const catalog::Accelerator* a = site.systems[s.system].accelerator) highest = std::max(highest, a->tdp());
  return highest;
}

scheduling::FloorShape ShapeOf(const WorkSite& site) {
  scheduling::FloorShape shape;
  const schema::Jobs& j = site.workload.jobs();
  shape.parts = PartsOf(site);
  std::uint32_t units = 0;
  scheduling::FloorLevel leaf{"leaf", {}};
  std::uint64_t last_leaf = ~std::uint64_t{0};
  for (const Slice& slice : site.slices) {
    const SystemStock& system = site.systems[slice.system];
    for (std::uint32_t i = slice.first; i < slice.first + slice.count; ++i) {
      const std::uint64_t under = site.nodes_per_leaf > 0 ? std::uint64_t{slice.system} << 32 | NodeOf(system, i) / site.nodes_per_leaf : 0;
      if (under != last_leaf) leaf.begin.push_back(shape.nodes());
      last_leaf = under;
      units += shape.parts;
      const bool last = i + 1 == slice.first + slice.count;
      if (last || NodeOf(system, i + 1) != NodeOf(system, i)) {
        shape.node_begin.push_back(units);
        if (j.kinds_size() > 1) shape.kind.push_back(slice.kind);
        if (j.has_host()) shape.host.push_back(HostOf(site, system));
      }
      if (last || (i + 1) / system.usable_per_rack != i / system.usable_per_rack) shape.rack_begin.push_back(shape.nodes());
    }
  }
  leaf.begin.push_back(shape.nodes());
  const auto& levels = site.context.scenario.scheduler().levels();
  for (const schema::TopologyLevel& l : levels) {
    const std::string at = fmt::format("scheduler.levels[{}].nodes", l.name());
    if (l.has_nodes()) shape.levels.push_back({l.name(), Every(l.nodes(), shape.nodes())});
    else if (l.name() == "rack") shape.levels.push_back({l.name(), shape.rack_begin});
    else if (l.name() == "leaf") shape.levels.push_back(leaf);
    else site.context.Error(at, fmt::format("is due: the site does not say what a {} is", l.name()));
    for (const std::uint32_t n : shape.levels.size() > 1 ? shape.levels[shape.levels.size() - 2].begin : std::vector<std::uint32_t>{})
      if (!std::binary_search(shape.levels.back().begin.begin(), shape.levels.back().begin.end(), n)) {
        site.context.Error(at, fmt::format("a {} is not made of whole domains of {}", shape.levels[shape.levels.size() - 2].name, l.name()));
        break;
      }
  }
  if (levels.empty()) {
    const bool nests = std::all_of(leaf.begin.begin(), leaf.begin.end(), [&](std::uint32_t n) {
      return std::binary_search(shape.rack_begin.begin(), shape.rack_begin.end(), n);
    });
    if (nests && leaf.begin.size() < shape.rack_begin.size()) shape.levels.push_back(leaf);
    shape.levels.push_back({"rack", shape.rack_begin});
  }
  std::uint32_t end = 0;  // of the zone, in units
  for (const PortRun& run : site.ports) {
    const auto node = std::lower_bound(shape.node_begin.begin(), shape.node_begin.end(), end) - shape.node_begin.begin();
    shape.zone_begin.push_back(static_cast<std::uint32_t>(node));
    end += run.accelerators * shape.parts;
  }
  shape.zone_begin.push_back(shape.nodes());
  shape.zone_begin.erase(std::unique(shape.zone_begin.begin(), shape.zone_begin.end()), shape.zone_begin.end());
  return shape;
}

std::uint32_t LargestKind(const WorkSite& site) {
  std::map<std::uint8_t, std::uint32_t> count;
  for (const Slice& s : site.slices) count[s.kind] += s.count;
  std::uint32_t most = 0;
  for (const auto& [kind, n] : count) most = std::max(most, n);
  return most;
}

void CutInstances(const WorkSite& site, const std::string& path, const jobs::JobStream& stream, std::vector<scheduling::Job>* jobs) {
  const schema::Jobs& j = site.workload.jobs();
  const std::string& accelerator = site.system.accelerator->name();
  std::vector<std::string> names;
  for (const scheduling::MigProfile& p : scheduling::MigProfiles(accelerator)) names.push_back(p.name);
  if (names.empty()) return site.context.Error(path + ".sharing.mig", fmt::format("{} has no MIG", accelerator));
  const auto find = [&](const std::string& at, const std::string& name) {
    const auto profile = scheduling::FindMigProfile(accelerator, name);
    if (!profile) site.context.Error(at, fmt::format("'{}' is no MIG profile of {}; there is {}", name, accelerator, fmt::join(names, ", ")));
    return profile.value_or(scheduling::MigProfile{});
  };
  const std::string& common = j.sharing().profile();
  const scheduling::MigProfile every = common.empty() ? scheduling::MigProfile{"", 7, scheduling::kMigSlices, 1} : find(path + ".sharing.profile", common);
  for (std::size_t i = 0; i < jobs->size(); ++i) {
    scheduling::Job& job = (*jobs)[i];
    const schema::ListedJob* listed = Listed(site, stream[i]);
    const std::string at = listed ? fmt::format("{}.list[{}].profile", path, listed->name()) : "";
    const bool own = listed && !listed->profile().empty();
    if (own && job.units > 1) site.context.Error(at, fmt::format("is of one accelerator, and it asks for {}", job.units));
    if (job.units > 1) {
      job.units *= scheduling::kMigSlices;
      continue;
    }
    const scheduling::MigProfile profile = own ? find(at, listed->profile()) : every;
    job.units = profile.slices;
    job.place.starts = profile.starts;
  }
}

void FillHosts(const WorkSite& site, const std::string& path, const jobs::JobStream& stream, std::vector<scheduling::Job>* jobs) {
  const schema::Jobs& j = site.workload.jobs();
  for (const schema::ListedJob& l : j.list())
    if (!j.has_host() && (l.has_cpus() || l.has_memory()))
      site.context.Error(fmt::format("{}.list[{}].{}", path, l.name(), l.has_cpus() ? "cpus" : "memory"), "needs jobs.host");
  if (!j.has_host()) return;
  const schema::HostResources& h = j.host();
  scheduling::HostStock most;
  std::uint32_t per_node = 1;
  for (const Slice& s : site.slices) {
    const scheduling::HostStock stock = HostOf(site, site.systems[s.system]);
    most = {std::max(most.cpus, stock.cpus), std::max(most.memory, stock.memory)};
    per_node = std::max(per_node, site.systems[s.system].units_per_node());
    if (stock.cpus == 0) return site.context.Error(path + ".host.cpus", fmt::format("is due: the sheet of {} does not say", site.systems[s.system].node->name()));
  }
  const std::uint32_t parts = PartsOf(site);
  std::size_t cut = 0;
  for (std::size_t i = 0; i < jobs->size(); ++i) {
    scheduling::Job& job = (*jobs)[i];
    const schema::ListedJob* listed = Listed(site, stream[i]);
    const double accelerators = double(job.units) / parts;
    double cpus = stream[i].cpus > 0 ? stream[i].cpus : h.cpus_per_accelerator() * accelerators * 1e3;
    double memory = stream[i].memory > 0 ? stream[i].memory : h.memory_per_accelerator() * accelerators / kMB;
    if (listed && listed->has_cpus()) cpus = listed->cpus() * 1e3;
    if (listed && listed->has_memory()) memory = listed->memory() / kMB;
    if (!j.trace().empty()) {
      const double nodes = std::ceil(accelerators / per_node);
      cut += cpus > nodes * most.cpus || memory > nodes * most.memory;
      cpus = std::min(cpus, nodes * most.cpus);
      memory = std::min(memory, nodes * most.memory);
    }
    job.host = {Whole(cpus), Whole(memory)};
  }
  if (cut > 0)
    site.context.Warning(path + ".host", fmt::format("{} of {} jobs ask for more processors or memory than the nodes have that their accelerators need, and get all of theirs", cut, jobs->size()));
}

void FillSpeeds(const WorkSite& site, const std::string& path, const jobs::JobStream& stream, scheduling::StartLimits* limits,
                std::vector<scheduling::Job>* jobs) {
  const schema::Jobs& j = site.workload.jobs();
  if (j.kinds().empty()) {
    for (const schema::ListedJob& l : j.list())
      if (!l.on().empty()) site.context.Error(fmt::format("{}.list[{}].on", path, l.name()), "needs jobs.kinds");
    return;
  }
  std::map<std::string, std::size_t> index;
  std::vector<double> usual;
  for (const schema::AcceleratorKind& k : j.kinds()) {
    if (!index.emplace(NameOf(k), usual.size()).second) site.context.Error(path + ".kinds", fmt::format("'{}' is the name of two", NameOf(k)));
    usual.push_back(k.speed());
  }
  std::map<std::vector<double>, std::uint32_t> rows{{usual, 0}};
  limits->speeds = {usual};
  for (std::size_t i = 0; i < jobs->size(); ++i) {
    const schema::ListedJob* listed = Listed(site, stream[i]);
    if (!listed || listed->on().empty()) continue;
    std::vector<double> own(usual.size(), 0.0);
    for (const schema::JobSpeed& s : listed->on()) {
      const auto found = index.find(s.kind());
      if (found == index.end())
        site.context.Error(fmt::format("{}.list[{}].on", path, listed->name()), fmt::format("there is no kind '{}' in jobs.kinds; there is {}", s.kind(), NamesOf(j)));
      else own[found->second] = s.speed();
    }
    const auto [row, fresh] = rows.emplace(own, static_cast<std::uint32_t>(limits->speeds.size()));
    if (fresh) limits->speeds.push_back(own);
    (*jobs)[i].speeds = row->second;
  }
}

void FillPartitions(const WorkSite& site, std::uint32_t nodes, scheduling::StartLimits* limits) {
  const auto& queues = site.context.scenario.scheduler().queues();
  const bool any = std::any_of(queues.begin(), queues.end(), [](const auto& q) { return !q.nodes().empty(); });
  for (int q = 0; any && q < queues.size(); ++q) {
    std::vector<bool> mine;
    const std::string& text = queues[q].nodes();
    const std::string at = fmt::format("scheduler.queues[{}].nodes", queues[q].name());
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t comma = std::min(text.find(',', i), text.size());
      const std::string range = text.substr(i, comma - i);
      std::uint32_t first = 0, last = 0;
      const char *begin = range.data(), *end = begin + range.size();
      auto read = std::from_chars(begin, end, first);
      last = first;
      if (read.ec == std::errc() && read.ptr != end && *read.ptr == '-') read = std::from_chars(read.ptr + 1, end, last);
      if (read.ec != std::errc() || read.ptr != end || last < first) {
        site.context.Error(at, fmt::format("'{}' is no range of nodes like 0-15", range));
        break;
      }
      if (last >= nodes) {
        site.context.Error(at, fmt::format("names node {}; {} has {}, from 0 on", last, site.workload.name(), nodes));
        break;
      }
      mine.resize(nodes, false);
      for (std::uint32_t n = first; n <= last; ++n) mine[n] = true;
      i = comma + 1;
    }
    limits->nodes.push_back(std::move(mine));
  }
}

}  // namespace headroom::scenario
