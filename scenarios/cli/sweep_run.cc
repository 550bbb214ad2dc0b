#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "scenarios/cli/command.h"
#include "scenarios/cli/sweep_options.h"
#include "scenarios/cli/sweep_progress.h"
#include "scenarios/cli/version.h"
#include "scenarios/read/tree_file.h"
#include "scenarios/sweep/session.h"
#include "scenarios/sweep/slurm.h"
#include "sim/core/diagnostics.h"

namespace headroom::cli {
namespace {

namespace fs = std::filesystem;

std::string Program() { return fs::read_symlink("/proc/self/exe").string(); }

/// A report is named by the version that made it.
void CheckVersion(const sweep::Folder& folder, const sweep::Plan& plan) {
  if (plan.version == kVersion) return;
  throw ConfigError(fmt::format(
      "{} was planned by version {} of the program, this is {}; plan it again from the sweep file",
      folder.path(), plan.version, kVersion));
}

/// A sweep file's folder and plan; or those of a folder that was planned before.
struct Opened {
  sweep::Folder folder;
  sweep::Plan plan;
};

Opened Open(const SweepOptions& o) {
  if (fs::is_directory(o.sweep)) {
    sweep::Folder folder(o.sweep);
    sweep::Plan plan = folder.ReadPlan();
    CheckVersion(folder, plan);
    return {folder, std::move(plan)};
  }
  const sweep::Sweep spec = sweep::ReadSweep(o.sweep);
  sweep::Folder folder(o.folder.empty() ? fs::path(o.sweep).stem().string() : o.folder);
  return {folder, sweep::PlanInto(folder, spec, kVersion)};
}

bool RunLocal(const SweepOptions& o, const Opened& s, SweepProgress& progress, std::size_t before,
              double* cpu_s) {
  const sweep::FolderLock lock(s.folder);
  s.folder.ClearWork();
  const std::vector<std::size_t> due = sweep::Due(s.folder, s.plan);
  const config::Node base = scenario::ReadTreeWithIncludes(s.plan.base_path);
  const int jobs = o.jobs > 0 ? o.jobs : std::max(1u, std::thread::hardware_concurrency());
  const sweep::Tally tally =
      sweep::RunPool(s.folder, s.plan, base, due, jobs, [&](const sweep::Tally& t) {
        progress.Update(before + t.finished(), t.failed + t.forbidden);
        return !Interrupted();
      });
  s.folder.ClearWork();
  *cpu_s = tally.cpu_s;
  return !tally.interrupted;
}

/// Follows submitted jobs to their end; false where the user interrupts. A controller that is away
/// for a while does not answer; its jobs go on.
bool Follow(const sweep::SlurmJobs& jobs, const Opened& s, SweepProgress& progress) {
  for (int gone = 0; gone < 2;) {
    for (int i = 0; i < 10 && !Interrupted(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (Interrupted()) {
      sweep::CancelSlurm(jobs);
      return false;
    }
    const sweep::Counts c = sweep::CountStates(s.folder.States(s.plan));
    progress.Update(c.finished() + c.failed, c.failed + c.forbidden);
    gone = sweep::Tend(jobs) == sweep::SlurmState::kGone ? gone + 1 : 0;
  }
  return true;
}

bool RunSlurm(const SweepOptions& o, const Opened& s, SweepProgress& progress) {
  sweep::SlurmOptions slurm;
  slurm.program = Program();
  slurm.throttle = o.jobs;
  slurm.extra = o.sbatch;
  slurm.chunk_size = o.chunk_size;
  if (o.chunk_size == 0) slurm.point_s = sweep::MeasurePoint(s.folder, s.plan, 1.0);
  // What a lost node left undone is submitted again.
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    const sweep::SlurmJobs jobs = sweep::SubmitToSlurm(s.folder, s.plan, slurm);
    fmt::print(stderr, "slurm: array {} ({} chunks of {} points), collect {}\n",
               jobs.array.empty() ? "-" : jobs.array, jobs.chunks.count, jobs.chunks.size,
               jobs.collect);
    if (!Follow(jobs, s, progress)) return false;
    if (sweep::CountStates(s.folder.States(s.plan)).left == 0) break;
  }
  return true;
}

void PrintOutcome(const SweepOptions& o, const Opened& s, const sweep::Counts& c, double wall_s,
                  double cpu_s) {
  if (o.json) {
    fmt::print(
        "{{\"points\": {}, \"done\": {}, \"forbidden\": {}, \"failed\": {}, \"left\": {}, "
        "\"wall_s\": {:.3f}, \"points_cpu_s\": {:.3f}}}\n",
        c.points, c.done, c.forbidden, c.failed, c.left, wall_s, cpu_s);
    return;
  }
  fmt::print("{}\n  {} of {} points done", s.plan.name.empty() ? "unnamed sweep" : s.plan.name,
             c.done, c.points);
  if (c.forbidden > 0) fmt::print(", {} do not fit in memory", c.forbidden);
  if (c.failed > 0) fmt::print(", {} failed", c.failed);
  if (c.left > 0) fmt::print(", {} left", c.left);
  fmt::print("  ({:.1f} s)\n  collected: {}\n", wall_s, s.folder.collected());
  if (c.forbidden + c.failed > 0) fmt::print("  why: {}/ID.EXIT.log\n", s.folder.failed());
}

}  // namespace

int SweepPlan(const SweepOptions& o) {
  const sweep::Sweep spec = sweep::ReadSweep(o.sweep);
  if (o.commands && o.folder.empty())
    throw ConfigError("--commands needs -o FOLDER, where the commands find the sweep");
  const bool write = !o.folder.empty() && !o.dry_run;
  const sweep::Folder folder(o.folder);
  const sweep::Plan plan =
      write ? sweep::PlanInto(folder, spec, kVersion) : sweep::MakePlan(spec, kVersion);
  if (o.commands) {
    const double point_s = o.chunk_size > 0 ? 1.0 : sweep::MeasurePoint(folder, plan, 1.0);
    sweep::Chunks chunks = sweep::CutInto(plan.points.size(), point_s);
    if (o.chunk_size > 0)
      chunks = {o.chunk_size, (plan.points.size() + o.chunk_size - 1) / o.chunk_size};
    for (std::size_t k = 0; k < chunks.count; ++k)
      fmt::print("{}\n", sweep::ChunkCommand(Program(), folder, std::to_string(k), chunks));
    return kDone;
  }
  if (!o.json)
    fmt::print("{}: {} points\n", plan.name.empty() ? "unnamed sweep" : plan.name,
               plan.points.size());
  for (const sweep::Point& p : plan.points) {
    if (o.json)
      fmt::print("{{\"point\": {}, \"id\": \"{}\", \"seed\": {}}}\n", p.number, p.id, p.seed);
    else
      fmt::print("{:>6}  {}  {}\n", p.number, p.id, sweep::Describe(p));
  }
  return kDone;
}

int SweepRun(const SweepOptions& o) {
  const auto start = std::chrono::steady_clock::now();
  const Progress::Mode mode = Progress::ModeFromName(o.progress);
  CatchInterrupts();
  const Opened s = Open(o);
  const std::size_t before = sweep::CountStates(s.folder.States(s.plan)).finished();
  bool whole = false;
  double cpu_s = 0.0;
  {
    SweepProgress progress(mode, s.plan.points.size(), before);
    whole = o.engine == "slurm" ? RunSlurm(o, s, progress)
                                : RunLocal(o, s, progress, before, &cpu_s);
  }
  const sweep::Counts c = sweep::CountStates(s.folder.States(s.plan));
  if (!whole) {
    fmt::print(
        stderr,
        "headroom: interrupted with {} of {} points done; the same command goes on from there\n",
        c.done, c.points);
    return kInterrupted;
  }
  sweep::CollectInto(s.folder, s.plan, s.folder.collected());
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  PrintOutcome(o, s, c, wall.count(), cpu_s);
  return c.all_done() ? kDone : kPointsFailed;
}

int SweepPoint(const SweepOptions& o) {
  const sweep::Folder folder(o.folder);
  const sweep::Plan plan = folder.ReadPlan();
  CheckVersion(folder, plan);
  const std::size_t first = o.chunk * o.chunk_size,
                    last = std::min(first + o.chunk_size, plan.points.size());
  std::vector<std::size_t> due;
  for (const std::size_t p : sweep::Due(folder, plan))
    if (p >= first && p < last) due.push_back(p);
  CatchInterrupts();
  const config::Node base = scenario::ReadTreeWithIncludes(plan.base_path);
  const sweep::Tally t = sweep::RunPool(folder, plan, base, due, std::max(1, o.jobs),
                                        [](const sweep::Tally&) { return !Interrupted(); });
  if (t.interrupted) return kInterrupted;
  return t.failed + t.forbidden > 0 ? kPointsFailed : kDone;
}

}  // namespace headroom::cli
