#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/sweep/sweep.pb.h"
#include "sim/config/yaml_tree.h"

namespace headroom::sweep {

/// One change to the base scenario: `path` and the YAML that is laid there (a map merges into the
/// map of the base).
struct Setting {
  std::string path;
  std::string text;    ///< on one line
  bool later = false;  ///< holds from the sweep's `from` on
  bool operator==(const Setting&) const = default;
};

/// One value of an axis: settings that belong together.
struct Choice {
  std::vector<Setting> settings;
};

/// A range of numbers in one unit.
struct Range {
  std::string path;
  double from = 0.0, to = 0.0;
  std::string unit;  ///< with the blank before it; empty for bare numbers
  bool log = false;
  bool whole = false;
  /// The value at `u` in [0, 1], as YAML.
  Setting At(double u) const;
};

/// What varies together: a list of choices, or a range to draw from.
struct Variation {
  std::string name;
  std::vector<Choice> choices;  ///< empty: a range without count, for samples
  bool later = false;           ///< its settings hold from the sweep's `from` on
  std::optional<Range> range;
};

/// A sweep file, read and checked.
struct Sweep {
  Spec spec;
  std::string path;       ///< of the file, absolute
  std::string base_path;  ///< absolute
  config::Node base;      ///< the base scenario with its includes
  std::vector<Variation> axes;
  std::string text;  ///< the file's content in one canonical form
};

/// @throws ConfigError with every mistake of the sweep file; IoError where reading fails.
Sweep ReadSweep(const std::string& path);

/// The cases of a sweep: every combination of the choices, the first axis slowest, or what `sample`
/// draws.
std::vector<std::vector<Setting>> Cases(const Sweep& sweep);

/// A tree as one line of YAML that reads back as the same tree.
std::string FlowText(const config::Node& node);

}  // namespace headroom::sweep
