#include <google/protobuf/message.h>

#include "sim/config/field_text.h"
#include "sim/config/options_of.h"
#include "sim/config/reader.h"
#include "sim/core/check.h"

namespace headroom::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool Present(const Message& message, const FieldDescriptor& field) {
  return message.GetReflection()->HasField(message, &field);
}

/// Whether a catalog sheet stands behind the message, so that it takes no defaults.
bool NamesSheet(const Message& message, const Field& options) {
  if (!options.from_sheet()) return false;
  const auto* name =
      message.GetDescriptor()->FindFieldByName(OptionsOf(*message.GetDescriptor()).scalar());
  HR_CHECK(name != nullptr, message.GetDescriptor()->full_name());
  return Present(message, *name);
}

}  // namespace

void FillDefaults(Message* message) {
  const auto& reflection = *message->GetReflection();
  const auto& descriptor = *message->GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    const Field& options = OptionsOf(field);
    if (field.is_map()) continue;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (field.is_repeated()) {
        for (int k = 0; k < reflection.FieldSize(*message, &field); ++k) {
          FillDefaults(reflection.MutableRepeatedMessage(message, &field, k));
        }
      } else if (Present(*message, field) || options.default_() == "{}") {
        Message* part = reflection.MutableMessage(message, &field);
        if (!NamesSheet(*part, options)) FillDefaults(part);
      }
    } else if (!options.default_().empty() && !field.is_repeated() && !Present(*message, field)) {
      const std::string error = SetFromText(message, field, options, options.default_());
      HR_CHECK(error.empty(), field.full_name(), error);
    }
  }
}

}  // namespace headroom::config
