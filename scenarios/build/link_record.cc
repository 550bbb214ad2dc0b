#include "scenarios/build/link_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "scenarios/build/queued_work.h"
#include "scenarios/build/site_services.h"
#include "sim/core/balance.h"
#include "sim/core/check.h"

namespace headroom::scenario {
namespace {

enum Tier : std::uint8_t { kScaleUp, kNic, kUplink, kCore, kStoreRead, kStoreWrite };
const std::vector<std::string> kTiers = {"scale-up", "nic", "uplink", "core", "store-read", "store-write"};
const std::vector<std::string> kKnown = {"all", "some", "none"};

double Of(const network::Traffic& t, std::uint8_t tier) {
  switch (tier) {
    case kScaleUp: return t.scale_up;
    case kNic: return t.nic();
    case kUplink: return t.uplink();
    default: return t.core;
  }
}

network::Traffic Less(network::Traffic a, const network::Traffic& b) { return a.Add(b, -1.0); }

std::uint32_t NodesPerLeaf(const topology::System& system) { return std::max(1u, system.fabric.nodes_per_leaf); }

/// B/s that the NICs of a system carry.
double NicRate(const topology::System& system) { return double(system.fabric.nics) * system.fabric.nic_rate; }

/// B/s that the uplinks of a system's leaves carry; 0 where leaves have none, or where they join one another.
double UplinkRate(const topology::System& system) {
  const topology::FabricSummary& f = system.fabric;
  return f.tiers < 2 || f.spines == 0 || f.oversubscription <= 0.0 ? 0.0 : NicRate(system) / f.oversubscription;
}

}  // namespace

LinkRecord::LinkRecord(Recorder& recorder, LinkSite site) : recorder_(recorder), site_(std::move(site)), slices_(site_.slices) {
  bool queues = false;
  for (std::size_t w = 0; w < site_.works.size(); ++w)
    if (dynamic_cast<const QueuedWork*>(site_.works[w].get()) != nullptr) {
      queues = true;
      slices_[w].clear();
    }
  for (const topology::System& system : site_.site.systems()) {
    first_leaf_.push_back(row_of_leaf_.size());
    if (system.accelerators == 0 || system.fabric.leaves == 0) continue;
    const std::uint32_t per_leaf = NodesPerLeaf(system);
    for (std::uint32_t n = 0; n < system.nodes; n += per_leaf) {
      Leaf leaf;
      leaf.system = static_cast<std::uint32_t>(&system - site_.site.systems().data());
      leaf.first = n / per_leaf;
      const double share = double(std::min(per_leaf, system.nodes - n)) / system.nodes;
      leaf.accelerators = share * system.accelerators;
      leaf.nic = share * NicRate(system);
      leaf.uplinks = share * UplinkRate(system);
      row_of_leaf_.push_back(leaves_.size());
      leaves_.push_back(leaf);
    }
  }
  FindKnowledge();
  FindParts();
  if (!queues) FindLeaves(true);
  AddLinks();
  Announce();
}

void LinkRecord::FindKnowledge() {
  std::vector<int> tell(site_.systems.size(), 0), silent(site_.systems.size(), 0);
  for (std::size_t w = 0; w < site_.works.size(); ++w)
    for (const Slice& s : site_.slices[w]) ++(site_.works[w]->tells_traffic() ? tell : silent)[s.system];
  for (std::size_t s = 0; s < tell.size(); ++s)
    known_.push_back(silent[s] == 0 ? Knowledge::kAll : tell[s] > 0 ? Knowledge::kSome : Knowledge::kNone);
}

/// Parts that appear once their workload runs are found then.
void LinkRecord::FindParts() {
  std::vector<PartTraffic> told;
  std::size_t at = 0;
  for (std::size_t w = 0; w < site_.works.size(); ++w) {
    told.clear();
    site_.works[w]->AddTraffic(&told);
    for (const PartTraffic& t : told) {
      const bool known = at < parts_.size() && parts_[at].work == w;
      if (!known) {
        Part part;
        part.work = w;
        part.first = t.first;
        part.count = t.count;
        Locate(&part, slices_[w]);
        parts_.insert(parts_.begin() + static_cast<std::ptrdiff_t>(at), std::move(part));
      }
      ++at;
    }
  }
}

void LinkRecord::Locate(Part* part, const std::vector<Slice>& slices) {
  std::map<std::size_t, double> leaves, systems;
  std::uint32_t skip = part->first, left = part->count;
  for (const Slice& s : slices) {
    const std::uint32_t from = std::min(skip, s.count), n = std::min(left, s.count - from);
    skip -= from;
    left -= n;
    const SystemStock& stock = site_.systems[s.system];
    if (n == 0 || stock.accelerator == nullptr) continue;
    const topology::System& system = site_.site.systems()[s.system];
    systems[s.system] += double(n) / part->count;
    if (system.fabric.leaves == 0) continue;
    for (std::uint32_t i = s.first + from; i < s.first + from + n; ++i)
      leaves[row_of_leaf_[first_leaf_[s.system] + NodeOf(stock, i) / NodesPerLeaf(system)]] += 1.0 / part->count;
  }
  part->leaves.assign(leaves.begin(), leaves.end());
  part->systems.assign(systems.begin(), systems.end());
}

/// Adjoining leaves of a system on which the same parts have as many accelerators become one row.
void LinkRecord::FindLeaves(bool merge) {
  if (!merge) return;
  std::vector<std::vector<std::pair<std::size_t, double>>> users(leaves_.size());
  for (std::size_t p = 0; p < parts_.size(); ++p)
    for (const auto& [leaf, share] : parts_[p].leaves) users[leaf].emplace_back(p, share);
  std::vector<Leaf> rows;
  for (std::size_t l = 0; l < leaves_.size(); ++l) {
    const Leaf& leaf = leaves_[l];
    const bool alike = l > 0 && leaf.system == rows.back().system && leaf.nic == rows.back().nic && users[l] == users[l - 1];
    if (alike) ++rows.back().count;
    else rows.push_back(leaf);
    row_of_leaf_[l] = rows.size() - 1;
  }
  leaves_ = std::move(rows);
  for (Part& part : parts_) {
    std::map<std::size_t, double> of_one;
    for (const auto& [leaf, share] : part.leaves) of_one[row_of_leaf_[leaf]] = share;
    part.leaves.assign(of_one.begin(), of_one.end());
  }
}

void LinkRecord::AddLinks() {
  for (std::size_t s = 0; s < site_.systems.size(); ++s) {
    const topology::System& system = site_.site.systems()[s];
    const topology::FabricSummary& f = system.fabric;
    first_link_.push_back(links_.size());
    if (system.accelerators == 0) continue;
    const auto add = [&](std::uint8_t tier, double count, double capacity) {
      if (count > 0.0)
        links_.push_back({fmt::format("{}/{}", site_.systems[s].name, kTiers[tier]), static_cast<int>(s), tier, count, capacity, known_[s], {}});
    };
    const bool domains = f.accelerators_per_domain > 1;
    add(kScaleUp, domains ? system.accelerators : 0.0, domains ? system.accelerators * f.scale_up_bandwidth : 0.0);
    add(kNic, f.nics, NicRate(system));
    const double up = UplinkRate(system);
    add(kUplink, f.leaf_spine_cables, up);
    add(kCore, f.spine_core_cables, f.leaf_spine_cables > 0 ? up * f.spine_core_cables / f.leaf_spine_cables : 0.0);
  }
  for (const storage::StoreService* store : site_.services.stores()) {
    const storage::StoreParams& p = store->params();
    const auto rate = [](double limit) { return limit < storage::StoreParams::kUnlimited ? limit : 0.0; };
    links_.push_back({p.name + "/read", -1, kStoreRead, 1.0, rate(p.read), Knowledge::kAll, {}});
    links_.push_back({p.name + "/write", -1, kStoreWrite, 1.0, rate(p.write), Knowledge::kAll, {}});
  }
  stores_before_.assign(2 * site_.services.stores().size(), 0.0);
  groups_before_.resize(site_.groups.groups.size());
}

void LinkRecord::Announce() {
  if (links_.empty()) return;
  std::vector<std::string> names;
  for (const Link& l : links_) names.push_back(l.name);
  link_traffic_ = recorder_.AddSeries({"link_traffic", "byte s-1", "Traffic of all links of a tier or store in the busier direction", "time: mean", "link", names});
  link_use_ = recorder_.AddSeries({"link_utilisation", "1", "Traffic over what all links of the tier or store carry", "time: mean", "link", names});
  names.clear();
  for (const Leaf& l : leaves_)
    names.push_back(l.count > 1 ? fmt::format("{}/leaves-{}-{}", site_.systems[l.system].name, l.first + 1, l.first + l.count)
                                : fmt::format("{}/leaf-{}", site_.systems[l.system].name, l.first + 1));
  if (!names.empty()) {
    leaf_traffic_ = recorder_.AddSeries({"leaf_traffic", "byte s-1", "Traffic of the uplinks of one leaf in the busier direction", "time: mean", "leaf", names});
    leaf_use_ = recorder_.AddSeries({"leaf_utilisation", "1", "Traffic over what the uplinks of the leaf carry", "time: mean", "leaf", names});
  }
  const bool nics = std::any_of(site_.site.systems().begin(), site_.site.systems().end(), [](const topology::System& s) { return s.accelerators > 0 && s.fabric.nics > 0; });
  if (!nics) return;
  nic_traffic_ = recorder_.AddSeries({"nic_traffic", "byte s-1", "Traffic of the NICs of a group of racks in the busier direction", "time: mean", "rack_group", site_.group_names});
  nic_use_ = recorder_.AddSeries({"nic_utilisation", "1", "Traffic over what the NICs of the group carry", "time: mean", "rack_group", site_.group_names});
}

void LinkRecord::Place(std::size_t work, const std::vector<Slice>& slices) {
  slices_[work] = slices;
  for (Part& part : parts_)
    if (part.work == work) Locate(&part, slices);
}

void LinkRecord::Share(const Part& part, const network::Traffic& bytes) {
  for (const auto& [leaf, share] : part.leaves) leaves_[leaf].use.bytes.Add(bytes, share);
  for (const auto& [system, share] : part.systems)
    for (std::size_t l = first_link_[system]; l < links_.size() && links_[l].system == static_cast<int>(system); ++l)
      links_[l].use.bytes.Add(bytes, share);
}

double LinkRecord::Put(SeriesId traffic, SeriesId use, std::size_t entity, double bytes, double seconds, double capacity) {
  const double rate = std::max(0.0, bytes) / seconds;
  recorder_.Put(traffic, entity, rate);
  if (capacity <= 0.0) return 0.0;
  recorder_.Put(use, entity, rate / capacity);
  return rate / capacity;
}

void LinkRecord::Close(Instant now, double seconds) {
  if (links_.empty()) return;
  FindParts();
  seconds_ += seconds;
  std::vector<PartTraffic> told;
  for (const auto& work : site_.works) work->AddTraffic(&told);
  HR_CHECK(told.size() == parts_.size(), told.size(), parts_.size());
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    Share(parts_[p], Less(told[p].bytes, parts_[p].before));
    parts_[p].before = told[p].bytes;
  }
  std::size_t store = 0;
  for (const storage::StoreService* s : site_.services.stores())
    for (const storage::Direction d : {storage::Direction::kRead, storage::Direction::kWrite}) {
      const double carried = s->Carried(d, now);
      links_[links_.size() - stores_before_.size() + store].use.bytes.core = carried - stores_before_[store];
      stores_before_[store++] = carried;
    }
  for (std::size_t l = 0; l < links_.size(); ++l) {
    Link& link = links_[l];
    const double bytes = Of(link.use.bytes, link.tier);
    if (link.known != Knowledge::kNone) link.use.peak = std::max(link.use.peak, Put(link_traffic_, link_use_, l, bytes, seconds, link.capacity));
    link.use.bytes = {};
  }
  for (std::size_t l = 0; l < leaves_.size(); ++l) {
    Leaf& leaf = leaves_[l];
    const double bytes = leaf.use.bytes.uplink();
    in_leaves_.Add(leaf.use.bytes, leaf.count);
    if (known_[leaf.system] != Knowledge::kNone) leaf.use.peak = std::max(leaf.use.peak, Put(leaf_traffic_, leaf_use_, l, bytes, seconds, leaf.uplinks));
    leaf.use.bytes = {};
  }
  for (std::size_t g = 0; nic_traffic_.valid() && g < groups_before_.size(); ++g) {
    const LoadGroup& group = site_.groups.groups[g];
    if (!group.port || known_[group.system] == Knowledge::kNone) continue;
    const power::LinkMeters& meters = group.port->links;
    const topology::System& system = site_.site.systems()[group.system];
    const double bytes = std::max(meters.sent - groups_before_[g].sent, meters.received - groups_before_[g].received);
    groups_before_[g] = meters;
    Put(nic_traffic_, nic_use_, g, bytes, seconds, NicRate(system) * group.port->accelerators / std::max(1u, system.accelerators));
  }
}

