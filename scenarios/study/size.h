#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/study/site_uses.h"

namespace headroom::study {

/// A limit at the largest size that fits.
struct LimitAnswer {
  Limit limit = Limit::kFeed;
  LimitUse use;
  std::uint32_t alone = 0;      ///< steps that this limit alone would allow
  bool alone_exact = false;     ///< found by trying; else in proportion to the use
  bool binds = false;           ///< one step more exceeds it
  double unit = 0.0;            ///< one unit more of it, in the limit's unit
  std::uint32_t unit_buys = 0;  ///< steps that this unit alone buys
  double to_second = 0.0;       ///< how much more of it, where it binds, until another limit binds; 0: none does
  double next_step = 0.0;       ///< how much more of it the next step needs; 0 where that has room
};

/// How often one thing fits: racks of one system while the others stay, or all systems in their proportions.
struct SizeAnswer {
  std::string system;                 ///< empty: all together
  std::string type;
  std::vector<std::uint32_t> racks;   ///< of each system at the answer
  std::uint32_t per_step = 1;         ///< racks in one step
  std::uint32_t in_file = 0;          ///< steps that the scenario has
  std::uint32_t fits = 0;             ///< steps
  std::uint32_t second = 0;           ///< steps at which another limit binds; 0: none does
  bool unbounded = false;             ///< no limit was met up to kMostRacks
  double accelerators = 0.0;          ///< on the whole site at the answer
  double draw = 0.0;                  ///< W of one rack; of one step of all systems together
  SiteUses uses;                      ///< at the answer
  std::string refused;                ///< why one step more cannot be built, whatever the limits
  double stranded = 0.0;              ///< W of the feed that another limit keeps from use
  std::vector<LimitAnswer> limits;    ///< those that are set
};

struct SizeBasis {
  std::string name;             ///< "nameplate", "measured"
  std::vector<double> draw;     ///< W of a rack by system
  std::vector<SizeAnswer> answers;
};

struct SizeResult {
  std::string title;
  std::vector<std::string> systems;
  cooling::Outdoors design;
  std::vector<SizeBasis> bases;
};

inline constexpr std::uint32_t kMostRacks = 20'000;

/// How many racks fit at `draw` watts a rack; one answer per system, and one for all where there are several.
/// @throws ConfigError where the scenario sets no limit.
SizeBasis SizeAt(const scenario::Prepared& prepared, const std::string& name, std::vector<double> draw);

/// Nameplates of a full rack by system [W].
std::vector<double> Nameplates(const scenario::Prepared& prepared);

std::string SizeText(const SizeResult& result);
std::string SizeJson(const SizeResult& result);
std::string SizeCsv(const SizeResult& result);

}  // namespace headroom::study
