#include "sim/config/reader.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "sim/config/field_text.h"
#include "sim/config/options_of.h"
#include "sim/config/quoted.h"

namespace headroom::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

std::string Join(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

std::string StandsHere(const Node& node) {
  switch (node.kind) {
    case Kind::kNull:
      return "nothing stands here; ";
    case Kind::kMap:
      return "a map stands here; ";
    case Kind::kList:
      return "a list stands here; ";
    case Kind::kScalar:
      break;
  }
  return Quoted(node.scalar) + " stands here; ";
}

/// What a map holds of a message's keys.
class Keys {
 public:
  explicit Keys(const Descriptor& type) : fields_(static_cast<std::size_t>(type.field_count())) {}
  const Node* Written(const FieldDescriptor& field) const { return At(field).key; }
  /// Written, or meant by a misspelt key: not to be called missing.
  bool Covered(const FieldDescriptor& field) const {
    return At(field).key != nullptr || At(field).meant;
  }
  void Write(const FieldDescriptor& field, const Node* key) { At(field).key = key; }
  void Mean(const FieldDescriptor& field) { At(field).meant = true; }

 private:
  struct Entry {
    const Node* key = nullptr;
    bool meant = false;
  };
  Entry& At(const FieldDescriptor& field) {
    return fields_[static_cast<std::size_t>(field.index())];
  }
  const Entry& At(const FieldDescriptor& field) const {
    return fields_[static_cast<std::size_t>(field.index())];
  }
  std::vector<Entry> fields_;
};

class TreeReader {
 public:
  TreeReader(const ReadOptions& options, SourceMap* places, Diagnostics* diagnostics)
      : options_(options), places_(places), diagnostics_(*diagnostics) {}

  void ReadMessage(const Node& node, Message* message, const std::string& path) {
    Note(path, node);
    const Descriptor& type = *message->GetDescriptor();
    const std::string& shorthand = OptionsOf(type).scalar();
    if (node.is_scalar() && !shorthand.empty()) {
      ReadScalar(node, message, *type.FindFieldByName(shorthand), path);
      return;
    }
    if (!node.is_map()) {
      Error(node, path, StandsHere(node) + "a map is due");
      return;
    }
    Keys keys(type);
    for (const auto& [key, value] : node.entries) ReadEntry(key, value, message, path, &keys);
    CheckRequired(node, type, path, keys);
    CheckOneofs(node, type, path, keys);
  }

 private:
  void Note(const std::string& path, const Node& node) {
    if (places_ != nullptr) places_->Add(path, node.place);
  }
  void Error(const Node& node, const std::string& path, std::string message) {
    diagnostics_.Error(node.place, path, std::move(message));
  }

  void ReadEntry(const Node& key, const Node& value, Message* message, const std::string& path,
                 Keys* keys) {
    const Descriptor& type = *message->GetDescriptor();
    const FieldDescriptor* field = type.FindFieldByName(key.scalar);
    if (field == nullptr) {
      UnknownKey(key, type, path, keys);
      return;
    }
    const std::string here = Join(path, field->name());
    if (keys->Written(*field) != nullptr) return;  // a duplicate, which the parser refuses
    keys->Write(*field, &key);
    const Field& options = OptionsOf(*field);
    // `ep: false` asks for nothing that is not modelled.
    const bool idle =
        value.is_scalar() && !options.default_().empty() && value.scalar == options.default_();
    if (!options.not_modelled().empty() && !idle) {
      const std::string& what = options.not_modelled();
      Error(key, here,
            fmt::format("{} {} not modelled yet", what, what.ends_with('s') ? "are" : "is"));
      return;
    }
    if (const OneofDescriptor* oneof = field->real_containing_oneof()) {
      if (const Node* other = OtherOf(*oneof, *field, *keys)) {
        Error(key, here,
              fmt::format("only one of {} may stand here, and {} does on line {}", Names(*oneof),
                          other->scalar, other->place.line));
        return;
      }
    }
    if (field->is_map()) {
      ReadMap(value, message, *field, here);
    } else if (field->is_repeated()) {
      ReadList(value, message, *field, here);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      ReadMessage(value, message->GetReflection()->MutableMessage(message, field), here);
    } else {
      ReadScalar(value, message, *field, here);
    }
  }

  void UnknownKey(const Node& key, const Descriptor& type, const std::string& path, Keys* keys) {
    std::vector<std::string> known;
    known.reserve(static_cast<std::size_t>(type.field_count()));
    for (int i = 0; i < type.field_count(); ++i) known.push_back(type.field(i)->name());
    const std::string near = key.scalar.size() > 60 ? "" : Nearest(key.scalar, known);
    const std::string here = Join(path, Shown(key.scalar));
    if (near.empty()) {
      Error(key, here, fmt::format("unknown key; here may stand {}", fmt::join(known, ", ")));
      return;
    }
    Error(key, here, fmt::format("unknown key; did you mean '{}'?", near));
    keys->Mean(*type.FindFieldByName(near));
  }

  void ReadScalar(const Node& node, Message* message, const FieldDescriptor& field,
                  const std::string& path) {
    const Field& options = OptionsOf(field);
    Note(path, node);
    SetScalar(node, message, field, options, path);
  }

  void SetScalar(const Node& node, Message* message, const FieldDescriptor& field,
                 const Field& options, const std::string& path) {
    if (!node.is_scalar()) {
      Error(node, path, StandsHere(node) + ScalarDue(field, options));
      return;
    }
    std::string error = SetFromText(message, field, options, node.scalar);
    if (error.empty()) error = CheckCatalog(node.scalar, options);
    if (!error.empty()) Error(node, path, std::move(error));
  }

  void ReadList(const Node& node, Message* message, const FieldDescriptor& field,
                const std::string& path) {
    Note(path, node);
    const Field& options = OptionsOf(field);
    const bool messages = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!node.is_list()) {
      Error(node, path, StandsHere(node) + "a list is due");
      return;
    }
    if (node.items.empty() && options.required())
      Error(node, path, "the list is empty; it needs at least one element");
    const std::vector<std::string> labels = ElementLabels(node);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const std::string here = fmt::format("{}[{}]", path, labels[i]);
      if (messages) {
        ReadMessage(node.items[i], message->GetReflection()->AddMessage(message, &field), here);
      } else {
        ReadScalar(node.items[i], message, field, here);
      }
    }
  }

  void ReadMap(const Node& node, Message* message, const FieldDescriptor& field,
               const std::string& path) {
    Note(path, node);
    if (!node.is_map()) {
      Error(node, path, StandsHere(node) + "a map is due");
      return;
    }
    const Field& options = OptionsOf(field);
    const FieldDescriptor& key_field = *field.message_type()->map_key();
    const FieldDescriptor& value_field = *field.message_type()->map_value();
    if (node.entries.empty() && options.required())
      Error(node, path, "the map is empty; it needs at least one entry");
    for (const auto& [key, value] : node.entries) {
      const std::string here = fmt::format("{}[{}]", path, Shown(key.scalar));
      Message* entry = message->GetReflection()->AddMessage(message, &field);
      SetScalar(key, entry, key_field, Field::default_instance(), here);
      if (value_field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        ReadMessage(value, entry->GetReflection()->MutableMessage(entry, &value_field), here);
      } else {
        Note(here, value);
        SetScalar(value, entry, value_field, Field::default_instance(), here);
      }
    }
  }

  std::string CheckCatalog(const std::string& name, const Field& options) const {
    if (options.catalog().empty() || !options_.catalog_names) return "";
    std::vector<std::string> known;
    for (const std::string& kind : options.catalog()) {
      for (std::string& sheet : options_.catalog_names(kind)) known.push_back(std::move(sheet));
    }
    if (std::find(known.begin(), known.end(), name) != known.end()) return "";
    const std::string near = name.size() > 60 ? "" : Nearest(name, known);
    return fmt::format("no {} named {} in the catalog{}", fmt::join(options.catalog(), " or "),
                       Quoted(name), near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
  }

  void CheckRequired(const Node& node, const Descriptor& type, const std::string& path,
                     const Keys& keys) {
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const Field& options = OptionsOf(field);
      if (!options.required() || keys.Covered(field)) continue;
      Error(node, Join(path, field.name()),
            options.help().empty() ? "this key is missing"
                                   : fmt::format("this key is missing ({})", options.help()));
    }
  }

  void CheckOneofs(const Node& node, const Descriptor& type, const std::string& path,
                   const Keys& keys) {
    for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
      const OneofDescriptor& oneof = *type.oneof_decl(i);
      bool any = false;
      for (int k = 0; k < oneof.field_count(); ++k) {
        any = any || keys.Covered(*oneof.field(k));
      }
      if (!any) Error(node, path, fmt::format("one of {} is due", Names(oneof)));
    }
  }

  static const Node* OtherOf(const OneofDescriptor& oneof, const FieldDescriptor& field,
                             const Keys& keys) {
    for (int k = 0; k < oneof.field_count(); ++k) {
      if (oneof.field(k) == &field) continue;
      if (const Node* other = keys.Written(*oneof.field(k))) return other;
    }
    return nullptr;
  }
  static std::string Names(const OneofDescriptor& oneof) {
    std::string out;
    for (int k = 0; k < oneof.field_count(); ++k)
      out += (k > 0 ? ", " : "") + oneof.field(k)->name();
    return out;
  }

  const ReadOptions& options_;
  SourceMap* places_;
  Diagnostics& diagnostics_;
};

}  // namespace

void Read(const Node& root, Message* out, const ReadOptions& options, SourceMap* places,
          Diagnostics* diagnostics) {
  TreeReader(options, places, diagnostics).ReadMessage(root, out, "");
  FillDefaults(out);
}

}  // namespace headroom::config
