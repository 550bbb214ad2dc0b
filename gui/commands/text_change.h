#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headroom::gui {

/// A change of a text: the bytes `removed` at `at` give way to `inserted`.
struct TextChange {
  std::size_t at = 0;
  std::string removed;
  std::string inserted;
  bool empty() const { return removed == inserted; }
  TextChange Reversed() const { return {at, inserted, removed}; }
  bool operator==(const TextChange&) const = default;
};

/// The text with the change made. The bytes at `at` must be `change.removed`.
std::string Applied(std::string_view text, const TextChange& change);

/// The smallest single change that makes `after` of `before`; it starts and ends between whole
/// UTF-8 characters.
TextChange Difference(std::string_view before, std::string_view after);

}  // namespace headroom::gui
