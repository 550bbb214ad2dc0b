#include "models/catalog/sheet_text.h"

#include <algorithm>

#include "sim/config/reader.h"
#include "sim/config/yaml_tree.h"
#include "sim/core/diagnostics.h"

namespace headroom::catalog {
namespace {

const google::protobuf::OneofDescriptor& KindOneof() {
  return *Sheet::descriptor()->FindOneofByName("kind");
}

const google::protobuf::FieldDescriptor* KindField(const Sheet& sheet) {
  return sheet.GetReflection()->GetOneofFieldDescriptor(sheet, &KindOneof());
}

}  // namespace

Sheet ReadSheet(std::string_view text, const std::string& file) {
  const config::Node root = config::ParseYaml(text, file);
  Sheet sheet;
  Diagnostics diagnostics;
  config::Read(root, &sheet, {}, nullptr, &diagnostics);
  if (KindField(sheet) == nullptr) {
    diagnostics.Error(root.place, "",
                      "a sheet needs one of its kinds: accelerator, node, rack, llm, ...");
  } else if (NameOf(sheet).empty()) {
    diagnostics.Error(root.place, KindOf(sheet) + ".name", "a sheet needs a name");
  }
  diagnostics.ThrowIfErrors();
  return sheet;
}

std::string KindOf(const Sheet& sheet) {
  const auto* field = KindField(sheet);
  return field == nullptr ? "" : std::string(field->name());
}

std::string NameOf(const Sheet& sheet) {
  const auto* field = KindField(sheet);
  if (field == nullptr) return "";
  const auto& body = sheet.GetReflection()->GetMessage(sheet, field);
  return body.GetReflection()->GetString(body, body.GetDescriptor()->FindFieldByName("name"));
}

const std::vector<std::string>& Kinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> out;
    for (int i = 0; i < KindOneof().field_count(); ++i)
      out.emplace_back(KindOneof().field(i)->name());
    std::sort(out.begin(), out.end());
    return out;
  }();
  return kinds;
}

}  // namespace headroom::catalog
