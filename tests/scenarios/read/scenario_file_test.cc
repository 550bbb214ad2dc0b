#include "scenarios/read/scenario_file.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/read/temp_folder.h"

using namespace headroom;
using namespace headroom::scenario;

namespace {

const char* const kSmall =
    "schema: 1\n"
    "site:\n"
    "  systems:\n"
    "    - {name: pod, type: dgx-h100, count: 4}\n"
    "workloads:\n"
    "  - name: pretrain\n"
    "    train: {model: llama-3.1-8b, sequence: 4096, global_batch: 64, steps: 2}\n";

std::string ErrorOf(const test::TempFolder& folder, const std::string& text,
                    const LoadOptions& options = {}) {
  try {
    Load(folder.Write("a.yaml", text), options);
  } catch (const ConfigError& e) {
    return folder.Cut(e.what());
  }
  return "";
}

}  // namespace

TEST_CASE("a ten-line scenario is filled from defaults", "[load]") {
  const test::TempFolder folder;
  const LoadedScenario loaded = Load(folder.Write("a.yaml", kSmall), {});
  CHECK(loaded.scenario.seed() == 1);
  CHECK(loaded.scenario.site().cooling().rack_supply() == Approx(305.15));
  CHECK(loaded.scenario.workloads(0).train().parallelism().tp() == 1);
  CHECK(loaded.scenario.workloads(0).train().model().name() == "llama-3.1-8b");
  CHECK_FALSE(loaded.scenario.workloads(0).train().model().has_gated_ffn());
  CHECK(loaded.places.Find("workloads[pretrain].train.sequence").line == 7);
  CHECK_FALSE(loaded.places.Written("seed"));
  CHECK(loaded.folder + "/a.yaml" == folder.Path("a.yaml"));
  CHECK(loaded.resolved.find("rack_supply: 32 degC") != std::string::npos);
}

TEST_CASE("a variant takes something out of its file before its changes are laid on it", "[load][remove]") {
  const test::TempFolder folder;
  const std::string text =
      std::string(kSmall) +
      "variants:\n  bad: {remove: [site.fabric, \"site.systems[none]\"]}\n"
      "  row: {remove: [\"site.systems[pod]\"], site: {systems: [{name: row, type: dgx-h100, count: 2}]}}\n";
  LoadOptions options;
  options.variant = "bad";
  CHECK(ErrorOf(folder, text, options) ==
        "a.yaml:9:18: remove[0]: 'site.fabric' is not in what this is laid on: there is no such key\n"
        "a.yaml:9:31: remove[1]: 'site.systems[none]' is not in what this is laid on: no element 'none'; known are pod");
  options.variant = "row";
  const LoadedScenario loaded = Load(folder.Write("b.yaml", text), options);
  REQUIRE(loaded.scenario.site().systems_size() == 1);
  CHECK(loaded.scenario.site().systems(0).name() == "row");
}

TEST_CASE("a variant's changes lie on the file, overrides on both", "[load]") {
  const test::TempFolder folder;
  const std::string text =
      std::string(kSmall) +
      "variants:\n  big: {site: {systems: [{name: pod, count: 8}]}, seed: 5}\n  hot: {seed: 6}\n";
  const std::string path = folder.Write("a.yaml", text);
  CHECK(Load(path, {}).scenario.site().systems(0).count() == 4);
  LoadOptions options;
  options.variant = "big";
  CHECK(Load(path, options).scenario.site().systems(0).count() == 8);
  CHECK(Load(path, options).scenario.site().systems(0).type() == "dgx-h100");
  options.overrides = {"seed=7", "workloads[pretrain].train.parallelism={tp: 8, pp: 2}",
                       "name=a=b"};
  const LoadedScenario loaded = Load(path, options);
  CHECK(loaded.scenario.seed() == 7);
  CHECK(loaded.scenario.name() == "a=b");
  CHECK(loaded.scenario.workloads(0).train().parallelism().pp() == 2);
  CHECK(loaded.places.Find("seed").file == "--set");

  options.variant = "bg";
  CHECK(ErrorOf(folder, text, options) ==
        "a.yaml:9:3: variants: no variant 'bg'; known are big, hot");
  CHECK(ErrorOf(folder, kSmall, options) ==
        "a.yaml:1:1: variants: no variant 'bg'; the file has none");
  CHECK(ErrorOf(folder, std::string(kSmall) + "variants: [1]\n") ==
        "a.yaml:8:11: variants: a map of names and their changes is due");
  CHECK(ErrorOf(folder, std::string(kSmall) + "variants: {x: 1}\n") ==
        "a.yaml:8:15: variants.x: a map of changes is due");
}

