#include "sim/config/source_map.h"

namespace headroom::config {

Place SourceMap::Find(std::string_view path) const {
  for (;;) {
    const auto found = places_.find(path);
    if (found != places_.end()) return found->second;
    if (path.empty()) return {};
    // A name in brackets may hold dots: cut at its opening bracket.
    const std::size_t cut = path.back() == ']' ? path.rfind('[') : path.find_last_of(".]");
    if (cut == std::string_view::npos) {
      path = {};
    } else {
      path = path.substr(0, path[cut] == ']' ? cut + 1 : cut);
    }
  }
}

}  // namespace headroom::config
