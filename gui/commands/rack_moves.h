#pragma once

#include <string>
#include <vector>

#include "gui/commands/text_change.h"

namespace headroom::gui {

/// Where a rack is to stand: its centre in metres, and where its front looks ("": as now).
struct RackMove {
  std::string rack;
  double x = 0.0, y = 0.0;
  std::string faces;
};

/// The change of a scenario's text that puts racks elsewhere: `site.floor.racks`, below `below` ("" or
/// "variants.NAME."). Millimetres are the finest that is written.
/// @throws ConfigError as SetValue does.
TextChange MoveRacks(const std::string& text, const std::string& below, const std::vector<RackMove>& moves);

/// Takes the places of racks out of the text again, so that they stand in their rows, or where the base has them.
/// Racks that the text does not place stay as they are.
TextChange ReturnRacks(const std::string& text, const std::string& below, const std::vector<std::string>& racks);

}  // namespace headroom::gui
