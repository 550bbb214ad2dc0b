#include "gui/models/scenario/skeleton.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include "models/catalog/library.h"
#include "sim/config/options_of.h"
#include "sim/config/quantity_text.h"

namespace headroom::gui {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

/// Sizes that make a runnable start where the smallest legal one would not.
std::string Usual(const std::string& field) {
  if (field == "sequence") return "8192";
  if (field == "global_batch") return "256";
  return "";
}

std::string ValueFor(const FieldDescriptor& field) {
  const config::Field& o = config::OptionsOf(field);
  const std::string usual = Usual(field.name());
  if (!usual.empty()) return usual;
  if (!o.default_().empty() && o.default_() != "{}") return o.default_();
  if (o.word_size() > 0) return o.word(0);
  if (o.catalog_size() > 0) {
    const std::string& kind = o.catalog(0);
    if (kind == "node") return "dgx-h100";
    if (kind == "llm") return "llama-3.1-8b";
    const auto names = catalog::Library().names(kind);
    return names.empty() ? "" : names.front();
  }
  if (!o.unit().empty()) return o.min().empty() ? "1 " + o.unit() : o.min();
  if (field.message_type() != nullptr) {
    const std::string& shorthand = config::OptionsOf(*field.message_type()).scalar();
    if (o.from_sheet() && !shorthand.empty())
      return ValueFor(*field.message_type()->FindFieldByName(shorthand));
    return GroupSkeleton(*field.message_type());
  }
  return o.min().empty() ? "1" : o.min();
}

std::string Required(const Descriptor& type, const std::string& name, const std::string& kind) {
  std::vector<std::string> parts;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.name() == "name" && !name.empty()) {
      parts.push_back("name: " + name);
    } else if (field.name() == kind) {
      parts.push_back(fmt::format("{}: {}", kind, GroupSkeleton(*field.message_type())));
    } else if (config::OptionsOf(field).required()) {
      parts.push_back(field.name() + (field.is_repeated() ? ": [" + ValueFor(field) + "]" : ": " + ValueFor(field)));
    }
  }
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

}  // namespace

QStringList ElementKinds(const FieldDescriptor& list) {
  QStringList kinds;
  const Descriptor& type = *list.message_type();
  if (type.real_oneof_decl_count() > 0 && type.FindFieldByName("name") != nullptr) {
    const auto* oneof = type.oneof_decl(0);
    for (int i = 0; i < oneof->field_count(); ++i)
      kinds << QString::fromStdString(oneof->field(i)->name());
  }
  return kinds.isEmpty() ? QStringList{""} : kinds;
}

std::string ElementSkeleton(const FieldDescriptor& list, const QString& kind,
                            const std::string& name) {
  const bool named = list.message_type()->FindFieldByName("name") != nullptr;
  return Required(*list.message_type(), named ? name : "", kind.toStdString());
}

std::string GroupSkeleton(const Descriptor& type) {
  if (type.full_name() == "headroom.schema.Requests")
    return "{arrival: {poisson: 2 /s}, prompt_tokens: {lognormal: {mean: 1024, sigma: 1}}, "
           "output_tokens: {lognormal: {mean: 256, sigma: 1}}}";
  return Required(type, "", "");
}

}  // namespace headroom::gui
