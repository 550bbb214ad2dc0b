#include "models/serving/speculation.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "models/serving/deployment.h"
#include "sim/core/diagnostics.h"
#include "tests/models/serving/simple_operators.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

Speculation Drafts(std::uint32_t tokens, std::vector<double> acceptance, double share = 0.0) {
  Speculation s;
  s.tokens = tokens;
  s.acceptance = std::move(acceptance);
  s.draft = Draft::kShare;
  s.share = share;
  return s;
}

std::unique_ptr<IterationCost> Linear(const LinearTerms& terms, const Speculation& speculation,
                                      std::uint32_t sequences = 256) {
  EngineSettings e;
  e.max_sequences = sequences;
  e.max_tokens = 8192;
  e.graph_tokens = 0;
  auto cost = std::make_unique<IterationCost>(std::make_unique<SimpleOperators>(terms), e);
  cost->SetSpeculation(speculation);
  return cost;
}

struct Outcome {
  ReplicaCounters totals;
  double end = 0.0;  ///< mean finish
  std::uint64_t gaps = 0;
};

/// `n` requests of 10 prompt and `output` tokens at once on one replica.
Outcome Run(std::unique_ptr<IterationCost> cost, int n, std::uint32_t output,
            std::uint32_t blocks = 100000) {
  RequestTrace t;
  for (int i = 0; i < n; ++i) {
    t.arrival.push_back(0.0);
    t.input_tokens.push_back(10);
    t.output_tokens.push_back(output);
  }
  Engine engine;
  DeploymentParams p;
  p.name = "w";
  p.replica.kv_blocks = blocks;
  p.places.resize(1);
  Deployment d(engine, p, std::move(cost), MakeTraceSource(t, 1.0, kUnlimited));
  d.Start();
  engine.RunAll();
  REQUIRE(d.log().completed() == static_cast<std::uint64_t>(n));
  Outcome o{d.totals(), 0.0, d.gaps().count()};
  for (int i = 0; i < n; ++i) o.end += d.log().finish(i) / n;
  CHECK(o.totals.output_tokens == static_cast<std::uint64_t>(n) * output);
  CHECK(d.replica(0).kv().in_use() == 0);
  return o;
}

}  // namespace

// The prompt takes 8 + 10 ms and yields a token. Each iteration then drafts 3 tokens at 0.9 ms and
// checks 4 in 8 + 4 ms; all are kept, so the other 8 tokens take two of them.
TEST_CASE("drafts that are all kept yield k + 1 tokens an iteration", "[speculation]") {
  const Outcome o =
      Run(Linear({.per_iteration = 8e-3, .per_token = 1e-3}, Drafts(3, {1.0}, 0.1)), 1, 9);
  CHECK(o.end == Approx(18e-3 + 2 * (12e-3 + 3 * 0.9e-3)));
  CHECK(o.totals.iterations == 3);
  CHECK(o.totals.checks == 2);
  CHECK(o.totals.drafted == 6);
  CHECK(o.totals.accepted == 6);
  CHECK(o.gaps == 2);  // tokens that come together count once
}

TEST_CASE("drafts of which none is kept cost time and change nothing else", "[speculation]") {
  const Outcome o = Run(Linear({.per_iteration = 8e-3, .per_token = 1e-3}, Drafts(3, {0.0})), 1, 9);
  CHECK(o.end == Approx(18e-3 + 8 * 12e-3));
  CHECK(o.totals.accepted == 0);
}

// (1 - a^(k+1)) / (1 - a) of Leviathan et al. 2023, eq. 1: 2.7731 for a = 0.7, k = 4.
TEST_CASE("tokens per iteration are those of the closed form", "[speculation][theory]") {
  for (const double a : {0.5, 0.7, 0.9}) {
    const Speculation s = Drafts(4, {a});
    const double expected = (1.0 - std::pow(a, 5)) / (1.0 - a);
    CHECK(s.Expected(4) == Approx(expected));
    const Outcome o = Run(Linear({.per_iteration = 1e-3}, s), 40, 4000);
    const double measured =
        1.0 + static_cast<double>(o.totals.accepted) / static_cast<double>(o.totals.checks);
    CHECK(measured == Approx(expected).epsilon(0.01));
  }
  CHECK(Drafts(3, {0.8, 0.5}).Expected(3) == Approx(1 + 0.8 + 0.4 + 0.2));
  CHECK(Drafts(3, {0.8, 0.5}).Expected(1) == Approx(1.8));
}

// Plain T(n) = A + B n. An iteration with drafts takes (1 + k c) T(n) + B n k and yields E tokens a
// sequence, so both are equal at n = A (E - 1 - k c) / (B (1 + k + k c - E)) = 51.9.
TEST_CASE("speculation pays below the break-even batch and costs above it", "[speculation][theory]") {
  const LinearTerms terms{.per_iteration = 20e-3, .per_token = 0.25e-3};
  const double k = 4, c = 0.05, e = (1 - std::pow(0.7, 5)) / 0.3;
  const double even = 20.0 * (e - 1 - k * c) / (0.25 * (1 + k + k * c - e));
  CHECK(even == Approx(51.86).epsilon(1e-3));
  const Speculation drafts = Drafts(4, {0.7}, c);
  const auto cost = Linear(terms, drafts);
  const auto gain = [&](std::uint32_t n) {
    return e * cost->Decodes(n, 100 * n, 1.0).first.wall /
           cost->Mixed(0, 0, 0, {}, n, 100 * n, 1.0, {4, 0, 0.0}).wall;
  };
  CHECK(gain(51) > 1.0);
  CHECK(gain(52) < 1.0);
  CHECK(gain(1) == Approx(e * 20.25 / (20.25 * 1.2 + 1.0)));
  const auto end = [&](int n, const Speculation& s) { return Run(Linear(terms, s), n, 500).end; };
  CHECK(end(26, drafts) < 0.85 * end(26, {}));
  CHECK(end(104, drafts) > 1.15 * end(104, {}));
  Speculation limited = drafts;
  limited.max_batch = 52;  // nothing is drafted above it, as long as that many decode
  CHECK(end(104, limited) == Approx(end(104, {})).epsilon(1e-9));
}

