#pragma once

#include <string>
#include <string_view>

namespace headroom::config {

/// `text` as an error message shows it: control characters as `?`, cut after 60 bytes (at a whole
/// character).
std::string Shown(std::string_view text);

/// Shown() between single quotes.
inline std::string Quoted(std::string_view text) { return "'" + Shown(text) + "'"; }

}  // namespace headroom::config
