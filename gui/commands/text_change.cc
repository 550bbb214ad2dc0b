#include "gui/commands/text_change.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::gui {
namespace {

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string Applied(std::string_view text, const TextChange& change) {
  HR_CHECK(text.substr(std::min(change.at, text.size()), change.removed.size()) == change.removed,
           change.at);
  std::string out(text.substr(0, change.at));
  out += change.inserted;
  out += text.substr(change.at + change.removed.size());
  return out;
}

TextChange Difference(std::string_view before, std::string_view after) {
  const std::size_t most = std::min(before.size(), after.size());
  std::size_t start = 0;
  while (start < most && before[start] == after[start]) ++start;
  while (start > 0 && ((start < before.size() && Continues(before[start])) ||
                       (start < after.size() && Continues(after[start])))) {
    --start;
  }
  std::size_t end = 0;
  while (end < most - start && before[before.size() - 1 - end] == after[after.size() - 1 - end])
    ++end;
  while (end > 0 && Continues(before[before.size() - end])) --end;
  return {start, std::string(before.substr(start, before.size() - end - start)),
          std::string(after.substr(start, after.size() - end - start))};
}

}  // namespace headroom::gui