TEST_CASE("a full cache drafts less before anything is preempted", "[speculation]") {
  // 10 + 54 tokens are 4 blocks of 16, and there are 4.
  const Outcome o = Run(Linear({.per_iteration = 10e-3}, Drafts(4, {1.0})), 1, 54, 4);
  CHECK(o.totals.preemptions == 0);
  const Outcome many = Run(Linear({.per_iteration = 10e-3}, Drafts(4, {0.6})), 8, 60, 12);
  CHECK(many.totals.preemptions > 0);
}

TEST_CASE("an n-gram draft costs nothing, a layer's a share, a model's its own time and prompts",
          "[speculation]") {
  const LinearTerms terms{.per_iteration = 8e-3, .per_token = 1e-3, .per_prefill_pair = 1e-5};
  Speculation s = Drafts(2, {0.5});
  const auto wall = [&](std::uint32_t prefill, const Speculation& with) {
    const auto cost = Linear(terms, with);
    return cost->Mixed(prefill, prefill > 0, prefill > 0, prefill > 0 ? cost->Prefill(prefill, prefill) : Cost{},
                       4, 400, 1.0, {2, 0, 0.0})
        .wall;
  };
  s.draft = Draft::kLookup;
  CHECK(wall(0, s) == Approx(8e-3 + 12e-3));
  s.draft = Draft::kLayer;
  s.layers = 4;
  CHECK(wall(0, s) == Approx(20e-3 + 2 * 12e-3 / 4));
  CHECK(wall(100, s) == Approx(120e-3 + 2 * 12e-3 / 4 + 1.25 * 0.1));
  s.draft = Draft::kModel;
  s.model = Linear({.per_iteration = 1e-3, .per_token = 0.1e-3}, {});
  CHECK(wall(0, s) == Approx(20e-3 + 2 * 1.4e-3));
  CHECK(wall(100, s) == Approx(120e-3 + 2 * 1.4e-3 + 0.1 + 11e-3));
}

TEST_CASE("published acceptance gives back the lengths that were measured",
          "[speculation][reference]") {
  CHECK_THROWS_WITH(FindPublishedAcceptance("x"),
                    "published acceptance is 'x'; known are deepseek-v4-pro-mtp, glm-5.2-mtp, "
                    "kimi-k2.5-eagle3, minimax-m3-eagle3");
  const char* shared = std::getenv("HEADROOM_SHARED");
  std::ifstream file((shared != nullptr ? std::string(shared) : std::string(HEADROOM_SOURCE_DIR "/../shared")) +
                     "/data/serving/inferencex_speculative_acceptance_length.csv");
  if (!file) {
    WARN("skipped: no shared data");
    return;
  }
  const std::pair<const char*, const char*> rows[] = {{"deepseek-v4-pro-mtp", "dsv4_mtp.yaml"},
                                                      {"glm-5.2-mtp", "glm5.2_mtp.yaml"},
                                                      {"kimi-k2.5-eagle3", "kimik2.5_eagle3.yaml"},
                                                      {"minimax-m3-eagle3", "minimaxm3_eagle3.yaml"}};
  int seen = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string name, model, mode, tokens, length;
    std::getline(fields, name, ','), std::getline(fields, model, ','), std::getline(fields, mode, ',');
    std::getline(fields, tokens, ','), std::getline(fields, length, ',');
    for (const auto& [ours, theirs] : rows)
      if (name == theirs && mode == "thinking_on") {
        const auto k = static_cast<std::uint32_t>(std::stoul(tokens));
        CHECK(Drafts(k, FindPublishedAcceptance(ours).Acceptance()).Expected(k) ==
              Approx(std::stod(length)).epsilon(0.04));
        ++seen;
      }
  }
  CHECK(seen == 32);
}

// Of two candidates one is kept with 1 - 0.5^2; N(2) = 2 + 4.
TEST_CASE("a tree of drafts is kept where any candidate is", "[speculation]") {
  Speculation s = Drafts(2, {0.5}, 0.1);
  s.tree = {2, 2};
  CHECK(s.Nodes(2) == 6);
  CHECK(s.Width(1) == 2);
  CHECK(s.Expected(2) == Approx(1 + 0.75 + 0.75 * 0.75));
  // 8 ms and 1 ms a token: 7 tokens are checked, after a pass of one candidate and one of two at a tenth of an iteration.
  const auto cost = Linear({.per_iteration = 0.008, .per_token = 0.001}, s);
  CHECK(cost->Mixed(0, 0, 0, {}, 1, 10, 1.0, {2, 0, 0.0}).wall == Approx(0.015 + 0.1 * (0.009 + 0.010)));
  s.share = 0.0;
  const Outcome o = Run(Linear({.per_iteration = 0.010}, s), 50, 400);
  const double steps = static_cast<double>(o.totals.checks);
  CHECK(1.0 + static_cast<double>(o.totals.accepted) / steps == Approx(s.Expected(2)).epsilon(0.02));
}
