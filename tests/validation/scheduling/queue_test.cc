#include <catch2/catch.hpp>

#include <map>

#include "tests/validation/scheduling/replay.h"
#include "tests/validation/scheduling/shared_table.h"

namespace headroom::validation {
namespace {

using scheduling::Job;
using scheduling::Passes;
using scheduling::Reservations;

struct Convention {
  const char* column;
  const char* policy;
  Passes passes;
  Reservations reservations;
};

Job MakeJob(double submit, double estimate, double runtime, double procs) {
  Job j;
  j.submit = Instant::FromSeconds(submit);
  j.estimate = Duration::FromSeconds(estimate);
  j.runtime = Duration::FromSeconds(runtime);
  j.units = static_cast<std::uint32_t>(procs);
  return j;
}

}  // namespace

TEST_CASE("the hand-made queue cases, every column", "[scheduling]") {
  const auto table = SharedTable::Read("golden_micro_cases.csv");
  if (!table) return;
  std::map<std::string, std::vector<std::size_t>> cases;
  for (std::size_t i = 0; i < table->size(); ++i) cases[table->text(i, "case")].push_back(i);
  CHECK(cases.size() == 10);
  const Convention conventions[] = {
      {"start_fcfs", "fifo", Passes::kPerInstant, Reservations::kCount},
      {"start_easy_count", "easy-backfill", Passes::kPerInstant, Reservations::kCount},
      {"start_easy_count", "easy-backfill", Passes::kPerEvent, Reservations::kCount},
      {"start_cons_count", "conservative-backfill", Passes::kPerInstant, Reservations::kCount},
      {"start_cons_count", "conservative-backfill", Passes::kPerEvent, Reservations::kCount},
      {"start_easy_idlevel", "easy-backfill", Passes::kPerInstant, Reservations::kMachines},
      {"start_cons_idlevel", "conservative-backfill", Passes::kPerInstant, Reservations::kMachines},
  };
  for (const auto& [name, rows] : cases)
    for (const Convention& c : conventions) {
      std::vector<Job> jobs;
      for (const std::size_t i : rows)
        jobs.push_back(MakeJob(table->number(i, "submit"), table->number(i, "estimate"), table->number(i, "runtime"),
                               table->number(i, "procs")));
      const auto nodes = static_cast<std::uint32_t>(table->number(rows.front(), "nodes"));
      const Replayed out = Replay(nodes, jobs, c.policy, c.passes, c.reservations);
      for (std::size_t k = 0; k < rows.size(); ++k) {
        INFO(name << " " << c.column << " job " << table->text(rows[k], "job"));
        CHECK(out.start[k] == table->number(rows[k], c.column));
      }
    }
}

TEST_CASE("Batsim's 801 jobs: starts and machines", "[scheduling]") {
  const auto table = SharedTable::Read("ref_batsim_medium_late_expected.csv");
  if (!table) return;
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < table->size(); ++i)
    jobs.push_back(MakeJob(table->number(i, "submit_s"), table->number(i, "walltime_s"), table->number(i, "runtime_s"),
                           table->number(i, "procs")));
  REQUIRE(jobs.size() == 801);
  const Convention conventions[] = {
      {"start_easy_batsim", "easy-backfill", Passes::kPerInstant, Reservations::kMachines},
      {"start_cons_batsim", "conservative-backfill", Passes::kPerInstant, Reservations::kMachines},
      {"start_fcfs_count", "fifo", Passes::kPerInstant, Reservations::kCount},
      {"start_easy_count", "easy-backfill", Passes::kPerInstant, Reservations::kCount},
      {"start_cons_count", "conservative-backfill", Passes::kPerInstant, Reservations::kCount},
  };
  for (const Convention& c : conventions) {
    const Replayed out = Replay(32, jobs, c.policy, c.passes, c.reservations);
    int moved = 0, elsewhere = 0;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      // Batsim keeps times as 32-bit floats on its way: 2 ms at 16,000 s.
      if (std::abs(out.start[i] - table->number(i, c.column)) > 2e-3) ++moved;
      if (c.reservations == Reservations::kMachines) {
        const std::string column = c.policy == std::string("easy-backfill") ? "alloc_easy_batsim" : "alloc_cons_batsim";
        if (out.allocation[i] != table->text(i, column)) ++elsewhere;
      }
    }
    INFO(c.column);
    CHECK(moved == 0);
    CHECK(elsewhere == 0);
    CHECK(out.last_end == Approx(16088.51).margin(1e-2));
  }
}

TEST_CASE("SDSC SP2, 4,961 jobs, every policy column", "[scheduling]") {
  const auto table = SharedTable::Read("ref_sdsc_sp2_5k_expected.csv");
  if (!table) return;
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < table->size(); ++i)
    jobs.push_back(MakeJob(table->number(i, "submit_s"), table->number(i, "estimate_s"), table->number(i, "runtime_s"),
                           table->number(i, "procs")));
  REQUIRE(jobs.size() == 4961);
  const struct {
    Convention convention;
    double last_end;
  } cases[] = {
      {{"start_fcfs", "fifo", Passes::kPerInstant, Reservations::kCount}, 5064400},
      {{"start_fcfs", "fifo", Passes::kPerEvent, Reservations::kCount}, 5064400},
      {{"start_easy_perevent", "easy-backfill", Passes::kPerEvent, Reservations::kCount}, 5064400},
      {{"start_easy_batch", "easy-backfill", Passes::kPerInstant, Reservations::kCount}, 5064400},
      {{"start_cons", "conservative-backfill", Passes::kPerEvent, Reservations::kCount}, 5064400},
      {{"start_easy_idlevel", "easy-backfill", Passes::kPerInstant, Reservations::kMachines}, 5064400},
      {{"start_cons_idlevel", "conservative-backfill", Passes::kPerInstant, Reservations::kMachines}, 5081771},
  };
  for (const auto& [c, last_end] : cases) {
    const Replayed out = Replay(128, jobs, c.policy, c.passes, c.reservations);
    int moved = 0;
    for (std::size_t i = 0; i < jobs.size(); ++i)
      if (out.start[i] != table->number(i, c.column)) ++moved;
    INFO(c.column << (c.passes == Passes::kPerEvent ? " per event" : " per instant"));
    CHECK(moved == 0);
    CHECK(out.last_end == last_end);
  }
}

}  // namespace headroom::validation
