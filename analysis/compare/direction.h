#pragma once

#include <string_view>

namespace headroom::report {

/// Whether more of a metric is good.
enum class Direction { kLess, kMore, kNeither };

/// Of the metrics of the contract, by name; kNeither for what is merely a size (accelerators,
/// steps) or unknown.
Direction DirectionOf(std::string_view metric);

}  // namespace headroom::report
