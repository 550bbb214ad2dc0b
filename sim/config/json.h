#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headroom::config {

/// A JSON value to be written, keys in the order they were added.
class Json {
 public:
  static Json Object() { return Json(Type::kObject, ""); }
  static Json Array() { return Json(Type::kArray, ""); }
  static Json String(std::string_view text);
  /// A number, `true`, `false`, `null`, or any text that is JSON already.
  static Json Raw(std::string text) { return Json(Type::kRaw, std::move(text)); }

  /// Adds a key, or replaces its value.
  Json& Set(const std::string& key, Json value);
  Json& Add(Json value);
  bool empty() const { return members_.empty(); }
  /// Indented text; short objects and lists of scalars stand on one line.
  std::string Text(int indent = 0) const;

 private:
  enum class Type { kObject, kArray, kRaw };
  Json(Type type, std::string raw) : type_(type), raw_(std::move(raw)) {}
  Type type_;
  std::string raw_;
  std::vector<std::pair<std::string, Json>> members_;  ///< of an array: with empty keys
};

}  // namespace headroom::config
