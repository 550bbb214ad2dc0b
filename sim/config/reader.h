#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/config/source_map.h"
#include "sim/config/yaml_tree.h"

namespace google::protobuf {
class Message;
}

namespace headroom::config {

struct ReadOptions {
  /// Names of the catalog's sheets of one kind ("llm", "node", ...). Without it names are not
  /// checked.
  std::function<std::vector<std::string>(const std::string& kind)> catalog_names;
};

/// Reads a tree into a message by its schema (sim/config/options.proto): keys, units, bounds,
/// words, defaults.
///
/// Every mistake becomes one finding with its place and path; the message then holds what was
/// right. A key that is absent takes its default; a message whose default is "{}" is made from the
/// defaults of its own fields, one without a default stays absent. A message written as its scalar
/// shorthand holds that one field beside its defaults; one that names a catalog sheet
/// (`from_sheet`) takes no defaults, what it leaves out is the sheet's. `places` may be null.
void Read(const Node& root, google::protobuf::Message* out, const ReadOptions& options,
          SourceMap* places, Diagnostics* diagnostics);

/// Sets what `message` leaves out to the schema's defaults, below it too.
void FillDefaults(google::protobuf::Message* message);

}  // namespace headroom::config
