#pragma once

#include <optional>
#include <string>
#include <vector>

namespace headroom::import {

/// The names of a Slurm host list: "node[001-003,7],login" is node001, node002, node003, node7, login. Nothing where brackets or ranges are broken, or it
/// would be more than a million names.
std::optional<std::vector<std::string>> HostNames(const std::string& text);

}  // namespace headroom::import
