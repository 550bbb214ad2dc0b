#include "scenarios/sweep/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <set>
#include <system_error>

#include "analysis/hdf5/sha256.h"
#include "scenarios/read/tree_file.h"
#include "scenarios/sweep/collect.h"
#include "scenarios/sweep/rows.h"
#include "sim/core/diagnostics.h"

namespace headroom::sweep {
namespace {

/// What sweep.h5 is made from: the plan, and every point's state and report file.
std::string InputsOf(const Folder& folder, const Plan& plan) {
  std::string text = plan.digest;
  const std::vector<PointState> states = folder.States(plan);
  for (std::size_t p = 0; p < states.size(); ++p) {
    const FileState file = StateOf(folder.report(plan.points[p].id));
    text += fmt::format("\n{} {} {}", static_cast<int>(states[p]), file.bytes, file.changed_ns);
  }
  return report::Sha256(text);
}

std::string KeyOf(const std::string& inputs, const FileState& collected) {
  return fmt::format("{} {} {}\n", inputs, collected.bytes, collected.changed_ns);
}

std::string ReadKey(const std::string& path) {
  std::string key(256, 0);
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) return "";
  key.resize(std::fread(key.data(), 1, key.size(), file));
  std::fclose(file);
  return key;
}

/// A key that cannot be kept costs another collection.
void WriteKey(const std::string& path, const std::string& key) {
  if (std::FILE* file = std::fopen(path.c_str(), "wb")) {
    std::fwrite(key.data(), 1, key.size(), file);
    std::fclose(file);
  }
}

/// Two collectors do not meet: each writes a file of its own and renames it. A runner that starts
/// meanwhile clears work/; then it is written again.
void WriteCollected(const Folder& folder, const report::SweepTable& table, const std::string& path) {
  if (path != folder.collected()) return report::WriteSweep(path, table);
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  const std::string own = fmt::format("{}/sweep.{}.{}.h5", folder.work(), host, getpid());
  for (int tries = 0; tries < 3; ++tries) {
    try {
      report::WriteSweep(own, table);
    } catch (const IoError&) {
      if (tries == 2) throw;
      continue;
    }
    if (std::rename(own.c_str(), path.c_str()) == 0) return;
  }
  throw IoError(fmt::format("cannot rename {} to {}: {}", own, path, std::generic_category().message(errno)));
}

}  // namespace

Plan PlanInto(const Folder& folder, const Sweep& sweep, const std::string& version) {
  if (const auto digest = folder.Digest(); digest && *digest == PlanDigest(sweep, version))
    return folder.ReadPlan();
  const Plan plan = MakePlan(sweep, version);
  folder.WritePlan(plan);
  return plan;
}

std::vector<std::size_t> Due(const Folder& folder, const Plan& plan) {
  const std::vector<PointState> states = folder.States(plan);
  std::vector<std::size_t> out;
  std::set<std::string> taken;  // points that resolve to the same scenario share a report
  for (std::size_t p = 0; p < states.size(); ++p)
    if ((states[p] == PointState::kLeft || states[p] == PointState::kFailed) &&
        taken.insert(plan.points[p].id).second)
      out.push_back(p);
  return out;
}

Counts CountStates(const std::vector<PointState>& states) {
  Counts c;
  c.points = states.size();
  for (const PointState s : states)
    ++(s == PointState::kDone        ? c.done
       : s == PointState::kForbidden ? c.forbidden
       : s == PointState::kFailed    ? c.failed
                                     : c.left);
  return c;
}

report::SweepTable GatherAll(const Folder& folder, const Plan& plan) {
  report::SweepTable table = Gather(folder, plan);
  AddStatistics(plan, &table);
  return table;
}

void CollectInto(const Folder& folder, const Plan& plan, const std::string& path) {
  const bool own = path == folder.collected();
  const std::string inputs = own ? InputsOf(folder, plan) : "";
  if (own && ReadKey(folder.collected_key()) == KeyOf(inputs, StateOf(path))) return;
  WriteCollected(folder, GatherAll(folder, plan), path);
  // What came in meanwhile is not in `inputs`, so the next collection sees it.
  if (own) WriteKey(folder.collected_key(), KeyOf(inputs, StateOf(path)));
}

double MeasurePoint(const Folder& folder, const Plan& plan, double fallback) {
  const std::vector<std::size_t> due = Due(folder, plan);
  if (due.empty()) return fallback;
  const config::Node base = scenario::ReadTreeWithIncludes(plan.base_path);
  const auto start = std::chrono::steady_clock::now();
  RunPool(folder, plan, base, {due.front()}, 1, [](const Tally&) { return true; });
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace headroom::sweep
