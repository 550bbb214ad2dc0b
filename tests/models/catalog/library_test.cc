#include "models/catalog/library.h"

#include <google/protobuf/util/message_differencer.h>
#include <catch2/catch.hpp>

#include <algorithm>

#include "models/catalog/sheet_text.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::catalog;
using Catch::Matchers::Contains;
using google::protobuf::util::MessageDifferencer;

TEST_CASE("values are held in SI, data in bytes, rates in bytes per second", "[catalog]") {
  const Library library;
  const Accelerator& a100 = library.accelerator("a100-80g");
  CHECK(a100.peak().bf16() == 312e12);
  CHECK(a100.memory().capacity() == 80e9);
  CHECK(a100.memory().bandwidth() == 2.039e12);
  CHECK(a100.tdp() == 400.0);
  CHECK(a100.multiprocessors() == 108);
  CHECK(a100.scale_up().bandwidth() == 300e9);
  CHECK(a100.scale_up().domain() == 8);
  CHECK(a100.scale_up().latency() == Approx(1.55e-6));
  CHECK(a100.nic() == Approx(25e9));  // 200 Gbps
  CHECK(a100.thermal().throttle() == Approx(358.15));
  CHECK(a100.power().gemm() == Approx(0.98));
  CHECK_FALSE(a100.peak().has_fp8());
}

TEST_CASE("what a sheet leaves out has the schema's default", "[catalog]") {
  const Library library;
  const Accelerator& lpu = library.accelerator("groq-lpu");
  CHECK(lpu.power().gemm() == Approx(0.95));
  CHECK(lpu.thermal().resistance() == Approx(0.03));
  CHECK(library.rack("gb200-nvl72").coolant_rise() == 10.0);
  CHECK(library.llm("mixtral-8x7b").moe().dense_layers() == 0);
}

TEST_CASE("an unknown name is refused with the nearest one", "[catalog]") {
  const Library library;
  CHECK_THROWS_WITH(library.accelerator("h10"),
                    "the catalog has no accelerator 'h10'; did you mean 'h100'?");
  CHECK_THROWS_WITH(library.llm("lama-2-7b"),
                    "the catalog has no llm 'lama-2-7b'; did you mean 'llama-2-7b'?");
  CHECK_THROWS_WITH(library.node("zzzzzzzz"), "the catalog has no node 'zzzzzzzz'");
  CHECK_THROWS_WITH(library.names("acelerator"),
                    "the catalog has no kind 'acelerator'; did you mean 'accelerator'?");
  CHECK_THROWS_AS(library.sheet("battery", "x"), ConfigError);
  CHECK_FALSE(library.Has("accelerator", "h10"));
  CHECK_FALSE(library.Has("battery", "h100"));
}

TEST_CASE("a named stack is its factors over a fitted profile, for its chips only", "[catalog][stack]") {
  const Library library;
  const Accelerator& h100 = library.accelerator("h100");
  const Kernels& base = library.KernelsFor(h100, "transformer-engine");
  const Kernels& triton = library.KernelsFor(h100, "triton");
  CHECK(triton.stack() == "triton");
  CHECK(triton.confidence() == "D");
  const Stack& sheet = library.sheet("stack", "triton").stack();
  CHECK(triton.gemm(0).compute_efficiency() == Approx(base.gemm(0).compute_efficiency() * sheet.gemm()));
  CHECK(triton.prefill_attention().compute_efficiency() ==
        Approx(base.prefill_attention().compute_efficiency() * sheet.attention()));
  // Not for this chip: the usual choice instead, which the caller sees by its name.
  CHECK(library.KernelsFor(h100, "hipblaslt").stack() != "hipblaslt");
  CHECK(library.KernelsFor(library.accelerator("mi300x"), "hipblaslt").stack() == "hipblaslt");
  for (const std::string& name : library.names("stack")) {
    INFO(name);
    bool serves = false;
    for (const std::string& chip : library.names("accelerator"))
      serves = serves || library.KernelsFor(library.accelerator(chip), name).stack() == name;
    CHECK(serves);
  }
}

TEST_CASE("kinds and names are sorted and complete", "[catalog]") {
  const Library library;
  CHECK(library.kinds() == std::vector<std::string>{"accelerator", "cable", "cdu", "chiller", "conversion",
                                                    "dry_cooler",
                                                    "failures", "kernels", "llm", "node", "rack",
                                                    "stack", "storage", "switch", "tower"});
  for (const auto& kind : library.kinds()) {
    const auto names = library.names(kind);
    INFO(kind);
    CHECK_FALSE(names.empty());
    CHECK(std::is_sorted(names.begin(), names.end()));
    for (const auto& name : names) CHECK(library.Has(kind, name));
  }
}

