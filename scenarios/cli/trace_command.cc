#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>

#include "models/training/replay/plan_trace.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_options.h"
#include "scenarios/read/traces/chakra.h"

namespace headroom::cli {
namespace {

using training::NodeKind;
using training::RankTrace;
using training::TraceNode;

/// Nodes of one kind over all files.
struct Sum {
  std::uint64_t nodes = 0;
  double seconds = 0;
  double bytes = 0;
};

struct Summary {
  std::map<std::string, Sum> kinds;
  std::map<std::string, std::uint64_t> groups;  ///< collectives by group
  std::uint64_t nodes = 0, data = 0, control = 0, callers = 0, defined = 0;

  static std::string KindOf(const TraceNode& n) {
    if (n.host) return "host";
    switch (n.kind) {
      case NodeKind::kMark:
        return "metadata";
      case NodeKind::kCompute:
        return "compute";
      case NodeKind::kMemory:
        return "memory";
      case NodeKind::kSend:
        return "send";
      case NodeKind::kReceive:
        return "receive";
      case NodeKind::kCollective:
        return n.sized ? training::Name(n.operation) : "collective";
    }
    return "";
  }
  void Add(const RankTrace& trace) {
    nodes += trace.nodes.size();
    callers += trace.callers;
    defined += trace.defined.size();
    for (const std::uint32_t d : trace.deps) ++(d & RankTrace::kControl ? control : data);
    for (const TraceNode& n : trace.nodes) {
      Sum& sum = kinds[KindOf(n)];
      ++sum.nodes;
      sum.seconds += static_cast<double>(n.recorded) * 1e-9;
      sum.bytes += n.bytes;
      if (n.kind == NodeKind::kCollective && !n.host) ++groups[trace.groups[n.group]];
    }
  }
};

int Show(const std::vector<std::string>& files) {
  Summary s;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const RankTrace trace = scenario::DecodeChakra(scenario::ReadTraceBytes(files[i]), files[i],
                                                   static_cast<std::uint32_t>(i));
    s.Add(trace);
    fmt::print("{}: {} nodes, {} dependencies, {} compute streams\n", files[i], trace.nodes.size(),
               trace.deps.size(), trace.streams);
  }
  fmt::print("\n{:<22}{:>12}{:>16}{:>18}\n", "kind", "nodes", "recorded [s]", "bytes");
  for (const auto& [kind, sum] : s.kinds)
    fmt::print("{:<22}{:>12}{:>16.6f}{:>18.0f}\n", kind, sum.nodes, sum.seconds, sum.bytes);
  fmt::print("{:<22}{:>12}\n\ndependencies: {} data, {} control", "all", s.nodes, s.data,
             s.control);
  if (s.callers > 0) fmt::print(", {} that name callers and are no order", s.callers);
  fmt::print("\n");
  for (const auto& [name, count] : s.groups)
    fmt::print("group {}: {} collective nodes\n", name.empty() ? "of all ranks" : name, count);
  if (s.defined > 0) fmt::print("{} groups are defined in the traces\n", s.defined);
  return kDone;
}

void WriteFile(const std::filesystem::path& path, const std::string& bytes) {
  const auto close = [](std::FILE* f) { std::fclose(f); };
  std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "wb"), close);
  if (!file || std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size() ||
      std::fclose(file.release()) != 0)
    throw IoError(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(errno)));
}

struct MakeOptions {
  ScenarioOptions scenario;
  std::string output;
  std::string workload;
};

int Make(const MakeOptions& o) {
  const scenario::Prepared prepared = o.scenario.Prepare();
  scenario::Simulation simulation(prepared.loaded, prepared.library);
  PrintWarnings(prepared.loaded.warnings);
  PrintWarnings(simulation.warnings());
  const training::StepModel* model = nullptr;
  std::string name;
  std::vector<std::string> trains;
  for (const auto& w : prepared.loaded.scenario.workloads()) {
    if (!w.has_train()) continue;
    trains.push_back(w.name());
    if (o.workload.empty() ? model == nullptr : w.name() == o.workload)
      model = simulation.StepModelOf(name = w.name());
  }
  if (trains.empty()) throw ConfigError("the scenario has no training workload to make traces of");
  if (o.workload.empty() && trains.size() > 1)
    throw ConfigError(
        fmt::format("the scenario trains {}; choose one with --workload", fmt::join(trains, ", ")));
  if (model == nullptr)
    throw ConfigError(fmt::format("the scenario has no training workload '{}'; it has {}",
                                  o.workload, fmt::join(trains, ", ")));

  const training::ParallelPlan& p = model->params().plan;
  if (p.replicas > 1 || p.recompute_layers > 0 || p.offload.activations != training::Place::kDevice)
    throw ConfigError(fmt::format("{}: traces know no parallelism.replicas, recompute_layers and offload.activations", name));
  const training::PlanTrace plan(*model);
  std::error_code error;
  const std::filesystem::path folder(o.output);
  std::filesystem::create_directories(folder, error);
  if (error) throw IoError(fmt::format("{}: cannot be made: {}", o.output, error.message()));
  constexpr std::uint64_t kMany = 10'000'000;
  const std::uint64_t about = plan.Rank(0).nodes.size() * std::uint64_t{plan.ranks()};
  if (about > kMany)
    fmt::print(stderr, "writing about {} million nodes in {} files\n", about / 1'000'000,
               plan.ranks());
  std::uint64_t nodes = 0, bytes = 0;
  for (std::uint32_t rank = 0; rank < plan.ranks(); ++rank) {
    const RankTrace trace = plan.Rank(rank);
    const std::string file = scenario::EncodeChakra(trace);
    nodes += trace.nodes.size();
    bytes += file.size();
    WriteFile(folder / fmt::format("{}.{}.et", name, rank), file);
  }
  WriteFile(folder / "groups.json", scenario::GroupsJson(plan.groups()));
  fmt::print(
      "{} nodes of {} ranks, {} bytes, one step of {} s\nto replay them:\n\n    trace:\n      "
      "format: chakra\n"
      "      files: \"{}.{{rank}}.et\"\n      groups: \"{}\"\n      compute: recorded\n",
      nodes, plan.ranks(), bytes, model->Evaluate().step_time, (folder / name).string(),
      (folder / "groups.json").string());
  return kDone;
}

}  // namespace

Action AddTrace(CLI::App& app) {
  auto files = std::make_shared<std::vector<std::string>>();
  auto options = std::make_shared<MakeOptions>();
  app.require_subcommand(1);
  CLI::App* show = app.add_subcommand("show", "What execution traces hold");
  show->add_option("FILES", *files, "Chakra traces, one per rank")->required();
  CLI::App* make = app.add_subcommand(
      "make", "Write one step of a training plan as Chakra traces, one file per rank");
  options->scenario.AddTo(*make);
  make->add_option("-o,--output", options->output, "folder for the traces and groups.json")
      ->required();
  make->add_option("--workload", options->workload,
                   "which training workload (default: the only one)");
  return [files, options, show] { return show->parsed() ? Show(*files) : Make(*options); };
}

}  // namespace headroom::cli
