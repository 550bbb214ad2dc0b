#include <fmt/format.h>

#include <cmath>

#include "analysis/hdf5/summary.h"

namespace headroom::report {
namespace {

/// A JSON string. Bytes that are not UTF-8 become U+FFFD, so that the result is always valid.
std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      ++i;
      if (c == '"' || c == '\\')
        out += {'\\', static_cast<char>(c)};
      else if (c == '\n')
        out += "\\n";
      else if (c == '\t')
        out += "\\t";
      else if (c < 0x20)
        out += fmt::format("\\u{:04x}", c);
      else
        out += static_cast<char>(c);
      continue;
    }
    const std::size_t length = c >= 0xf0 && c < 0xf5   ? 4
                               : c >= 0xe0 && c < 0xf0 ? 3
                               : c >= 0xc2 && c < 0xe0 ? 2
                                                       : 0;
    bool valid = length > 0 && i + length <= text.size();
    for (std::size_t k = 1; valid && k < length; ++k)
      valid = (static_cast<unsigned char>(text[i + k]) & 0xc0) == 0x80;
    const auto next = valid ? static_cast<unsigned char>(text[i + 1]) : 0;
    // No overlong forms, no surrogates, nothing beyond U+10FFFF.
    if (valid && ((c == 0xe0 && next < 0xa0) || (c == 0xed && next > 0x9f) ||
                  (c == 0xf0 && next < 0x90) || (c == 0xf4 && next > 0x8f)))
      valid = false;
    out += valid ? text.substr(i, length) : "\xef\xbf\xbd";
    i += valid ? length : 1;
  }
  return out + '"';
}

std::string Number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

}  // namespace

std::string SummaryJson(const Summary& summary, std::optional<double> wall_s) {
  std::string out = fmt::format(
      "{{\n  \"name\": {},\n  \"status\": {},\n  \"simulated_s\": {},\n  \"seed\": {},\n",
      Quoted(summary.name), Quoted(summary.status), Number(summary.simulated_s), summary.seed);
  if (wall_s) out += fmt::format("  \"wall_s\": {},\n", Number(*wall_s));
  out += "  \"metrics\": {";
  const char* separator = "\n";
  for (const Metric& m : summary.metrics.all()) {
    out += fmt::format("{}    {}: {{\"value\": {}, \"unit\": {}}}", separator, Quoted(m.name),
                       m.text.empty() ? Number(m.value) : Quoted(m.text), Quoted(m.unit));
    separator = ",\n";
  }
  return out + (summary.metrics.all().empty() ? "}\n}\n" : "\n  }\n}\n");
}

}  // namespace headroom::report
