#include <catch2/catch.hpp>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <sstream>

#include "models/scheduling/fair_tree.h"
#include "models/scheduling/multifactor.h"
#include "models/scheduling/node_score.h"
#include "models/scheduling/outside_capacity.h"
#include "models/scheduling/proportion.h"
#include "models/scheduling/quota_tree.h"
#include "models/scheduling/topology_fit.h"
#include "models/scheduling/victims.h"
#include "tests/validation/scheduling/shared_table.h"

namespace headroom::validation {
namespace {

using namespace scheduling;

/// The `n`-th number in `text`, from 0.
double NumberIn(const std::string& text, std::size_t n = 0) {
  std::vector<double> all;
  for (std::size_t i = 0; i < text.size();) {
    const bool starts = std::isdigit(static_cast<unsigned char>(text[i])) && (i == 0 || !std::isalpha(static_cast<unsigned char>(text[i - 1])));
    if (!starts) {
      ++i;
      continue;
    }
    std::size_t used = 0;
    all.push_back(std::stod(text.substr(i), &used));
    i += used;
  }
  return all.at(n);
}

using Check = std::function<void(const std::string& input, const std::string& expected)>;

QuotaTree::Node Leaf(std::uint32_t parent, std::vector<double> nominal, double weight = 1.0) {
  QuotaTree::Node n;
  n.parent = parent;
  n.weight = weight;
  for (const double q : nominal) n.quotas.push_back({q, kNoLimit, kNoLimit});
  return n;
}

/// A cohort without quota (0) over queues of the given nominal quotas (1, 2 ...).
QuotaTree Cohort(std::vector<std::vector<double>> nominal, std::vector<std::uint32_t> resource_of, double weight = 1.0) {
  std::vector<QuotaTree::Node> nodes{Leaf(QuotaTree::kRoot, std::vector<double>(resource_of.size(), 0.0))};
  for (auto& q : nominal) nodes.push_back(Leaf(0, std::move(q), nodes.size() == 1 ? weight : 1.0));
  return QuotaTree(std::move(nodes), std::move(resource_of));
}

void SlurmFairTree(const std::string&, const std::string& expected) {
  // root, A, B, A: u1, u2, B: u3
  const auto f = FairTree({{}, {0, 40, 0.6, false}, {0, 60, 0.4, false}, {1, 1, 0.45, true}, {1, 1, 0.15, true}, {2, 1, 0.4, true}}, false);
  CHECK(f[5] == Approx(NumberIn(expected, 0)));
  CHECK(f[4] == Approx(NumberIn(expected, 1)));
  CHECK(f[3] == Approx(NumberIn(expected, 2)).epsilon(1e-5));
}

void SlurmTie(const std::string&, const std::string& expected) {
  REQUIRE(expected.starts_with("both 1.0"));
  const auto f = FairTree({{}, {0, 1, 0.5, true}, {0, 1, 0.5, true}}, false);
  CHECK(f[1] == 1.0);
  CHECK(f[2] == 1.0);
  const auto three = FairTree({{}, {0, 1, 0.25, true}, {0, 1, 0.25, true}, {0, 1, 0.5, true}}, false);
  CHECK(three[3] == Approx(1.0 / 3.0));  // the next rank skips
}

void KueueAvailable(const std::string& input, const std::string& expected) {
  simdjson::dom::parser parser, answer_parser;
  const simdjson::dom::element in = parser.parse(simdjson::padded_string(input));
  std::vector<QuotaTree::Node> nodes;
  std::map<std::string, std::uint32_t> index;
  for (const simdjson::dom::element node : in["nodes[name,parent,nominal,borrowingLimit,lendingLimit,isCQ]"].get_array()) {
    const simdjson::dom::array cells = node.get_array();
    const auto limit = [&](std::size_t i) { return cells.at(i).is_null() ? kNoLimit : cells.at(i).get_double().value(); };
    QuotaTree::Node n;
    if (!cells.at(1).is_null()) n.parent = index.at(std::string(cells.at(1).get_string().value()));
    n.quotas = {{cells.at(2).get_double(), limit(3), limit(4)}};
    index[std::string(cells.at(0).get_string().value())] = static_cast<std::uint32_t>(nodes.size());
    nodes.push_back(std::move(n));
  }
  QuotaTree tree(std::move(nodes), {0});
  for (const auto& [name, usage] : in["usage"].get_object()) tree.AddUsage(index.at(std::string(name)), usage.get_double());
  const simdjson::dom::element answer = answer_parser.parse(simdjson::padded_string(expected));
  int checked = 0;
  for (const auto& [name, value] : answer["available"].get_object()) {
    CHECK(std::max(0.0, tree.Available(index.at(std::string(name)))) == value.get_double().value());
    ++checked;
  }
  for (const auto& [name, value] : answer["potentialAvailable"].get_object()) {
    CHECK(tree.Potential(index.at(std::string(name))) == value.get_double().value());
    ++checked;
  }
  CHECK(checked >= 2);
}

/// Usage at queue 1, then its share with `extra`.
void Share(QuotaTree tree, const std::vector<double>& usage, double expected, const std::vector<double>& extra = {}) {
  for (std::size_t k = 0; k < usage.size(); ++k) tree.AddUsage(1, usage[k], k);
  CHECK(tree.DominantShare(1, extra) == expected);
}

void Tas(const std::string& input, const std::string& expected) {
  simdjson::dom::parser parser, answer_parser;
  const simdjson::dom::element in = parser.parse(simdjson::padded_string(input));
  const auto levels = static_cast<std::size_t>(in["levels"].get_int64().value());
  const std::int64_t pod = in["pod_mCPU"].get_int64();
  std::map<std::string, std::int64_t> leaf_capacity;
  for (const auto& [path, capacity] : in["tree(host=milliCPU)"].get_object()) {
    std::string name(path);
    if (levels == 2) name = name.substr(0, name.rfind('/'));
    leaf_capacity[name] += capacity.get_int64().value();
  }
  TopologyTree tree;
  tree.levels.resize(levels);
  std::vector<std::map<std::string, std::uint32_t>> index(levels);
  for (const auto& [path, capacity] : leaf_capacity) {
    std::size_t end = 0;
    std::uint32_t parent = 0;
    for (std::size_t level = 0; level < levels; ++level) {
      end = path.find('/', end + (level > 0));
      const std::string name = path.substr(0, end);
      const auto [it, fresh] = index[level].emplace(name, static_cast<std::uint32_t>(tree.levels[level].size()));
      if (fresh) {
        tree.levels[level].push_back({name, level + 1 == levels ? capacity / pod : 0, {}});
        if (level > 0) tree.levels[level - 1][parent].children.push_back(it->second);
      }
      parent = it->second;
    }
  }
  tree.Sum();
  const std::string mode(in["mode"].get_string().value());
  const TopologyFit fit = FitTopology(tree, mode == "required"    ? TopologyMode::kRequired
                                            : mode == "preferred" ? TopologyMode::kPreferred
                                                                  : TopologyMode::kUnconstrained,
                                      static_cast<std::size_t>(in["level_index"].get_int64().value()), in["pods"].get_int64());
  const simdjson::dom::array answer = answer_parser.parse(simdjson::padded_string(expected)).get_array();
  if (answer.at(0).is_string()) {
    CHECK(fit.shares.empty());
    CHECK(fit.fits == answer.at(1).get_int64().value());
    return;
  }
  std::map<std::string, std::int64_t> got, wanted;
  for (const TopologyShare& s : fit.shares) {
    const std::string& name = tree.levels.back()[s.leaf].name;
    got[levels == 3 ? name.substr(name.rfind('/') + 1) : name] = s.pods;
  }
  for (const simdjson::dom::element pair : answer)
    wanted[std::string(pair.at(0).get_string().value())] = pair.at(1).get_int64();
  CHECK(got == wanted);
}

double Score(int node, const Resources& pod, const Resources& weights, double weight) {
  const Resources capacity[] = {{{"cpu", 2}, {"mem", 4}}, {{"cpu", 4}, {"mem", 16}, {"gpu", 4}}, {{"cpu", 2}, {"mem", 4}, {"foo", 16}}};
  const Resources used[] = {{{"cpu", 1}, {"mem", 1}}, {}, {{"cpu", 1.5}}};
  return BinpackScore(pod, used[node], capacity[node], weights, weight);
}

/// Scores of the nodes that the row names ("n1 700; n2 137.5").
void Binpack(const Resources& pod, const std::string& input, const std::string& expected) {
  const bool first = input.find("weight10") != std::string::npos;
  const Resources weights = first ? Resources{{"cpu", 2}, {"mem", 3}, {"gpu", 7}, {"foo", 8}} : Resources{{"cpu", 1}, {"mem", 1}, {"gpu", 23}};
  std::istringstream parts(expected);
  for (std::string part; std::getline(parts, part, ';');) {
    const std::size_t at = part.find('n');
    CHECK(Score(part[at + 1] - '1', pod, weights, first ? 10.0 : 1.0) == Approx(std::stod(part.substr(at + 3))));
  }
}

std::map<std::string, Check> Checks() {
  using S = const std::string&;
  const Resources p1{{"cpu", 1}, {"mem", 1}}, p2{{"cpu", 1.5}, {"mem", 0}}, p3{{"cpu", 2}, {"mem", 10}, {"gpu", 2}}, p4{{"cpu", 3}, {"mem", 4}, {"foo", 3}};
  const double week = 604800.0;
  std::map<std::string, Check> c;
  c["decay factor per second, PriorityDecayHalfLife=7d"] = [=](S, S e) { CHECK(DecayPerSecond(week) == Approx(NumberIn(e)).margin(5e-13)); };
  c["usage after exactly one half-life"] = [=](S, S e) { CHECK(std::pow(DecayPerSecond(week), week) == Approx(NumberIn(e)).margin(5e-10)); };
  c["usage after one 5-min recalculation"] = [=](S, S e) { CHECK(std::pow(DecayPerSecond(week), 300.0) == Approx(NumberIn(e)).margin(5e-13)); };
  const JobSize size{10, 320, 100, 3200, 60};
  c["job size, favor large"] = [=](S, S e) { CHECK(SizeFactor(SizeRule::kLarge, size) == Approx(NumberIn(e))); };
  c["job size, PriorityFavorSmall"] = [=](S, S e) { CHECK(SizeFactor(SizeRule::kSmall, size) == Approx(NumberIn(e))); };
  c["job size, SMALL_RELATIVE_TO_TIME"] = [=](S, S e) { CHECK(SizeFactor(SizeRule::kRelativeToTime, size) == Approx(NumberIn(e)).margin(5e-10)); };
  c["multifactor sum"] = [](S, S e) {
    CHECK(PriorityOf({1000, 10000, 1000, 2000, 0}, {0.5, 0.25, 0.1, 0.5, 0}, 100) == Approx(NumberIn(e)));
  };
  c["fair tree ranks"] = SlurmFairTree;
  c["fair tree tie"] = SlurmTie;

  const std::string drs = "dominant resource share: ";
  c[drs + "no cohort"] = [](S, S e) {
    QuotaTree tree({Leaf(QuotaTree::kRoot, {2000, 5})}, {0, 1});
    tree.AddUsage(0, 1, 0);
    tree.AddUsage(0, 2, 1);
    CHECK(tree.DominantShare(0) == NumberIn(e));
  };
  c[drs + "below nominal"] = [](S, S e) { Share(Cohort({{2, 5}, {8, 5}}, {0, 1}), {1, 2}, NumberIn(e)); };
  c[drs + "above nominal"] = [](S, S e) { Share(Cohort({{2, 5}, {8, 5}}, {0, 1}), {3, 7}, NumberIn(e)); };
  c[drs + "slightly above, ceil"] = [](S, S e) { Share(Cohort({{500}, {1000}}, {0}), {501}, NumberIn(e)); };
  c[drs + "weight 300"] = [](S, S e) { Share(Cohort({{500}, {1000}}, {0}, 300), {800}, NumberIn(e)); };
  c[drs + "with workload"] = [](S, S e) { Share(Cohort({{2, 5}, {8, 5}}, {0, 1}), {1, 2}, NumberIn(e), {4, 4}); };
  c[drs + "multiple flavors"] = [](S, S e) { Share(Cohort({{20, 80}, {100, 0}}, {0, 0}), {15, 5}, NumberIn(e), {10, 0}); };
  c[drs + "weight 2"] = [](S, S e) { Share(Cohort({{5}, {5}}, {0}, 2), {7}, NumberIn(e)); };
  c[drs + "weight 0.5"] = [](S, S e) { Share(Cohort({{5}, {5}}, {0}, 0.5), {7}, NumberIn(e)); };
  c[drs + "weight 0"] = [](S, S e) {
    REQUIRE(e.starts_with("infinite"));
    Share(Cohort({{5}, {10}}, {0}, 0), {7}, kNoLimit);
  };
  const auto nested = [](double queue, double root) {
    return [=](S, S e) {
      QuotaTree tree({Leaf(QuotaTree::kRoot, {root}), Leaf(0, {0}, 2), Leaf(1, {queue})}, {0});
      tree.AddUsage(2, 10);
      CHECK(tree.DominantShare(2) == NumberIn(e, 0));
      CHECK(tree.DominantShare(1) == NumberIn(e, 1));
    };
  };
  c[drs + "cohort share"] = nested(5, 45);
  c[drs + "root only quota"] = nested(0, 50);
  const auto doc = [](QuotaTree::Quota a, QuotaTree::Quota b) {
    return [=](S, S e) {
      QuotaTree::Node cohort = Leaf(QuotaTree::kRoot, {0}), team_a, team_b;
      team_a.parent = team_b.parent = 0;
      team_a.quotas = {a};
      team_b.quotas = {b};
      CHECK(QuotaTree({cohort, team_a, team_b}, {0}).Available(1) == NumberIn(e));
    };
  };
  c["doc example cohort"] = doc({9, kNoLimit, kNoLimit}, {12, kNoLimit, kNoLimit});
  c["doc example borrowingLimit"] = doc({9, 1, kNoLimit}, {12, kNoLimit, kNoLimit});
  c["doc example lendingLimit"] = doc({9, kNoLimit, kNoLimit}, {12, kNoLimit, 1});

  c["binpack p1 1c/1Gi"] = c["binpack p1"] = [=](S i, S e) { Binpack(p1, i, e); };
  c["binpack p2 1.5c/0"] = c["binpack p2"] = [=](S i, S e) { Binpack(p2, i, e); };
  c["binpack p3 2c/10Gi/2gpu"] = c["binpack p3"] = [=](S i, S e) { Binpack(p3, i, e); };
  c["binpack p4"] = [=](S i, S e) { Binpack(p4, i, e); };
  c["proportion deserved"] = [](S, S e) {
    const auto d = Deserved(100, {{1, 10}, {2, 100}, {1, 100}});
    for (std::size_t i = 0; i < 3; ++i) CHECK(d[i] == Approx(NumberIn(e, i)));
  };
  c["hdrf rescaling"] = [](S, S e) {
    REQUIRE(e == "pg1 5c5G, pg21 5c, pg22 5G");
    std::vector<HdrfNode> n(5);
    n[1] = {0, 50, {1, 1}, 10, {}};  // sci: pg1
    n[2] = {0, 50, {}, 0, {}};       // eng
    n[3] = {2, 1, {1, 0}, 10, {}};   // eng/dev: pg21
    n[4] = {2, 1, {0, 1}, 10, {}};   // eng/prod: pg22
    ShareHierarchically({10, 10}, &n);
    CHECK(n[1].allocated == std::vector<double>{5, 5});
    CHECK(n[3].allocated == std::vector<double>{5, 0});
    CHECK(n[4].allocated == std::vector<double>{0, 5});
  };
  c["preemption node pick"] = [](S i, S e) {
    const auto pods = [](std::vector<std::int32_t> priorities) {
      std::vector<Victim> out;
      for (const std::int32_t p : priorities) out.push_back({0, p, 1, 0, false});
      return out;
    };
    const bool first = i.find("{10}") != std::string::npos;
    CHECK(PickNode({first ? pods({10}) : pods({5}), first ? pods({5, 5, 5}) : pods({5, 5})}) == (e[0] == 'A' ? 0u : 1u));
  };
  c["reprieve"] = [](S, S e) {
    REQUIRE(e.starts_with("victims v2,v3"));
    bool fits = false;
    const auto out = Reprieve(0, 2, 10, {{1, 5, 2, 0, false}, {2, 3, 1, 0, false}, {3, 1, 1, 0, false}}, &fits);
    CHECK(fits);
    REQUIRE(out.size() == 2);
    CHECK(out[0].id == 2);
    CHECK(out[1].id == 3);
  };
  c["Conservative upscaling"] = [](S, S e) {
    CHECK(WorkersToLaunch(Upscaling::kConservative, 4, 0, 20) == static_cast<std::uint32_t>(NumberIn(e)));
    CHECK(WorkersToLaunch(Upscaling::kConservative, 4, 4, 20) == 0);
  };
  c["cost target"] = [](S, S e) { CHECK(CandidateCost(3, 5 * 3600, 2, 0, 0) == NumberIn(e)); };
  c["cost target with reservation"] = [](S, S e) { CHECK(CandidateCost(3, 5 * 3600, 2, 1, 0) == NumberIn(e)); };
  return c;
}

}  // namespace

TEST_CASE("every row of the semantic vectors", "[scheduling]") {
  const auto table = SharedTable::Read("semantic_vectors.csv");
  if (!table) return;
  const std::map<std::string, Check> checks = Checks();
  for (std::size_t row = 0; row < table->size(); ++row) {
    const std::string& name = table->text(row, "case");
    INFO("row " << row << ": " << table->text(row, "system") << ", " << name);
    const std::string &input = table->text(row, "input"), &expected = table->text(row, "expected");
    if (table->text(row, "system") == "kueue-tas") {
      Tas(input, expected);
    } else if (name.starts_with("available/potentialAvailable")) {
      KueueAvailable(input, expected);
    } else {
      const auto check = checks.find(name);
      if (check == checks.end()) FAIL_CHECK("no check for this row");
      else check->second(input, expected);
    }
  }
  CHECK(table->size() == 63);
}

}  // namespace headroom::validation
