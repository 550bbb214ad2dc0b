#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "scenarios/cli/command.h"
#include "scenarios/cli/sweep_options.h"

namespace headroom::cli {

Action AddSweep(CLI::App& app) {
  auto o = std::make_shared<SweepOptions>();
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, int (*)(const SweepOptions&)>> actions;

  CLI::App* plan = app.add_subcommand("plan", "List the points of a sweep, or prepare its folder");
  plan->add_option("SWEEP", o->sweep, "sweep file (YAML)")->required();
  plan->add_option("-o,--output", o->folder, "folder of the sweep");
  plan->add_flag("--dry-run", o->dry_run, "print the points and write nothing");
  plan->add_flag("--commands", o->commands,
                 "prepare the folder and print one command per chunk, for any other engine");
  plan->add_option("--chunk-size", o->chunk_size,
                   "points of one command (default: about 30 s of work, measured)");
  plan->add_flag("--json", o->json, "one JSON object per point");
  actions.emplace_back(plan, SweepPlan);

  CLI::App* run =
      app.add_subcommand("run", "Run what has no report yet, then collect; resumes by itself");
  run->add_option("SWEEP", o->sweep, "sweep file (YAML), or the folder of a sweep planned before")
      ->required();
  run->add_option("-o,--output", o->folder,
                  "folder of the sweep (default: the file's name without .yaml, here)");
  run->add_option("-j,--jobs", o->jobs,
                  "points at once (default: the processor's cores; slurm: no limit)")
      ->check(CLI::Range(1, 100000));
  run->add_option("--engine", o->engine, "local or slurm")
      ->check(CLI::IsMember({"local", "slurm"}));
  run->add_option("--chunk-size", o->chunk_size,
                  "slurm: points of one task (default: about 30 s of work, measured)");
  run->add_option("--sbatch", o->sbatch, "slurm: further arguments of sbatch, in one word");
  run->add_option("--progress", o->progress,
                  "auto, bar, json or none (default: a bar on a terminal)");
  run->add_flag("--json", o->json, "print the outcome as one JSON object");
  actions.emplace_back(run, SweepRun);

  CLI::App* point =
      app.add_subcommand("point", "Run one chunk of a planned sweep (what engines call)");
  point->add_option("FOLDER", o->folder, "folder of the sweep")->required();
  point->add_option("--chunk", o->chunk, "number of the chunk, from 0")->required();
  point->add_option("--size", o->chunk_size, "points of a chunk")
      ->required()
      ->check(CLI::PositiveNumber);
  point->add_option("-j,--jobs", o->jobs, "points at once (default: 1)")
      ->check(CLI::Range(1, 100000));
  actions.emplace_back(point, SweepPoint);

  CLI::App* status = app.add_subcommand("status", "How far a sweep is, from its folder");
  status->add_option("FOLDER", o->folder, "folder of the sweep")->required();
  status->add_flag("--json", o->json, "one JSON object");
  actions.emplace_back(status, SweepStatus);

  CLI::App* collect =
      app.add_subcommand("collect", "Gather the figures of all points into FOLDER/sweep.h5");
  collect->add_option("FOLDER", o->folder, "folder of the sweep")->required();
  collect->add_option("-o,--output", o->output, "file to write (default: FOLDER/sweep.h5)");
  actions.emplace_back(collect, SweepCollect);

  CLI::App* rank = app.add_subcommand(
      "sensitivity", "What a figure depends on, largest influence first");
  rank->add_option("FOLDER", o->folder, "folder of the sweep")->required();
  rank->add_option("METRIC", o->metric, "figure of the points")->required();
  rank->add_flag("--json", o->json, "a JSON list, one object per coordinate");
  actions.emplace_back(rank, SweepSensitivity);

  CLI::App* best = app.add_subcommand("best", "The point that answers the sweep's objective");
  best->add_option("FOLDER", o->folder, "folder of the sweep")->required();
  best->add_option("--minimise", o->minimise,
                   "METRIC, in place of the sweep's objective; several give the Pareto front")
      ->expected(1)
      ->take_all();
  best->add_option("--maximise", o->maximise, "METRIC, in place of the sweep's objective")
      ->expected(1)
      ->take_all();
  best->add_option("--subject-to", o->subject_to, "'METRIC <= VALUE', beside the sweep's own")
      ->expected(1)
      ->take_all();
  best->add_flag("--json", o->json, "one JSON object");
  actions.emplace_back(best, SweepBest);

  return [o, actions] {
    for (const auto& [command, action] : actions)
      if (command->parsed()) return action(*o);
    return int{kBadInput};
  };
}

}  // namespace headroom::cli
