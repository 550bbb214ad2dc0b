#include "gui/models/scenario/property.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <QFileInfo>
#include <map>

#include "gui/commands/yaml_path.h"
#include "scenarios/schema/scenario.pb.h"
#include "sim/config/field_text.h"
#include "sim/config/options_of.h"

namespace headroom::gui {
namespace {

using config::Node;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

constexpr int kMaxGroups = 9;

class Builder {
 public:
  explicit Builder(const CheckedScenario& checked) : checked_(checked) {
    for (const Finding& e : checked.errors) problems_[e.path] += (problems_[e.path].empty() ? "" : "\n") + e.message;
  }

  /// `own` is what of `node` the scenario's own text says.
  void Fill(Property* group, const Message* message, const Node* node, const Node* own, bool defaults, int depth) {
    const Descriptor& type = *group->type;
    const std::string& shorthand = config::OptionsOf(type).scalar();
    if (depth > kMaxGroups) return;
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const Node* written = node == nullptr ? nullptr : node->Find(field.name());
      if (node != nullptr && node->is_scalar() && field.name() == shorthand) written = node;
      if (written == nullptr && !config::OptionsOf(field).not_modelled().empty()) continue;
      if (written == nullptr && OtherIsWritten(field, node)) continue;
      const Node* here = own == nullptr ? nullptr : own->is_scalar() && field.name() == shorthand ? own : own->Find(field.name());
      Property* child = Add(group, field, group->path);
      Place(child, written, here != nullptr);
      if (field.is_repeated() && !field.is_map() && field.message_type() != nullptr) {
        FillList(child, message, written, here, depth);
      } else if (field.message_type() != nullptr && !field.is_repeated()) {
        FillGroup(child, message, written, here, defaults, depth);
      } else {
        FillValue(child, message, written, defaults);
      }
    }
  }

 private:
  static bool OtherIsWritten(const FieldDescriptor& field, const Node* node) {
    const OneofDescriptor* oneof = field.real_containing_oneof();
    if (oneof == nullptr || node == nullptr) return false;
    for (int i = 0; i < oneof->field_count(); ++i)
      if (node->Find(oneof->field(i)->name()) != nullptr) return true;
    return false;
  }

  Property* Add(Property* parent, const FieldDescriptor& field, const std::string& path) {
    auto child = std::make_unique<Property>();
    child->field = &field;
    child->type = field.message_type();
    child->path = path.empty() ? field.name() : path + "." + field.name();
    child->label = QString::fromStdString(field.name()).replace('_', ' ');
    child->parent = parent;
    child->row = static_cast<int>(parent->children.size());
    parent->children.push_back(std::move(child));
    return parent->children.back().get();
  }

  void Place(Property* property, const Node* written, bool here) const {
    const auto problem = problems_.find(property->path);
    if (problem != problems_.end()) property->problem = QString::fromStdString(problem->second);
    if (written == nullptr) return;
    property->origin = here ? Origin::kHere : Origin::kInherited;
    property->from = QFileInfo(QString::fromStdString(written->place.file)).fileName();
  }

  void FillList(Property* list, const Message* message, const Node* node, const Node* own, int depth) {
    list->kind = Property::Kind::kList;
    if (node == nullptr || !node->is_list()) return;
    const auto labels = config::ElementLabels(*node);
    std::map<std::string, const Node*> written;
    if (own != nullptr && own->is_list()) {
      const auto names = config::ElementLabels(*own);
      for (std::size_t i = 0; i < names.size(); ++i) written[names[i]] = &own->items[i];
    }
    const int there = message == nullptr ? 0 : message->GetReflection()->FieldSize(*message, list->field);
    for (std::size_t i = 0; i < node->items.size(); ++i) {
      auto child = std::make_unique<Property>();
      child->kind = Property::Kind::kElement;
      child->field = list->field;
      child->type = list->field->message_type();
      child->path = fmt::format("{}[{}]", list->path, labels[i]);
      child->label = QString::fromStdString(labels[i]);
      child->parent = list;
      child->row = static_cast<int>(i);
      const auto here = written.find(labels[i]);
      const Node* mine = here == written.end() ? nullptr : here->second;
      Place(child.get(), &node->items[i], mine != nullptr);
      const Message* element =
          static_cast<int>(i) < there
              ? &message->GetReflection()->GetRepeatedMessage(*message, list->field, static_cast<int>(i))
              : nullptr;
      Fill(child.get(), element, &node->items[i], mine, true, depth + 1);
      list->children.push_back(std::move(child));
    }
  }

  void FillGroup(Property* group, const Message* message, const Node* node, const Node* own, bool defaults, int depth) {
    group->kind = Property::Kind::kGroup;
    const config::Field& options = config::OptionsOf(*group->field);
    const bool there = message != nullptr && message->GetReflection()->HasField(*message, group->field);
    if (node != nullptr && node->is_scalar()) group->value = QString::fromStdString(node->scalar);
    if (node == nullptr && there) group->origin = Origin::kDefault;
    Fill(group, there ? &message->GetReflection()->GetMessage(*message, group->field) : nullptr, node, own,
         defaults && !options.from_sheet(), depth + 1);
  }

