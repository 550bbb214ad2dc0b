#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/sweep/sweep_file.h"

namespace headroom::sweep {

/// One run of a sweep.
struct Point {
  std::string id;  ///< names its report: the start of the SHA-256 of its resolved scenario and the
                   ///< program version
  std::uint32_t number = 0;
  std::uint32_t repeat = 0;  ///< of its case, from 0
  std::uint64_t seed = 1;
  std::vector<Setting> settings;
  bool operator==(const Point&) const = default;
};

/// What a sweep asks of its reports.
struct Goal {
  std::vector<std::string> minimise, maximise, subject_to;
};

/// How the cases of a sweep were drawn.
struct Drawn {
  std::string method;  ///< "random", "latin-hypercube", "sobol", "morris", "saltelli"; empty: every combination
  std::uint64_t seed = 0;
  std::vector<std::string> axes;  ///< their names
};

/// Every point of a sweep in order, as its folder keeps it.
struct Plan {
  std::string name;
  std::string base_path;
  std::string variant;
  std::string version;  ///< of the program
  std::string digest;   ///< SHA-256 of sweep, base and version: equal digests, equal plans
  std::uint32_t repeat = 1;
  Drawn drawn;
  double from = 0.0;  ///< s, from which on the later settings hold; 0: the sweep does not branch
  Goal goal;
  std::vector<Point> points;
};

/// The digest that MakePlan() would give, without resolving every point.
std::string PlanDigest(const Sweep& sweep, const std::string& version);

/// Resolves every point. @throws ConfigError where a point's scenario has mistakes, naming the
/// first such point.
Plan MakePlan(const Sweep& sweep, const std::string& version);

/// The id of a resolved scenario.
std::string PointId(const std::string& resolved, const std::string& version);

/// `path=value` of each setting; the later ones make a change of the scenario.
std::vector<std::string> Overrides(const Plan& plan, const Point& point);

/// What a point has in common with those that branch from the same run: its overrides without what
/// changes later.
std::vector<std::string> PrefixOverrides(const Plan& plan, const Point& point);

/// "path = value, path = value", for people.
std::string Describe(const Point& point);

}  // namespace headroom::sweep