network::Traffic LinkRecord::Sent() const {
  network::Traffic sent;
  for (const auto& work : site_.works)
    for (const KindTraffic& kind : work->TrafficByKind()) sent.Add(kind.bytes);
  return sent;
}

void LinkRecord::CheckBalance() const {
  const network::Traffic sent = Sent();
  Balance ends("site.network.bytes"), ports("site.network.port_bytes"), leaves("site.network.leaf_bytes");
  ends.In(sent.sent);
  ends.Out(sent.received);
  ends.Assert(1e-9);
  ports.In(sent.scale_up + sent.sent + sent.up);
  for (const LoadGroup& g : site_.groups.groups)
    if (g.port) ports.Out(g.port->links.scale_up + g.port->links.sent + g.port->links.up);
  ports.Assert(1e-6);
  const auto bare = [](const topology::System& s) { return s.accelerators > 0 && s.fabric.leaves == 0; };
  if (leaves_.empty() || std::any_of(site_.site.systems().begin(), site_.site.systems().end(), bare)) return;
  leaves.In(sent.sent + sent.up);
  leaves.Out(in_leaves_.sent + in_leaves_.up);
  leaves.Assert(1e-6);
}

void LinkRecord::WriteTables() const {
  std::vector<std::string> name, workload, purpose;
  std::vector<std::int64_t> system, first, count;
  std::vector<std::uint8_t> tier, known;
  std::vector<double> links, capacity, bytes, mean, peak, accelerators, nic;
  const auto use = [&](const Use& u, double carries, Knowledge told) {
    known.push_back(static_cast<std::uint8_t>(told));
    if (told == Knowledge::kNone) carries = 0.0;
    bytes.push_back(told == Knowledge::kNone ? std::nan("") : u.total);
    mean.push_back(carries > 0.0 && seconds_ > 0.0 ? u.total / seconds_ / carries : std::nan(""));
    peak.push_back(carries > 0.0 ? u.peak : std::nan(""));
  };
  for (const Link& l : links_) {
    name.push_back(l.name);
    system.push_back(l.system);
    tier.push_back(l.tier);
    links.push_back(l.count);
    capacity.push_back(l.capacity);
    use(l.use, l.capacity, l.known);
  }
  recorder_.WriteTable({"/site/links",
                        "part",
                        {{"name", "", "as in link", name, {}},
                         {"system", "1", "row of /site/systems; -1: a store", system, {}},
                         {"tier", "1", "of the network", tier, kTiers},
                         {"count", "1", "links: of accelerators into their domain, NICs, cables", links, {}},
                         {"bandwidth", "byte s-1", "that all carry in one direction; 0: not told", capacity, {}},
                         {"bytes", "byte", "carried in the run, in the busier direction", bytes, {}},
                         {"mean", "1", "utilisation over the run", mean, {}},
                         {"peak", "1", "largest utilisation of a recording interval", peak, {}},
                         {"known", "1", "workloads that say what they send", known, kKnown}}});
  if (!leaves_.empty()) {
    for (auto* v : {&capacity, &bytes, &mean, &peak}) v->clear();
    known.clear();
    system.clear();
    for (const Leaf& l : leaves_) {
      system.push_back(l.system);
      first.push_back(l.first);
      count.push_back(l.count);
      accelerators.push_back(l.accelerators);
      nic.push_back(l.nic);
      capacity.push_back(l.uplinks);
      use(l.use, l.uplinks, known_[l.system]);
    }
    recorder_.WriteTable({"/site/leaves",
                          "part",
                          {{"system", "1", "row of /site/systems", system, {}},
                           {"first", "1", "number of the first leaf within the system, from 0; all rails of some nodes are one", first, {}},
                           {"count", "1", "leaves that do the same", count, {}},
                           {"accelerators", "1", "below one of them", accelerators, {}},
                           {"nic_bandwidth", "byte s-1", "of the NICs below one of them", nic, {}},
                           {"bandwidth", "byte s-1", "of the uplinks of one of them; 0: it has none", capacity, {}},
                           {"bytes", "byte", "over its uplinks in the run, in the busier direction", bytes, {}},
                           {"mean", "1", "utilisation of its uplinks over the run", mean, {}},
                           {"peak", "1", "largest utilisation of a recording interval", peak, {}},
                           {"known", "1", "workloads that say what they send", known, kKnown}}});
  }
  std::vector<double> scale_up, sent, up, core;
  for (std::size_t w = 0; w < site_.works.size(); ++w)
    for (const KindTraffic& kind : site_.works[w]->TrafficByKind()) {
      if (kind.bytes.empty()) continue;
      workload.push_back(site_.names[w]);
      purpose.push_back(kind.kind);
      scale_up.push_back(kind.bytes.scale_up);
      sent.push_back(kind.bytes.sent);
      up.push_back(kind.bytes.up);
      core.push_back(kind.bytes.core);
    }
  if (workload.empty()) return;
  recorder_.WriteTable({"/site/traffic",
                        "part",
                        {{"workload", "", "that sent", workload, {}},
                         {"purpose", "", "what for", purpose, {}},
                         {"scale_up", "byte", "sent within domains", scale_up, {}},
                         {"nic", "byte", "sent by NICs", sent, {}},
                         {"uplink", "byte", "of these, beyond the leaf", up, {}},
                         {"core", "byte", "of these, beyond the pod", core, {}}}});
}

