#pragma once

#include <map>
#include <string>

#include "sim/config/yaml_tree.h"

namespace headroom::scenario {

/// Longest file that is read.
inline constexpr std::size_t kMaxFileBytes = 16u << 20;

/// Texts that stand in the place of files, by absolute path: what an editor holds unsaved.
using OpenTexts = std::map<std::string, std::string>;

/// A YAML file whose root is a map. `from` is where the file is named, {} for the command line.
/// @throws ConfigError where the file does not exist, is too long or is not such YAML; IoError
/// where reading fails.
config::Node ReadTreeFile(const std::string& path, const Place& from, const OpenTexts& open = {});

/// The same with its `include:` resolved: each included file (relative to the including one) is
/// laid on the one before, the including file on all of them, after what it lists under `remove:` was
/// taken out of them. @throws ConfigError also where
/// includes go round in a circle.
config::Node ReadTreeWithIncludes(const std::string& path, const OpenTexts& open = {});

/// Takes what `over` lists under `remove:` out of `base`, and the key out of `over`.
/// @throws ConfigError at each entry that is no path to something in `base`.
void TakeOut(config::Node& base, config::Node& over);

/// `name` as seen from the folder of `file`; absolute names stay.
std::string Beside(const std::string& file, const std::string& name);

}  // namespace headroom::scenario