TEST_CASE("an override that is none or goes wrong is refused", "[load]") {
  const test::TempFolder folder;
  LoadOptions options;
  options.overrides = {"seed"};
  CHECK(ErrorOf(folder, kSmall, options) == "--set: 'seed' is not PATH=VALUE");
  options.overrides = {"run.duration=5"};
  CHECK(ErrorOf(folder, kSmall, options) ==
        "--set: run.duration: 5 is a bare number; write a unit, for example 5 h");
  options.overrides = {"run.duraton=5 h"};
  CHECK(ErrorOf(folder, kSmall, options) ==
        "--set: run.duraton: unknown key; did you mean 'duration'?");
}

TEST_CASE("a sweep is refused by name", "[load]") {
  const test::TempFolder folder;
  CHECK(ErrorOf(folder, "schema: 1\nbase: x.yaml\nvary: []\n") ==
        "a.yaml:2:1: this is a sweep, not a scenario; `headroom sweep run` runs it");
}

TEST_CASE("sheets are taken from the file or from files beside it", "[load][catalog]") {
  const test::TempFolder folder;
  folder.Write("sheets/tiny.yaml",
               "llm: {name: tiny, layers: 2, hidden: 64, heads: 4, ffn_hidden: 128, vocab: 1000}\n"
               "sources: {\"*\": assumed}\n");
  LoadOptions options;
  options.catalog_names = [](const std::string& kind) {
    return std::vector<std::string>{kind == "node" ? "dgx-h100" : kind + "-x"};
  };
  const std::string scenario =
      "schema: 1\nsite: {systems: [{name: pod, type: dgx-h100, count: 4}]}\n"
      "workloads: [{name: a, train: {model: tiny, sequence: 8, global_batch: 8, steps: 1}}]\n";
  CHECK(ErrorOf(folder, scenario, options) ==
        "a.yaml:3:38: workloads[a].train.model: no llm named 'tiny' in the catalog");
  const LoadedScenario loaded = Load(
      folder.Write("b.yaml", scenario + "catalog: [sheets/tiny.yaml, {llm: {name: own, layers: 1}, "
                                        "sources: {layers: assumed}}]\n"),
      options);
  REQUIRE(loaded.scenario.catalog_size() == 2);
  CHECK(loaded.scenario.catalog(0).llm().hidden() == 64);
  CHECK(loaded.scenario.catalog(0).llm().gated_ffn());
  CHECK(loaded.places.Find("catalog[0].llm.layers").file == folder.Path("sheets/tiny.yaml"));
  CHECK(ErrorOf(folder, scenario + "catalog: [gone.yaml]\n", options) ==
        "a.yaml:4:11: cannot read gone.yaml: No such file or directory");
}

TEST_CASE("mistakes of includes, keys and rules come at once, in order of place", "[load]") {
  const test::TempFolder folder;
  folder.Write("site.yaml",
               "schema: 1\nsite:\n  systems:\n    - {name: pod, type: dgx-h100, count: 0}\n");
  CHECK(ErrorOf(folder,
                "include: site.yaml\nworkloads:\n"
                "  - {name: a, train: {model: m, sequnce: 8, global_batch: 8}}\n"
                "  - {name: a, collective: {operation: all-reduce, sizes: [1 GB]}}\n") ==
        "a.yaml:3:33: workloads[a].train.sequnce: unknown key; did you mean 'sequence'?\n"
        "a.yaml:4:12: workloads[1].name: 'a' is the name of two, first on line 3\n"
        "site.yaml:4:42: site.systems[pod].count: 0 is too small; it must be at least 1");
}