/// What each link and leaf carried in the run, from what parts sent in all, so that the cadence of recording changes nothing.
void LinkRecord::AddUp() {
  for (const Part& part : parts_) Share(part, part.before);
  for (std::size_t l = 0; l < links_.size(); ++l) {
    Link& link = links_[l];
    const std::size_t stores = links_.size() - stores_before_.size();
    link.use.total = l < stores ? Of(link.use.bytes, link.tier) : stores_before_[l - stores];
  }
  for (Leaf& leaf : leaves_) leaf.use.total = leaf.use.bytes.uplink();
}

void LinkRecord::Finish(MetricSet* metrics) {
  if (links_.empty()) return;
  AddUp();
  CheckBalance();
  WriteTables();
  double nic = 0.0, nics = 0.0, up = 0.0, ups = 0.0, busiest = 0.0;
  for (const Link& l : links_) {
    if (l.known == Knowledge::kNone) continue;
    if (l.tier == kNic) nic += l.use.total, nics += l.capacity;
    if (l.tier == kUplink) up += l.use.total, ups += l.capacity;
  }
  for (const Leaf& l : leaves_)
    if (l.uplinks > 0.0 && known_[l.system] != Knowledge::kNone) busiest = std::max(busiest, l.use.total / l.uplinks);
  if (seconds_ <= 0.0 || parts_.empty()) return;
  if (nics > 0.0) metrics->Set("site.network.nic_utilisation", nic / nics / seconds_, "1");
  if (ups <= 0.0) return;
  metrics->Set("site.network.uplink_utilisation", up / ups / seconds_, "1");
  metrics->Set("site.network.busiest_leaf", busiest / seconds_, "1");
}

}  // namespace headroom::scenario
