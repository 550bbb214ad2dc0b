#pragma once

#include <QString>
#include <memory>
#include <string>
#include <vector>

#include "gui/study/checker.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace headroom::gui {

/// Where a value comes from.
enum class Origin { kHere, kInherited, kDefault, kAbsent };

/// One row of the property tree: a key of the schema, or an element of a list.
struct Property {
  enum class Kind { kGroup, kList, kElement, kValue };
  Kind kind = Kind::kGroup;
  std::string path;
  QString label;
  QString value;       ///< as written, else the default, else ""
  Origin origin = Origin::kAbsent;
  QString from;        ///< the file of an inherited value
  QString problem;     ///< the command's message about it
  bool taken_out = false;  ///< by this scenario's `remove:`; it is in the base
  /// Of the schema; null at the root. Of an element: the list's.
  const google::protobuf::FieldDescriptor* field = nullptr;
  /// Of a group or element: what its children are keys of.
  const google::protobuf::Descriptor* type = nullptr;
  Property* parent = nullptr;
  int row = 0;
  std::vector<std::unique_ptr<Property>> children;
  bool editable() const;
};

/// The tree of everything a scenario may say, with what it says. Keys that the program does not
/// simulate yet are left out unless they are written.
std::unique_ptr<Property> PropertiesOf(const CheckedScenario& checked);

/// The key that a plain scalar at `path` stands for, by the schema; "" where it stands for none.
std::string ShorthandAt(const std::string& path);

/// What the command would say of a text as a row's value by itself; "" where it takes it.
QString ProblemOf(const Property& property, const QString& text);

/// What the schema says about a row: help, unit, bounds, words, default.
QString HelpOf(const Property& property);

}  // namespace headroom::gui
