#include "scenarios/read/scenario_rules.h"

#include <catch2/catch.hpp>

#include "sim/config/reader.h"

using namespace headroom;

namespace {

std::string ErrorOf(const std::string& text) {
  schema::Scenario scenario;
  config::SourceMap places;
  Diagnostics diagnostics;
  config::Read(config::ParseYaml(text, "a"), &scenario, {}, &places, &diagnostics);
  scenario::CheckRules(scenario, places, &diagnostics);
  std::string out;
  for (const Finding& f : diagnostics.errors()) out += (out.empty() ? "" : "\n") + f.Text();
  return out;
}

const std::string kHead = "schema: 1\nsite: {systems: [{name: pod, type: dgx-h100, count: 4}]}\n";

std::string Train(const std::string& more) {
  return ErrorOf(kHead + "workloads: [{name: a, train: {sequence: 8, global_batch: 8, steps: 1, " +
                 more + "}}]\n");
}

std::string Serve(const std::string& more) {
  return ErrorOf(kHead + "workloads: [{name: a, serve: {model: m, " + more + "}}]\n");
}

}  // namespace

TEST_CASE("names are unique words", "[rules]") {
  CHECK(
      ErrorOf("schema: 1\nsite:\n  systems:\n    - {name: pod, type: t, count: 4}\n    - {name: "
              "pod, type: t, count: 4}\n"
              "workloads:\n  - {name: a b, train: {model: m, sequence: 8, global_batch: 8, steps: "
              "1}}\n") ==
      "a:5:14: site.systems[1].name: 'pod' is the name of two, first on line 4\n"
      "a:7:12: workloads[a b].name: 'a b' is not a name; letters, digits, - _ . may stand in it");
  CHECK(ErrorOf(kHead +
                "workloads: [{name: 'a[b]', train: {model: m, sequence: 8, global_batch: 8, "
                "steps: 1}}]\n") ==
        "a:3:20: workloads[0].name: 'a[b]' is not a name; letters, digits, - _ . may stand in it");
}

TEST_CASE("a workload is of exactly one kind", "[rules]") {
  CHECK(ErrorOf(kHead + "workloads: [{name: a}]\n") ==
        "a:3:13: workloads[a]: one of train, serve, collective, jobs, trace is due");
  CHECK(ErrorOf(kHead + "workloads: [{name: a, train: {model: m, sequence: 8, global_batch: 8, "
                        "steps: 1}, collective: "
                        "{operation: all-reduce, sizes: [1 GB]}}]\n") ==
        "a:3:82: workloads[a].collective: only one of train, serve, collective, jobs, trace may "
        "stand here, "
        "and train does on line 3");
}

TEST_CASE("a wet bulb is not above the dry bulb", "[rules]") {
  CHECK(ErrorOf(
            "schema: 1\nrun: {duration: 1 h}\nsite:\n  systems: [{name: pod, type: t, count: 4}]\n"
            "  cooling: {weather: {wet_bulb: 30 degC}}\n") ==
        "a:5:33: site.cooling.weather.wet_bulb: 30 degC is more than dry_bulb, which is 25 degC");
}

TEST_CASE("a model without a name says its dimensions, and they fit each other", "[rules]") {
  CHECK(Train("model: {layers: 2}") ==
        "a:3:78: workloads[a].train.model.hidden: this key is missing; a model without a name "
        "needs it\n"
        "a:3:78: workloads[a].train.model.heads: this key is missing; a model without a name needs "
        "it\n"
        "a:3:78: workloads[a].train.model.vocab: this key is missing; a model without a name needs "
        "it\n"
        "a:3:78: workloads[a].train.model.ffn_hidden: this key is missing; a model without a name "
        "needs it");
  CHECK(Train("model: {layers: 2, hidden: 64, heads: 6, kv_heads: 4, ffn_hidden: 8, vocab: 9}") ==
        "a:3:122: workloads[a].train.model.kv_heads: 4 does not divide heads, which is 6\n"
        "a:3:109: workloads[a].train.model.heads: 6 does not divide hidden, which is 64; write "
        "head_dim");
  CHECK(Train("model: {layers: 2, hidden: 64, heads: 6, head_dim: 10, ffn_hidden: 8, vocab: 9}") ==
        "");
  CHECK(Train("model: {layers: 2, hidden: 64, heads: 4, vocab: 9, moe: {experts: 8, "
              "experts_per_token: 2, "
              "expert_ffn_hidden: 16}}") == "");
}

