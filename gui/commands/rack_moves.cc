#include "gui/commands/rack_moves.h"

#include <fmt/format.h>

#include <cmath>

#include "gui/commands/yaml_edit.h"
#include "gui/commands/yaml_path.h"

namespace headroom::gui {
namespace {

std::string Metres(double x) {
  const double rounded = std::round(x * 1000.0) / 1000.0;
  return fmt::format("{:g} m", rounded == 0.0 ? 0.0 : rounded);
}

bool Written(const std::string& text, const std::string& path) {
  return FindPath(config::ParseYaml(text, ""), path) != nullptr;
}

}  // namespace

TextChange MoveRacks(const std::string& text, const std::string& below, const std::vector<RackMove>& moves) {
  std::string now = text;
  for (const RackMove& move : moves) {
    const std::string list = below + "site.floor.racks", path = fmt::format("{}[{}]", list, move.rack);
    if (!Written(now, path)) {
      now = Applied(now, AppendElement(now, list, fmt::format("{{name: {}, x: {}, y: {}{}}}", move.rack, Metres(move.x), Metres(move.y),
                                                              move.faces.empty() ? "" : ", faces: " + move.faces)));
      continue;
    }
    now = Applied(now, SetValue(now, path + ".x", Metres(move.x)));
    now = Applied(now, SetValue(now, path + ".y", Metres(move.y)));
    if (!move.faces.empty()) now = Applied(now, SetValue(now, path + ".faces", move.faces));
  }
  return Difference(text, now);
}

TextChange ReturnRacks(const std::string& text, const std::string& below, const std::vector<std::string>& racks) {
  std::string now = text;
  for (const std::string& rack : racks) {
    const std::string path = fmt::format("{}site.floor.racks[{}]", below, rack);
    if (Written(now, path)) now = Applied(now, RemoveValue(now, path));
  }
  return Difference(text, now);
}

}  // namespace headroom::gui
