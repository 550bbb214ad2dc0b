#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/catalog/catalog.pb.h"

namespace headroom::catalog {

/// Reads one sheet from YAML, with the schema's defaults filled in. `file` names the text in error
/// places.
/// @throws ConfigError with everything that is wrong with it.
Sheet ReadSheet(std::string_view text, const std::string& file);

/// "accelerator", "node", ...: the key that the sheet's kind is written under; "" for an empty
/// sheet.
std::string KindOf(const Sheet& sheet);
/// The name inside the sheet's kind; "" for an empty sheet.
std::string NameOf(const Sheet& sheet);
/// All kinds that a sheet can have, sorted.
const std::vector<std::string>& Kinds();

}  // namespace headroom::catalog
