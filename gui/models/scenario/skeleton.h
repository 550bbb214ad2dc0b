#pragma once

#include <QStringList>
#include <string>

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace headroom::gui {

/// Kinds of elements that may be added to a list: the alternatives of its message (`train`, `serve`,
/// ... of workloads), or one "" where there are none.
QStringList ElementKinds(const google::protobuf::FieldDescriptor& list);

/// An element with what it must say, as YAML on one line: a starting point to edit.
std::string ElementSkeleton(const google::protobuf::FieldDescriptor& list, const QString& kind,
                            const std::string& name);

/// A map with what it must say.
std::string GroupSkeleton(const google::protobuf::Descriptor& type);

}  // namespace headroom::gui
