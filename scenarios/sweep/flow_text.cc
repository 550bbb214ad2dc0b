#include <fmt/format.h>

#include <algorithm>

#include "scenarios/sweep/sweep_file.h"
#include "sim/config/json.h"

namespace headroom::sweep {
namespace {

/// Whether a plain scalar stays plain inside [ ] and { }.
bool Plain(const config::Node& node) {
  const std::string& s = node.scalar;
  return !node.quoted && !s.empty() && s.find_first_of(",[]{}\n\"'#") == std::string::npos &&
         s.find(": ") == std::string::npos && s.back() != ':';
}

}  // namespace

std::string FlowText(const config::Node& node) {
  switch (node.kind) {
    case config::Kind::kNull:
      return "~";
    case config::Kind::kScalar:
      return Plain(node) ? node.scalar : config::Json::String(node.scalar).Text();
    case config::Kind::kList: {
      std::string out;
      for (const config::Node& item : node.items) out += (out.empty() ? "" : ", ") + FlowText(item);
      return "[" + out + "]";
    }
    case config::Kind::kMap:
      break;
  }
  std::string out;
  for (const auto& [key, value] : node.entries)
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", FlowText(key), FlowText(value));
  return "{" + out + "}";
}

}  // namespace headroom::sweep
