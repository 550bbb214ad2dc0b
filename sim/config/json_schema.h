#pragma once

#include <string>
#include <utility>
#include <vector>

namespace google::protobuf {
class Descriptor;
}

namespace headroom::config {

/// Keys of a file that its loader takes away before the message is read.
struct FileKeys {
  /// Key and the JSON Schema of its value; one that the message has too is replaced.
  std::vector<std::pair<std::string, std::string>> keys;
  /// A file with this key need not hold the required ones.
  std::string waives_required;
};

/// A JSON Schema (draft 2020-12) of the YAML that Read() takes for a message: for editors. Keys
/// that are not modelled yet are allowed, and say so.
std::string JsonSchema(const google::protobuf::Descriptor* root, const FileKeys& file = {});

/// The same as Markdown, one table of keys for each kind of map.
std::string MarkdownReference(const google::protobuf::Descriptor* root);

}  // namespace headroom::config
