#include "sim/config/json_schema.h"

#include <fmt/format.h>

#include <limits>

#include "sim/config/json.h"
#include "sim/config/options_of.h"
#include "sim/config/quantity_text.h"
#include "sim/config/reachable.h"

namespace headroom::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::string RefTo(const Descriptor& message) { return "#/$defs/" + message.full_name(); }

std::string Pattern(const std::string& unit) {
  return fmt::format(R"(^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t]*({})$)",
                     fmt::join(UnitsLike(unit), "|"));
}

std::string Bounds(const Field& options) {
  std::string out;
  if (!options.min().empty()) out += "; at least " + options.min();
  if (!options.above().empty()) out += "; more than " + options.above();
  if (!options.max().empty()) out += "; at most " + options.max();
  return out;
}

std::string Description(const Field& options) {
  std::string out = options.help();
  if (!options.unit().empty())
    out += (out.empty() ? "in " : "; in ") + options.unit() + Bounds(options);
  if (!options.catalog().empty())
    out += fmt::format("; a {} of the catalog", fmt::join(options.catalog(), " or "));
  if (!options.not_modelled().empty()) out += "; not modelled yet";
  return out;
}

void SetNumberBounds(const Field& options, Json* out) {
  if (!options.min().empty()) out->Set("minimum", Json::Raw(options.min()));
  if (!options.above().empty()) out->Set("exclusiveMinimum", Json::Raw(options.above()));
  if (!options.max().empty()) out->Set("maximum", Json::Raw(options.max()));
}

/// Of one value; a list's elements and a map's values have no help of their own.
Json ValueSchema(const FieldDescriptor& field, const Field& options) {
  Json out = Json::Object();
  const bool integer = field.cpp_type() != FieldDescriptor::CPPTYPE_DOUBLE;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return out.Set("$ref", Json::String(RefTo(*field.message_type())));
    case FieldDescriptor::CPPTYPE_BOOL:
      return out.Set("type", Json::String("boolean"));
    case FieldDescriptor::CPPTYPE_STRING: {
      out.Set("type", Json::String("string"));
      Json words = Json::Array();
      for (const std::string& word : options.word()) words.Add(Json::String(word));
      if (!words.empty()) out.Set("enum", std::move(words));
      return out;
    }
    default:
      break;
  }
  if (!integer && !options.unit().empty()) {
    out.Set("type", Json::String("string")).Set("pattern", Json::String(Pattern(options.unit())));
    return out.Set("examples", Json::Array().Add(Json::String("10 " + options.unit())));
  }
  out.Set("type", Json::String(integer ? "integer" : "number"));
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
    out.Set("minimum", Json::Raw("0"));
    out.Set("maximum", Json::Raw(std::to_string(std::numeric_limits<std::uint32_t>::max())));
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
    out.Set("minimum", Json::Raw("0"));
  }
  SetNumberBounds(options, &out);
  return out;
}

Json FieldSchema(const FieldDescriptor& field) {
  const Field& options = OptionsOf(field);
  Json out = Json::Object();
  if (field.is_map()) {
    out.Set("type", Json::String("object"));
    out.Set("additionalProperties", ValueSchema(*field.message_type()->map_value(), {}));
  } else if (field.is_repeated()) {
    out.Set("type", Json::String("array")).Set("items", ValueSchema(field, options));
    if (options.required()) out.Set("minItems", Json::Raw("1"));
  } else {
    out = ValueSchema(field, options);
  }
  const std::string description = Description(options);
  if (!description.empty()) out.Set("description", Json::String(description));
  const bool text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING || !options.unit().empty();
  if (!options.default_().empty()) {
    out.Set("default", text ? Json::String(options.default_()) : Json::Raw(options.default_()));
  }
  return out;
}

/// Exactly one member of each oneof.
Json OneofSchemas(const Descriptor& message) {
  Json all = Json::Array();
  for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
    Json one = Json::Array();
    for (int k = 0; k < message.oneof_decl(i)->field_count(); ++k) {
      const std::string& name = message.oneof_decl(i)->field(k)->name();
      one.Add(Json::Object().Set("required", Json::Array().Add(Json::String(name))));
    }
    all.Add(Json::Object().Set("oneOf", std::move(one)));
  }
  return all;
}

Json MessageSchema(const Descriptor& message, const FileKeys& file) {
  const Shape& shape = OptionsOf(message);
  Json properties = Json::Object(), required = Json::Array();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    properties.Set(field.name(), FieldSchema(field));
    if (OptionsOf(field).required()) required.Add(Json::String(field.name()));
  }
  for (const auto& [key, schema] : file.keys) properties.Set(key, Json::Raw(schema));
  Json out = Json::Object();
  if (!shape.help().empty()) out.Set("description", Json::String(shape.help()));
  out.Set("type", Json::String("object")).Set("properties", std::move(properties));
  if (!required.empty() && file.waives_required.empty())
    out.Set("required", std::move(required));
  else if (!required.empty()) {
    Json waiver =
        Json::Object().Set("required", Json::Array().Add(Json::String(file.waives_required)));
    out.Set("anyOf", Json::Array()
                         .Add(Json::Object().Set("required", std::move(required)))
                         .Add(std::move(waiver)));
  }
  Json oneofs = OneofSchemas(message);
  if (!oneofs.empty()) out.Set("allOf", std::move(oneofs));
  out.Set("additionalProperties", Json::Raw("false"));
  if (shape.scalar().empty()) return out;
  const FieldDescriptor* shorthand = message.FindFieldByName(shape.scalar());
  return Json::Object().Set("oneOf",
                            Json::Array().Add(FieldSchema(*shorthand)).Add(std::move(out)));
}

}  // namespace

std::string JsonSchema(const Descriptor* root, const FileKeys& file) {
  Json definitions = Json::Object();
  for (const Descriptor* message : Reachable(root)) {
    definitions.Set(message->full_name(),
                    MessageSchema(*message, message == root ? file : FileKeys{}));
  }
  Json out = Json::Object();
  out.Set("$schema", Json::String("https://json-schema.org/draft/2020-12/schema"));
  out.Set("title", Json::String("Headroom " + root->name()));
  out.Set("$ref", Json::String(RefTo(*root)));
  out.Set("$defs", std::move(definitions));
  return out.Text() + "\n";
}

}  // namespace headroom::config
