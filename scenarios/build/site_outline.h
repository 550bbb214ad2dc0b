#pragma once

#include <string>
#include <vector>

#include "models/catalog/library.h"
#include "scenarios/read/scenario_file.h"

namespace headroom::scenario {

/// A rack where it stands [m].
struct RackOutline {
  std::string name;    ///< "rack-1"
  std::string system;
  double x = 0.0, y = 0.0;           ///< its centre
  double width = 0.0, depth = 0.0;   ///< along x and y
  std::string faces;                 ///< down, up, left, right
  double row_x = 0.0, row_y = 0.0;   ///< where it stands in its row
  std::string busway = {}, cdu = {};  ///< names of what feeds and cools it; "": not laid out, or by air alone
};

/// What can be told of a site without simulating it. Everything an editor shows while a scenario is
/// written.
struct SiteOutline {
  double width = 0.0, length = 0.0;          ///< m, of the hall
  bool given_width = false, given_length = false;  ///< by the scenario; else the hall grows with its racks
  std::vector<RackOutline> racks;
};

/// Stocks and lays out the site of a scenario that was read without an error, and places its work on it. Of what does
/// not fit each is an error at its place, as `headroom check` says it; racks are there all the same.
SiteOutline OutlineOf(const LoadedScenario& loaded, const catalog::Library& library, Diagnostics* diagnostics);

}  // namespace headroom::scenario
