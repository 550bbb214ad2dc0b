#pragma once

#include <string>
#include <string_view>

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace headroom::config {

class Field;

/// Reads `text` as a scalar field's value, checks it against `options` (unit, bounds, words) and
/// sets it, or appends it to a repeated field. Returns what is wrong with it, or "" when it was
/// set.
std::string SetFromText(google::protobuf::Message* message,
                        const google::protobuf::FieldDescriptor& field, const Field& options,
                        std::string_view text);

/// A scalar field's value as SetFromText reads it back exactly; `index` is -1 unless the field is
/// repeated.
std::string TextOf(const google::protobuf::Message& message,
                   const google::protobuf::FieldDescriptor& field, const Field& options, int index);

/// What stands in a scalar field: "a power is due, for example 10 MW", "a whole number is due".
std::string ScalarDue(const google::protobuf::FieldDescriptor& field, const Field& options);

}  // namespace headroom::config