TEST_CASE("a user's sheet is added, and wins over a built-in one of its name", "[catalog]") {
  Library library;
  Sheet mine = ReadSheet(R"(
accelerator: {name: h100, peak: {bf16: 100 TFLOPS}, memory: {capacity: 10 GB, bandwidth: 1 TB/s}, tdp: 300 W}
sources: {"*": measured here}
)",
                         "mine.yaml");
  library.Add(mine);
  CHECK(library.accelerator("h100").peak().bf16() == 100e12);
  CHECK(library.accelerator("h200").peak().bf16() == 989e12);

  mine.mutable_accelerator()->set_name("lab-chip");
  library.Add(mine);
  const auto names = library.names("accelerator");
  CHECK(std::count(names.begin(), names.end(), "h100") == 1);
  CHECK(std::count(names.begin(), names.end(), "lab-chip") == 1);
  CHECK(std::is_sorted(names.begin(), names.end()));
}

TEST_CASE("a sheet made by hand takes the defaults too", "[catalog]") {
  Library library;
  Sheet sheet;
  sheet.mutable_switch_()->set_name("s");
  library.Add(sheet);
  CHECK(library.switch_("s").latency() == Approx(500e-9));
  CHECK_THROWS_WITH(library.Add(Sheet{}), Contains("needs one of its kinds"));
  Sheet nameless;
  nameless.mutable_cdu();
  CHECK_THROWS_WITH(library.Add(nameless), "a catalog sheet of kind cdu needs a name");
}

TEST_CASE("text reads back as the same sheet, built-in or added", "[catalog]") {
  Library library;
  Sheet mine;
  mine.mutable_chiller()->set_name("mine");
  mine.mutable_chiller()->set_capacity(5e5);
  mine.mutable_chiller()->set_cop(4.5);
  (*mine.mutable_sources())["*"] = "measured: on site";
  library.Add(mine);
  for (const char* name : {"chiller-1mw", "mine"}) {
    const Sheet again = ReadSheet(library.Text("chiller", name), "again");
    INFO(library.Text("chiller", name));
    CHECK(MessageDifferencer::Equals(again, library.sheet("chiller", name)));
  }
  CHECK_THAT(library.Text("accelerator", "h100"), Contains("sources:"));
  CHECK_THROWS_AS(library.Text("accelerator", "none"), ConfigError);
}

TEST_CASE("a broken sheet is refused with place and path", "[catalog]") {
  CHECK_THROWS_AS(ReadSheet("sources: {a: b}\n", "x.yaml"), ConfigError);
  try {
    ReadSheet("switch: {name: s, ports: 64, rate: 400 Gbps, power: 5 kg}\nsources: {\"*\": b}\n",
              "x.yaml");
    FAIL("not refused");
  } catch (const ConfigError& error) {
    REQUIRE(error.findings().size() == 1);
    CHECK(error.findings()[0].place.file == "x.yaml");
    CHECK(error.findings()[0].place.line == 1);
    CHECK(error.findings()[0].path == "switch.power");
  }
}

TEST_CASE("an accelerator without a profile gets its family's, in its own name",
          "[catalog][kernels]") {
  Library library;
  Accelerator chip;
  chip.set_name("lab-chip");
  chip.set_family("npu");
  const Kernels& generic = library.KernelsFor(chip, "vllm");
  CHECK(generic.name() == "lab-chip.generic");
  CHECK(generic.accelerator() == "lab-chip");
  CHECK(generic.confidence() == "D");
  CHECK(generic.stack() == "generic");
  CHECK(generic.gemm_size() == library.kernels("generic-npu").gemm_size());
  CHECK(&library.KernelsFor(chip) == &generic);
}

TEST_CASE("profiles: the accelerator's list first, the stack asked for before the order",
          "[catalog][kernels]") {
  Library library;
  const auto add = [&](const std::string& name, const std::string& stack) {
    Sheet sheet;
    sheet.mutable_kernels()->set_name(name);
    sheet.mutable_kernels()->set_accelerator("lab-chip");
    sheet.mutable_kernels()->set_stack(stack);
    library.Add(sheet);
  };
  add("lab-chip.a", "a");
  add("lab-chip.b", "b");
  add("special", "c");
  add("lab-chipper.z", "z");
  Accelerator chip;
  chip.set_name("lab-chip");
  chip.set_family("gpu");
  CHECK(library.KernelsFor(chip).name() == "lab-chip.a");
  CHECK(library.KernelsFor(chip, "b").name() == "lab-chip.b");
  CHECK(library.KernelsFor(chip, "z").name() == "lab-chip.a");  // of another chip
  chip.add_kernels("special");
  CHECK(library.KernelsFor(chip).name() == "special");
  CHECK(library.KernelsFor(chip, "a").name() == "lab-chip.a");
}

TEST_CASE("every accelerator has a profile that names a precision it can run",
          "[catalog][kernels]") {
  const Library library;
  for (const auto& name : library.names("accelerator")) {
    const Accelerator& chip = library.accelerator(name);
    INFO(name);
    const Kernels& profile = library.KernelsFor(chip);
    CHECK(profile.accelerator() == name);
    const auto has = [&](const std::string& p) {
      return std::any_of(profile.gemm().begin(), profile.gemm().end(),
                         [&](const GemmFit& fit) { return fit.precision() == p; });
    };
    CHECK(((chip.peak().has_bf16() && has("bf16")) || (chip.peak().has_fp16() && has("fp16")) ||
           (chip.peak().has_fp8() && has("fp8"))));
  }
}
