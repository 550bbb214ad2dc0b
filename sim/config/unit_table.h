#pragma once

#include <span>
#include <string_view>

namespace headroom::config {

enum class Dimension {
  kPower,
  kEnergy,
  kTime,
  kDataSize,
  kDataRate,
  kTemperature,
  kTemperatureDifference,
  kThermalResistance,
  kThermalConductance,
  kHeatCapacity,
  kShare,
  kRate,
  kFrequency,
  kComputeRate,
  kLength,
  kMass,
  kMassFlow,
  kVolume,
  kVolumeFlow,
  kPressure,
  kMoney,
  kEnergyPrice,
  kPowerPrice,
  kCarbonIntensity,
  kRampRate
};

/// "a power", "an energy price": for messages.
std::string_view NameOf(Dimension dimension);

/// A unit as scenarios spell it. The SI value of a number x written with it is x * 10^exponent *
/// multiply / divide + offset. The power of ten is applied to the decimal text, so 0.1 ms is the
/// double nearest to 0.0001.
struct Unit {
  std::string_view symbol;
  Dimension dimension;
  int exponent = 0;
  double multiply = 1.0;
  double divide = 1.0;
  double offset = 0.0;
  /// Written and read in powers of ten alone.
  bool decimal() const { return multiply == 1.0 && divide == 1.0 && offset == 0.0; }
};

/// Every unit, those of one dimension together and by size.
std::span<const Unit> AllUnits();

/// The unit spelled `symbol`, or null. Capitals count: `MB` and `mb` differ.
const Unit* FindUnit(std::string_view symbol);

}  // namespace headroom::config
