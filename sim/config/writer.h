#pragma once

#include <string>

namespace google::protobuf {
class Message;
}

namespace headroom::config {

/// A message as a scenario spells it: block YAML in the schema's order, quantities with their unit,
/// every number in its shortest exact form. Reading the text back gives an equal message. Keys that
/// the reader refuses as not modelled are left out; they hold nothing but defaults.
std::string WriteYaml(const google::protobuf::Message& message);

}  // namespace headroom::config
