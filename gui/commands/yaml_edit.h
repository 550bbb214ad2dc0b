#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gui/commands/text_change.h"

namespace headroom::gui {

/// For the path of a value that is a plain scalar and may be a map: the key that the scalar stands
/// for ("count" of `replicas: 4`), or "".
using Shorthand = std::function<std::string(const std::string& path)>;

/// The change of a YAML text that sets one value and leaves every other byte, comments and order
/// included, as it is. `value` is YAML on one line. Maps on the way that are not there are made; an
/// element of a list that has a name and is not there is added with that name, which is how a
/// variant changes an element of its base.
/// @throws ConfigError where the path leads through something else, or the text is laid out in a way
/// that cannot be followed.
TextChange SetValue(const std::string& text, const std::string& path, const std::string& value,
                    const Shorthand& shorthand = {});

/// Takes a key or an element out, with the comment behind it on its line. A map or list that it
/// leaves empty goes too.
TextChange RemoveValue(const std::string& text, const std::string& path);

/// An element of a list by its name, and what of it is set.
struct NamedElement {
  std::string name;
  std::vector<std::pair<std::string, std::string>> values;  ///< key and YAML on one line
};

/// Sets values of elements of the list at `path` in one change; those that are not there come last, in their order.
TextChange SetElements(const std::string& text, const std::string& path, const std::vector<NamedElement>& elements);

/// Adds an element at the end of the list at `path`, which is made where it is not there.
TextChange AppendElement(const std::string& text, const std::string& path,
                         const std::string& element);

}  // namespace headroom::gui
