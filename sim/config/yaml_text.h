#pragma once

#include <string>
#include <string_view>

namespace headroom::config {

/// Refuses what is not text before a parser sees it: control characters other than tab and line
/// ends, and bytes that are not UTF-8. @throws ConfigError with the place of the first one.
void CheckText(std::string_view text, const std::string& file);

}  // namespace headroom::config
