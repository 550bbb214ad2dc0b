#include "sim/config/reachable.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

namespace headroom::config {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::vector<const Descriptor*> Reachable(const Descriptor* root) {
  std::vector<const Descriptor*> found{root};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (int k = 0; k < found[i]->field_count(); ++k) {
      const FieldDescriptor* field = found[i]->field(k);
      if (field->is_map()) field = field->message_type()->map_value();
      const Descriptor* part = field->message_type();
      if (part != nullptr && std::find(found.begin(), found.end(), part) == found.end()) {
        found.push_back(part);
      }
    }
  }
  return found;
}

}  // namespace headroom::config
