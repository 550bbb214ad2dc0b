#include "sim/config/json.h"

#include <fmt/format.h>

#include <algorithm>

namespace headroom::config {

Json Json::String(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return Raw(out + '"');
}

Json& Json::Set(const std::string& key, Json value) {
  for (auto& [known, old] : members_) {
    if (known == key) {
      old = std::move(value);
      return *this;
    }
  }
  members_.emplace_back(key, std::move(value));
  return *this;
}

Json& Json::Add(Json value) {
  members_.emplace_back("", std::move(value));
  return *this;
}

std::string Json::Text(int indent) const {
  if (type_ == Type::kRaw) return raw_;
  const bool object = type_ == Type::kObject;
  const bool flat = std::all_of(members_.begin(), members_.end(),
                                [](const auto& m) { return m.second.type_ == Type::kRaw; });
  std::string line, block;
  const std::string margin(static_cast<std::size_t>(indent) + 2, ' ');
  for (const auto& [key, value] : members_) {
    const std::string name = object ? String(key).raw_ + ": " : "";
    if (flat) line += (line.empty() ? "" : ", ") + name + value.raw_;
    block += (block.empty() ? "\n" : ",\n") + margin + name + value.Text(indent + 2);
  }
  const char open = object ? '{' : '[', close = object ? '}' : ']';
  if (flat && line.size() + static_cast<std::size_t>(indent) < 90) {
    return fmt::format("{}{}{}", open, line, close);
  }
  return fmt::format("{}{}\n{}{}", open, block, std::string(static_cast<std::size_t>(indent), ' '),
                     close);
}

}  // namespace headroom::config
