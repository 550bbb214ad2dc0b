#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "sim/config/json_schema.h"
#include "sim/config/options_of.h"
#include "sim/config/reachable.h"
#include "sim/config/unit_table.h"
#include "sim/core/check.h"

namespace headroom::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::string Link(const Descriptor& message) {
  std::string anchor = message.name();
  std::transform(anchor.begin(), anchor.end(), anchor.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return fmt::format("[{}](#{})", message.name(), anchor);
}

/// What stands behind a key.
std::string Value(const FieldDescriptor& field, const Field& options) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Link(*field.message_type());
    case FieldDescriptor::CPPTYPE_BOOL:
      return "`true` or `false`";
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      if (options.unit().empty()) return "number";
      const Unit* unit = FindUnit(options.unit());
      HR_CHECK(unit != nullptr, field.full_name(), options.unit());
      return fmt::format("{} in `{}`", NameOf(unit->dimension), options.unit());
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string words;
      for (const std::string& word : options.word())
        words += (words.empty() ? "`" : ", `") + word + "`";
      if (!words.empty()) return words;
      return options.catalog().empty()
                 ? "text"
                 : fmt::format("{} of the catalog", fmt::join(options.catalog(), " or "));
    }
    default:
      return "whole number";
  }
}

std::string Limits(const Field& options) {
  std::string out;
  const auto add = [&](const char* rule, const std::string& bound) {
    if (!bound.empty()) out += (out.empty() ? "" : ", ") + fmt::format("{} {}", rule, bound);
  };
  add("at least", options.min());
  add("more than", options.above());
  add("at most", options.max());
  return out;
}

std::string Row(const FieldDescriptor& field) {
  const Field& options = OptionsOf(field);
  std::string value = Value(field, options);
  if (field.is_map())
    value = "map of text to " + Value(*field.message_type()->map_value(), {});
  else if (field.is_repeated())
    value = "list of " + value;
  std::string fallback;
  if (options.required())
    fallback = "required";
  else if (options.default_() == "{}")
    fallback = "its defaults";
  else if (!options.default_().empty())
    fallback = "`" + options.default_() + "`";
  const std::string note = options.not_modelled().empty() ? "" : " (not modelled yet)";
  return fmt::format("| `{}` | {} | {} | {} | {}{} |\n", field.name(), value, fallback,
                     Limits(options), options.help(), note);
}

std::string Section(const Descriptor& message) {
  const Shape& shape = OptionsOf(message);
  std::string out = fmt::format("## {}\n\n", message.name());
  if (!shape.help().empty()) out += shape.help() + ".\n\n";
  if (!shape.scalar().empty())
    out += fmt::format("A plain value in place of the map is its `{}`.\n\n", shape.scalar());
  for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
    std::string names;
    const auto& oneof = *message.oneof_decl(i);
    for (int k = 0; k < oneof.field_count(); ++k)
      names += (k > 0 ? ", `" : "`") + oneof.field(k)->name() + "`";
    out += fmt::format("Exactly one of {}.\n\n", names);
  }
  out += "| key | value | default | limits | meaning |\n|---|---|---|---|---|\n";
  for (int i = 0; i < message.field_count(); ++i) out += Row(*message.field(i));
  return out + "\n";
}

}  // namespace

std::string MarkdownReference(const Descriptor* root) {
  std::string out;
  for (const Descriptor* message : Reachable(root)) out += Section(*message);
  out.pop_back();
  return out;
}

}  // namespace headroom::config
