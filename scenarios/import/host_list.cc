#include "scenarios/import/host_list.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace headroom::import {
namespace {

constexpr std::size_t kMost = 1'000'000;

std::optional<std::uint64_t> Number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// Splits at commas outside brackets.
std::optional<std::vector<std::string>> Parts(const std::string& text) {
  std::vector<std::string> out{""};
  int depth = 0;
  for (const char c : text) {
    depth += (c == '[') - (c == ']');
    if (depth < 0 || depth > 1) return std::nullopt;
    if (c == ',' && depth == 0) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  if (depth != 0) return std::nullopt;
  return out;
}

/// "001-003,7": what stands in brackets.
std::optional<std::vector<std::string>> Range(const std::string& text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, comma - at);
    at = comma + 1;
    const std::size_t dash = part.find('-');
    const std::string low = part.substr(0, dash);
    const auto from = Number(low), to = dash == part.npos ? from : Number(part.substr(dash + 1));
    if (!from || !to || *to < *from || *to - *from >= kMost) return std::nullopt;
    for (std::uint64_t n = *from; n <= *to; ++n) out.push_back(fmt::format("{:0{}}", n, low.size()));
  }
  return out;
}

}  // namespace

std::optional<std::vector<std::string>> HostNames(const std::string& text) {
  const auto parts = Parts(text);
  if (!parts) return std::nullopt;
  std::vector<std::string> out;
  for (const std::string& part : *parts) {
    std::vector<std::string> names{""};
    for (std::size_t at = 0; at < part.size();) {
      if (part[at] != '[') {
        for (std::string& n : names) n += part[at];
        ++at;
        continue;
      }
      const std::size_t close = part.find(']', at);
      const auto range = Range(part.substr(at + 1, close - at - 1));
      if (!range || names.size() * range->size() > kMost) return std::nullopt;
      std::vector<std::string> longer;
      for (const std::string& n : names)
        for (const std::string& r : *range) longer.push_back(n + r);
      names = std::move(longer);
      at = close + 1;
    }
    if (out.size() + names.size() > kMost) return std::nullopt;
    for (std::string& n : names)
      if (!n.empty()) out.push_back(std::move(n));
  }
  return out;
}

}  // namespace headroom::import
