#pragma once

#include <vector>

namespace google::protobuf {
class Descriptor;
}

namespace headroom::config {

/// The message and every message below it, each once, parents before their parts. Entries of map
/// fields are left out.
std::vector<const google::protobuf::Descriptor*> Reachable(
    const google::protobuf::Descriptor* root);

}  // namespace headroom::config