TEST_CASE("a layout has an entry for each chunk, and 1f1b one chunk on a rank", "[rules]") {
  CHECK(Train("model: m, parallelism: {pp: 4, virtual_stages: 2}, layout: [1, 2, 3]") ==
        "a:3:130: workloads[a].train.layout: 3 entries for 8 chunks (pp 4 x virtual_stages 2)");
  CHECK(Train("model: m, parallelism: {pp: 4, virtual_stages: 2}, pipeline: 1f1b") ==
        "a:3:132: workloads[a].train.pipeline: 1f1b has one chunk of layers on a rank, and "
        "virtual_stages is 2");
}

TEST_CASE("a pipeline's schedule needs a pipeline", "[rules]") {
  for (const std::string word : {"gpipe", "zero-bubble", "zbv", "v-half", "v-min", "dualpipe"})
    CHECK_THAT(Train("model: m, pipeline: " + word), Catch::Contains("train.pipeline: is " + word + ", which orders the passes of a pipeline, and parallelism.pp is 1"));
  CHECK(Train("model: m, pipeline: 1f1b") == "");
  CHECK(Train("model: m, pipeline: zbv, parallelism: {pp: 2, virtual_stages: 2}") == "");
}

TEST_CASE("requests come from a trace with its format, or are fully synthetic", "[rules]") {
  CHECK(Serve("requests: {}") ==
        "a:3:51: workloads[a].serve.requests: trace is due, or arrival, prompt_tokens and "
        "output_tokens");
  CHECK(Serve("requests: {trace: t.csv}") ==
        "a:3:51: workloads[a].serve.requests.format: this key is missing; a trace needs it");
  CHECK(Serve("requests: {count: 5, arrival: {poisson: 1 /s}}") ==
        "a:3:51: workloads[a].serve.requests.prompt_tokens: this key is missing; synthetic "
        "requests need it\n"
        "a:3:51: workloads[a].serve.requests.output_tokens: this key is missing; synthetic "
        "requests need it");
  CHECK(Serve("requests: {trace: t.csv, format: azure-llm, arrival: {poisson: 1 /s}}") ==
        "a:3:59: workloads[a].serve.requests.trace: requests come from a trace or are synthetic "
        "(arrival, prompt_tokens, output_tokens), not both");
  CHECK(Serve("requests: {count: 5, arrival: {poisson: 1 /s}, prompt_tokens: {fixed: 8}, "
              "output_tokens: "
              "{uniform: {from: 9, to: 8}}}") ==
        "a:3:147: workloads[a].serve.requests.output_tokens.uniform.from: 9 is more than to, which "
        "is 8");
}

TEST_CASE("a sheet has one name among its kind", "[rules]") {
  CHECK(ErrorOf(kHead + "run: {duration: 1 h}\ncatalog:\n"
                        "  - {llm: {name: m}, sources: {a: b}}\n"
                        "  - {tower: {name: m, capacity: 1 kW, fan_power: 1 kW, pump_power: 1 kW}, "
                        "sources: {a: b}}\n"
                        "  - {llm: {name: m}, sources: {a: b}}\n") ==
        "a:7:18: catalog[2].llm.name: a second sheet of llm 'm', after catalog[0]");
}

TEST_CASE("a run ends by itself or has a duration", "[rules]") {
  CHECK(ErrorOf(kHead) ==
        "a:1:1: run.duration: this key is missing; there are no workloads to end the run");
  CHECK(ErrorOf(kHead +
                "workloads: [{name: a, train: {model: m, sequence: 8, global_batch: 8}}]\n") ==
        "a:1:1: run.duration: this key is missing; no workload ends by itself");
  CHECK(ErrorOf(kHead + "run: {duration: 2 h}\n") == "");
  CHECK(ErrorOf(kHead +
                "workloads: [{name: a, collective: {operation: all-reduce, sizes: [1 GB]}}]\n") ==
        "");
}

TEST_CASE("rules about what is absent wait until everything is spelt right", "[rules]") {
  CHECK(Serve("requests: {trac: t.csv}") ==
        "a:3:52: workloads[a].serve.requests.trac: unknown key; did you mean 'trace'?");
}
