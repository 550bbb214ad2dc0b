#include "gui/study/sample_study.h"

#include <QFileInfo>

#include "gui/study/study_file.h"

namespace headroom::gui {
namespace {

struct SampleFile {
  const char* name;
  const char* text;
};

constexpr SampleFile kFiles[] = {
    {"study.yaml",
     R"(# Can the hall take eight more racks without raising the feed, and what would smoothing cost?
schema: 1
name: Eight more racks on the same feed?
base: base.yaml
variants: [eight-more-racks.yaml, capped.yaml, smoothed.yaml]
)"},
    {"base.yaml",
     R"(# The hall as it stands: sixteen NVL72 racks train one model on a 3.5 MW feed.
schema: 1
name: Sixteen racks on a 3.5 MW feed
site:
  systems:
    - {name: hall, type: gb300-nvl72, count: 16}
  power:
    utility: {limit: 3.5 MW, price: {energy: 70 USD/MWh, demand: 12 USD/kW}}   # the contract
    grid: {ramp_up: 1 MW/min, ramp_down: 1 MW/min, range: 800 kW}              # what the utility asks for
  cooling:
    weather: {wet_bulb: 22 degC, dry_bulb: 30 degC}                            # a warm afternoon
workloads:
  - name: pretrain
    train:
      model: llama-3.1-405b
      precision: fp8
      sequence: 8192
      global_batch: 1008
      parallelism: {tp: 4, pp: 8, virtual_stages: 4, cp: 2, zero: 1, sequence_parallel: true}
      overlap: {tp: true, pp: true, grad_reduce: true, param_gather: true}
      pipeline: interleaved-1f1b
      steps: 200
record:
  windows: [{from: 5 min, length: 60 s, sample: 1 ms}]
)"},
    {"eight-more-racks.yaml",
     R"(# Half as much again of everything; the limit is only watched.
include: base.yaml
name: Eight more racks
site: {systems: [{name: hall, count: 24}]}
workloads: [{name: pretrain, train: {global_batch: 1512}}]
)"},
    {"capped.yaml",
     R"(# The accelerators slow down where the feed would be exceeded.
include: eight-more-racks.yaml
name: Eight more racks, capped at the feed
site: {power: {utility: {at_limit: cap}}}
)"},
    {"smoothed.yaml",
     R"(# A floor and ramps in the accelerators, so that the grid sees no swings.
include: capped.yaml
name: Eight more racks, capped and smoothed
site:
  power:
    smoothing: {floor: 65 %, ramp_up: 200 W/s, ramp_down: 200 W/s, stop_delay: 5 s}
)"},
};

}  // namespace

QString WriteSampleStudy(const QString& folder) {
  for (const SampleFile& file : kFiles) {
    const QString path = folder + "/" + file.name;
    if (QFileInfo::exists(path)) continue;
    const QString error = WriteBytes(path, file.text);
    if (!error.isEmpty()) return error;
  }
  return {};
}

const char* StarterScenario() {
  return R"(schema: 1
name: A new site
site:
  systems:
    - {name: row, type: gb300-nvl72, count: 8}
workloads:
  - name: pretrain
    train:
      model: llama-3.1-405b
      precision: fp8
      sequence: 8192
      global_batch: 504
      parallelism: {tp: 4, pp: 8, virtual_stages: 4, cp: 2, zero: 1, sequence_parallel: true}
      steps: 60
)";
}

}  // namespace headroom::gui
