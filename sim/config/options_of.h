#pragma once

#include "sim/config/options.pb.h"

namespace headroom::config {

/// What the schema says about a field; all empty where it says nothing.
inline const Field& OptionsOf(const google::protobuf::FieldDescriptor& field) {
  return field.options().GetExtension(config::field);
}

/// What the schema says about a message.
inline const Shape& OptionsOf(const google::protobuf::Descriptor& message) {
  return message.options().GetExtension(config::shape);
}

}  // namespace headroom::config
