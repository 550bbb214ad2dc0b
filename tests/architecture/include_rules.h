#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace headroom {

/// What breaks the arrows of the tree or the rules on files, one line each, sorted: "path:line:
/// what".
///
///     sim <- topology <- models <- scenarios <- gui        sim <- analysis <- scenarios, gui
///
/// Within sim, core is below the others and engine below flow. In models, the catalog is below the
/// ground floor, which is below the first floor; siblings never include each other. Imports of
/// .proto files count as includes. Includes in quotes are written from the root. Third-party
/// headers stay where their wrapper is.
std::vector<std::string> Violations(const std::filesystem::path& root);

}  // namespace headroom
