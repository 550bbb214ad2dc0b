#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace headroom::scenario {

/// `YYYY-MM-DD HH:MM:SS`, up to nine digits of a second, and an offset from UTC `+HH:MM`: ns since 1970.
std::optional<std::int64_t> ParseTimestamp(std::string_view text);

}  // namespace headroom::scenario
