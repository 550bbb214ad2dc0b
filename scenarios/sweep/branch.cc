#include "scenarios/sweep/branch.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "scenarios/schema/scenario.pb.h"
#include "sim/config/override.h"

namespace headroom::sweep {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

/// Paths of the values below a message; a list of things without names is one value.
void AddPaths(const Descriptor& message, const std::string& path, std::vector<std::string>* out) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const std::string here = (path.empty() ? "" : path + ".") + field.name();
    const Descriptor* below = field.message_type();
    const bool named = below != nullptr && below->FindFieldByName("name") != nullptr;
    if (below == nullptr || (field.is_repeated() && !named)) {
      if (field.name() != "at" && field.name() != "name") out->push_back(here);
    } else {
      AddPaths(*below, field.is_repeated() ? here + "[NAME]" : here, out);
    }
  }
}

/// `workloads[chat].serve` as `workloads[NAME].serve`.
std::string WithoutNames(const std::string& path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    if (c == ']' && inside) out += "NAME";
    if (c == '[' || c == ']') inside = c == '[';
    if (!inside || c == '[') out += c;
  }
  return out;
}

config::Node Scalar(const std::string& text) {
  config::Node node;
  node.kind = config::Kind::kScalar;
  node.scalar = text;
  return node;
}

/// Puts an element of that name into a list of the change's first level, so that a path finds it.
void AddElement(const std::string& path, config::Node* change) {
  const std::size_t open = path.find('['), close = path.find(']');
  if (open == std::string::npos || close == std::string::npos) return;
  const std::string name = path.substr(open + 1, close - open - 1);
  config::Node* list = change->Find(path.substr(0, open));
  if (list == nullptr) {
    change->entries.emplace_back(Scalar(path.substr(0, open)), config::Node());
    list = &change->entries.back().second;
    list->kind = config::Kind::kList;
  }
  const std::vector<std::string> known = config::ElementLabels(*list);
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  config::Node element;
  element.kind = config::Kind::kMap;
  element.entries.emplace_back(Scalar("name"), Scalar(name));
  list->items.push_back(std::move(element));
}

}  // namespace

std::vector<std::string> ChangeablePaths() {
  std::vector<std::string> out;
  AddPaths(*schema::Change::descriptor(), "", &out);
  return out;
}

bool CanChange(const std::string& path) {
  const std::string plain = WithoutNames(path);
  const std::vector<std::string> known = ChangeablePaths();
  return std::any_of(known.begin(), known.end(), [&](const std::string& k) {
    return k == plain || (k.starts_with(plain) && (k[plain.size()] == '.' || k[plain.size()] == '['));
  });
}

std::string ChangeText(double from, const std::vector<Setting>& settings) {
  config::Node change;
  change.kind = config::Kind::kMap;
  change.entries.emplace_back(Scalar("at"), Scalar(fmt::format("{} s", from)));
  for (const Setting& s : settings) {
    if (!s.later || s.text == "~") continue;
    AddElement(s.path, &change);
    config::Set(change, s.path, s.text);
  }
  return FlowText(change);
}

}  // namespace headroom::sweep
