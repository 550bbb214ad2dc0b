#include "sim/config/quoted.h"

namespace headroom::config {

std::string Shown(std::string_view text) {
  constexpr std::size_t kLimit = 60;
  std::size_t end = text.size();
  if (end > kLimit) {
    end = kLimit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  }
  std::string out;
  for (const char c : text.substr(0, end)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  return end < text.size() ? out + "..." : out;
}

}  // namespace headroom::config