  static void FillValue(Property* property, const Message* message, const Node* node, bool defaults) {
    property->kind = Property::Kind::kValue;
    const FieldDescriptor& field = *property->field;
    const config::Field& options = config::OptionsOf(field);
    if (node != nullptr) {
      property->value = QString::fromStdString(node->is_scalar() ? node->scalar : OneLine(*node));
      return;
    }
    if (!defaults || field.is_repeated()) return;
    const bool there = message != nullptr && field.has_presence() && message->GetReflection()->HasField(*message, &field);
    if (!options.default_().empty()) property->value = QString::fromStdString(options.default_());
    else if (there) property->value = QString::fromStdString(config::TextOf(*message, field, options, -1));
    if (!property->value.isEmpty()) property->origin = Origin::kDefault;
  }

  const CheckedScenario& checked_;
  std::map<std::string, std::string> problems_;
};

/// The property of that path, or null.
Property* PropertyAt(Property* parent, const std::string& path) {
  for (const auto& child : parent->children) {
    if (child->path == path) return child.get();
    if (!path.starts_with(child->path)) continue;
    if (Property* found = PropertyAt(child.get(), path)) return found;
  }
  return nullptr;
}

/// Shows what the scenario takes out of its base: in the place of an absent key, or as an element of its list.
void MarkTakenOut(const CheckedScenario& checked, Property* root) {
  const Node* remove = checked.own.Find("remove");
  if (remove == nullptr || !remove->is_list()) return;
  for (const Node& item : remove->items) {
    Property* property = PropertyAt(root, item.scalar);
    if (property != nullptr && (property->origin == Origin::kHere || property->origin == Origin::kInherited)) continue;
    const std::size_t bracket = item.scalar.rfind('[');
    if (property == nullptr && item.scalar.ends_with(']') && bracket != std::string::npos) {
      Property* list = PropertyAt(root, item.scalar.substr(0, bracket));
      if (list == nullptr || list->kind != Property::Kind::kList) continue;
      auto gone = std::make_unique<Property>();
      gone->kind = Property::Kind::kElement;
      gone->path = item.scalar;
      gone->field = list->field;
      gone->label = QString::fromStdString(item.scalar.substr(bracket + 1, item.scalar.size() - bracket - 2));
      gone->parent = list;
      gone->row = static_cast<int>(list->children.size());
      list->children.push_back(std::move(gone));
      property = list->children.back().get();
    }
    if (property == nullptr) continue;
    property->taken_out = true;
    property->origin = Origin::kHere;
  }
}

}  // namespace

bool Property::editable() const {
  if (kind == Kind::kValue) return true;
  return kind == Kind::kGroup && type != nullptr && !config::OptionsOf(*type).scalar().empty();
}

std::unique_ptr<Property> PropertiesOf(const CheckedScenario& checked) {
  auto root = std::make_unique<Property>();
  root->type = schema::Scenario::descriptor();
  const Node* tree = checked.readable ? &checked.tree : nullptr;
  Builder(checked).Fill(root.get(), &checked.loaded.scenario, tree, &checked.own, true, 0);
  MarkTakenOut(checked, root.get());
  return root;
}

std::string ShorthandAt(const std::string& path) {
  const Descriptor* type = schema::Scenario::descriptor();
  for (const PathStep& step : PathSteps(path)) {
    if (step.element) continue;
    const FieldDescriptor* field = type == nullptr ? nullptr : type->FindFieldByName(step.text);
    if (field == nullptr) return "";
    type = field->message_type();
  }
  return type == nullptr ? "" : config::OptionsOf(*type).scalar();
}

QString ProblemOf(const Property& property, const QString& text) {
  const FieldDescriptor* field = property.field;
  if (property.kind == Property::Kind::kGroup && property.type != nullptr)
    field = property.type->FindFieldByName(config::OptionsOf(*property.type).scalar());
  if (field == nullptr || field->is_repeated() || field->message_type() != nullptr || text.isEmpty()) return {};
  const std::unique_ptr<Message> scratch(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(field->containing_type())->New());
  return QString::fromStdString(
      config::SetFromText(scratch.get(), *field, config::OptionsOf(*field), text.toStdString()));
}

QString HelpOf(const Property& property) {
  if (property.field == nullptr) return {};
  const config::Field& o = config::OptionsOf(*property.field);
  QStringList lines;
  const auto add = [&](const char* what, const std::string& text) {
    if (!text.empty()) lines << QString("%1 %2").arg(what, QString::fromStdString(text));
  };
  lines << QString::fromStdString(property.path);
  if (!o.help().empty()) lines << QString::fromStdString(o.help());
  add("unit:", o.unit());
  add("at least", o.min());
  add("more than", o.above());
  add("at most", o.max());
  if (o.word_size() > 0) add("one of", fmt::format("{}", fmt::join(o.word(), ", ")));
  if (o.catalog_size() > 0) add("from the catalog:", fmt::format("{}", fmt::join(o.catalog(), ", ")));
  if (o.default_() != "{}") add("default:", o.default_());
  if (o.required()) lines << "required";
  return lines.join('\n');
}

}  // namespace headroom::gui
