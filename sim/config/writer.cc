#include "sim/config/writer.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <map>

#include "sim/config/field_text.h"
#include "sim/config/options_of.h"

namespace headroom::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool PlainChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(" _-+./%()*").find(c) != std::string_view::npos;
}

/// A text as a YAML scalar: bare where that reads back as itself, else in double quotes.
std::string Scalar(const std::string& text) {
  const auto alnum = [](char c) {
    return PlainChar(c) && std::string_view(" _-+.%()*").find(c) == std::string_view::npos;
  };
  const bool null = text == "null" || text == "Null" || text == "NULL";
  if (!text.empty() && alnum(text.front()) && text.back() != ' ' && !null &&
      std::all_of(text.begin(), text.end(), PlainChar)) {
    return text;
  }
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

class TreeWriter {
 public:
  std::string Take() { return std::move(out_); }

  void WriteFields(const Message& message, int depth) {
    const auto& reflection = *message.GetReflection();
    const auto& descriptor = *message.GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i) {
      const FieldDescriptor& field = *descriptor.field(i);
      const bool present = field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                                               : reflection.HasField(message, &field);
      if (!present || !OptionsOf(field).not_modelled().empty()) continue;
      Key(field.name(), depth);
      if (field.is_map()) {
        WriteMap(message, field, depth + 1);
      } else if (field.is_repeated()) {
        WriteList(message, field, depth);
      } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        WriteMessage(reflection.GetMessage(message, &field), depth + 1);
      } else {
        out_ += " " + Value(message, field, -1) + "\n";
      }
    }
  }

 private:
  void Key(const std::string& key, int depth) {
    if (!continues_) out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    continues_ = false;
    out_ += key + ":";
  }

  static std::string Value(const Message& message, const FieldDescriptor& field, int index) {
    const std::string text = TextOf(message, field, OptionsOf(field), index);
    return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ? Scalar(text) : text;
  }

  /// The shorthand's text where it is all that the message holds.
  static std::string Shorthand(const Message& message) {
    const std::string& name = OptionsOf(*message.GetDescriptor()).scalar();
    std::vector<const FieldDescriptor*> set;
    message.GetReflection()->ListFields(message, &set);
    return set.size() == 1 && set[0]->name() == name ? Value(message, *set[0], -1) : "";
  }

  /// After `key:`.
  void WriteMessage(const Message& message, int depth) {
    const std::string shorthand = Shorthand(message);
    if (!shorthand.empty()) {
      out_ += " " + shorthand + "\n";
      return;
    }
    out_ += "\n";
    const std::size_t before = out_.size();
    WriteFields(message, depth);
    if (out_.size() == before) {
      out_.pop_back();
      out_ += " {}\n";
    }
  }

  void WriteList(const Message& message, const FieldDescriptor& field, int depth) {
    const auto& reflection = *message.GetReflection();
    out_ += "\n";
    for (int k = 0; k < reflection.FieldSize(message, &field); ++k) {
      out_.append(static_cast<std::size_t>(depth + 1) * 2, ' ');
      if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        out_ += "- " + Value(message, field, k) + "\n";
        continue;
      }
      const Message& element = reflection.GetRepeatedMessage(message, &field, k);
      const std::string shorthand = Shorthand(element);
      out_ += "- " + shorthand;
      const std::size_t before = out_.size();
      continues_ = true;
      if (shorthand.empty()) WriteFields(element, depth + 2);
      continues_ = false;
      if (out_.size() == before) out_ += shorthand.empty() ? "{}\n" : "\n";
    }
  }

  void WriteMap(const Message& message, const FieldDescriptor& field, int depth) {
    const auto& reflection = *message.GetReflection();
    const FieldDescriptor& key_field = *field.message_type()->map_key();
    const FieldDescriptor& value_field = *field.message_type()->map_value();
    std::map<std::string, const Message*> entries;  // a map field keeps no order of its own
    for (int k = 0; k < reflection.FieldSize(message, &field); ++k) {
      const Message& entry = reflection.GetRepeatedMessage(message, &field, k);
      entries.emplace(TextOf(entry, key_field, Field::default_instance(), -1), &entry);
    }
    out_ += "\n";
    for (const auto& [key, entry] : entries) {
      Key(Scalar(key), depth);
      if (value_field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        WriteMessage(entry->GetReflection()->GetMessage(*entry, &value_field), depth + 1);
      } else {
        out_ += " " + Value(*entry, value_field, -1) + "\n";
      }
    }
  }

  std::string out_;
  bool continues_ = false;  ///< the next key stands behind a list element's dash
};

}  // namespace

std::string WriteYaml(const Message& message) {
  TreeWriter writer;
  writer.WriteFields(message, 0);
  std::string text = writer.Take();
  return text.empty() ? "{}\n" : text;
}

}  // namespace headroom::config
