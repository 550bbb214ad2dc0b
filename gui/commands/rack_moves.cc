#include "gui/commands/rack_moves.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "gui/commands/yaml_edit.h"
#include "gui/commands/yaml_path.h"

namespace headroom::gui {
namespace {

std::string Metres(double x) {
  const double rounded = std::round(x * 1000.0) / 1000.0;
  return fmt::format("{:g} m", rounded == 0.0 ? 0.0 : rounded);
}

}  // namespace

TextChange MoveRacks(const std::string& text, const std::string& below, const std::vector<RackMove>& moves) {
  std::vector<NamedElement> elements;
  for (const RackMove& move : moves) {
    elements.push_back({move.rack, {{"x", Metres(move.x)}, {"y", Metres(move.y)}}});
    if (!move.faces.empty()) elements.back().values.emplace_back("faces", move.faces);
  }
  return SetElements(text, below + "site.floor.racks", elements);
}

TextChange ReturnRacks(const std::string& text, const std::string& below, const std::vector<std::string>& racks) {
  const std::string path = below + "site.floor.racks";
  const config::Node root = config::ParseYaml(text, "");
  const config::Node* list = FindPath(root, path);
  if (list == nullptr || !list->is_list()) return {};
  std::set<std::string> written;
  for (const config::Node& item : list->items)
    if (const config::Node* name = item.Find("name")) written.insert(name->scalar);
  std::vector<std::string> gone;
  for (const std::string& rack : racks)
    if (written.contains(rack)) gone.push_back(rack);
  if (gone.size() == list->items.size()) return RemoveValue(text, path);
  std::string now = text;
  for (const std::string& rack : gone) now = Applied(now, RemoveValue(now, fmt::format("{}[{}]", path, rack)));
  return Difference(text, now);
}

}  // namespace headroom::gui
