#include "sim/config/merge.h"

#include <algorithm>

namespace headroom::config {
namespace {

bool AllNamed(const Node& list) {
  return std::all_of(list.items.begin(), list.items.end(), [](const Node& item) {
    const Node* name = item.Find("name");
    return name != nullptr && name->is_scalar();
  });
}

void MergeLists(Node& base, Node over) {
  for (Node& item : over.items) {
    const std::string& name = item.Find("name")->scalar;
    const auto same = std::find_if(base.items.begin(), base.items.end(), [&](const Node& other) {
      return other.Find("name")->scalar == name;
    });
    if (same == base.items.end()) {
      base.items.push_back(std::move(item));
    } else {
      Merge(*same, std::move(item));
    }
  }
}

}  // namespace

void Merge(Node& base, Node over) {
  if (base.is_list() && over.is_list() && AllNamed(base) && AllNamed(over)) {
    MergeLists(base, std::move(over));
    return;
  }
  if (!base.is_map() || !over.is_map()) {
    base = std::move(over);
    return;
  }
  for (auto& [key, value] : over.entries) {
    if (Node* known = base.Find(key.scalar)) {
      Merge(*known, std::move(value));
    } else {
      base.entries.emplace_back(std::move(key), std::move(value));
    }
  }
}

}  // namespace headroom::config
