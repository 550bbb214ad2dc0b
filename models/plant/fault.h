#pragma once

#include <limits>
#include <string>
#include <vector>

namespace headroom::plant {

enum class FaultKind {
  kPumpTrip,
  kCduLoss,
  kCduLeak,
  kValveStuck,
  kSensorBias,
  kTowerFanOut,
  kTowerLoss,
  kChillerLoss,
  kUpsLoss,
  kFeedLoss,
  kTransformerLoss,
  kPduLoss,
  kRackLoss,
  kUtilityLoss,
  kGeneratorLoss,
  kPsuLoss,
  kLeafLoss,
  kSpineLoss,
  kCoreLoss,
};

/// One thing that goes wrong and, after `lasts`, is right again.
struct Fault {
  FaultKind kind = FaultKind::kPumpTrip;
  int unit = 0;      ///< counted from 0
  double at = 0.0;   ///< s from the start
  double lasts = std::numeric_limits<double>::infinity();  ///< s
  double bias = 0.0;  ///< of a sensor, K; it reads too high by that
  double leak = 0.0;  ///< of a CDU, m^3/s
};

/// Share of its coolant that a unit may lose before its pumps trip on low level. Assumed.
inline constexpr double kLowLevel = 0.2;

/// A kind of fault as users write it.
struct FaultWord {
  FaultKind kind;
  const char* word;  ///< "pump-trip"
  const char* unit;  ///< what it befalls: "cdu" of cdu-1
  const char* text;  ///< what happens
};

/// Every kind, in the order of the enumeration.
const std::vector<FaultWord>& FaultWords();
const FaultWord& WordOf(FaultKind kind);
/// "cdu-1": the unit that it befalls.
std::string Where(const Fault& fault);

struct PlantParams;

/// Time from a fault's start until its unit is lost [s]: 0, but for a leak, whose unit runs on until
/// kLowLevel of its coolant is gone. What leaks takes no heat along.
double LossDelay(const PlantParams& params, const Fault& fault);

/// How many units of a kind stand on the site, spares counted.
int UnitsOf(const PlantParams& params, FaultKind kind);

/// What is left of a site's units while some faults last. Faults of one unit do not add up.
struct SiteHealth {
  std::vector<double> cdu_units;  ///< by loop, units in service; see cooling::CduParams::units
  std::vector<char> valve_stuck;  ///< by loop
  std::vector<double> bias;       ///< by loop [K]
  double towers = 0.0, still = 0.0;  ///< in service; of those, with their fans off
  double chillers = 0.0;
  bool utility = true;  ///< false: the supply itself is dead, or every path to it
  double feeds = 1.0;  ///< share of paths in service; 1 without a utility, when other sources feed them all
  std::vector<char> paths;  ///< by path: in service
  double ups = 1.0;    ///< share of modules in service, those of lost feeds not
  std::vector<char> boxes;    ///< by PlantParams::nodes: its copy on the first path is lost
  std::vector<char> lost;     ///< by group: its rack is without power
  int generators = 0;         ///< lost
  std::vector<double> supplies;  ///< by group: share of a rack's power supplies in service
  std::vector<int> leaves, spines, cores;  ///< switches of the fabric that are lost, in order
};

/// With shared spares (N+1) the units left are spread evenly over all loops. With units of its own
/// (N, 2N) loop k of n has the units k, n + k ... A stuck valve or a biased sensor acts on the whole
/// of the loop that its unit's number falls on.
SiteHealth HealthOf(const PlantParams& params, const std::vector<const Fault*>& active);

}  // namespace headroom::plant
