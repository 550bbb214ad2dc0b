#include "sim/config/unit_table.h"

namespace headroom::config {
namespace {

using enum Dimension;

constexpr double kKi = 1024.0, kMi = kKi * kKi, kGi = kKi * kMi, kTi = kKi * kGi;

constexpr Unit kUnits[] = {
    {"W", kPower},
    {"kW", kPower, 3},
    {"MW", kPower, 6},
    {"GW", kPower, 9},
    {"J", kEnergy},
    {"kJ", kEnergy, 3},
    {"MJ", kEnergy, 6},
    {"Wh", kEnergy, 0, 3600},
    {"kWh", kEnergy, 3, 3600},
    {"MWh", kEnergy, 6, 3600},
    {"GWh", kEnergy, 9, 3600},
    {"ps", kTime, -12},
    {"ns", kTime, -9},
    {"us", kTime, -6},
    {"ms", kTime, -3},
    {"s", kTime},
    {"min", kTime, 0, 60},
    {"h", kTime, 0, 3600},
    {"d", kTime, 0, 86400},
    {"B", kDataSize},
    {"kB", kDataSize, 3},
    {"MB", kDataSize, 6},
    {"GB", kDataSize, 9},
    {"TB", kDataSize, 12},
    {"PB", kDataSize, 15},
    {"KiB", kDataSize, 0, kKi},
    {"MiB", kDataSize, 0, kMi},
    {"GiB", kDataSize, 0, kGi},
    {"TiB", kDataSize, 0, kTi},
    {"bps", kDataRate, 0, 1, 8},
    {"kbps", kDataRate, 3, 1, 8},
    {"Mbps", kDataRate, 6, 1, 8},
    {"Gbps", kDataRate, 9, 1, 8},
    {"Tbps", kDataRate, 12, 1, 8},
    {"B/s", kDataRate},
    {"kB/s", kDataRate, 3},
    {"MB/s", kDataRate, 6},
    {"GB/s", kDataRate, 9},
    {"TB/s", kDataRate, 12},
    {"MiB/s", kDataRate, 0, kMi},
    {"GiB/s", kDataRate, 0, kGi},
    {"TiB/s", kDataRate, 0, kTi},
    {"degC", kTemperature, 0, 1, 1, 273.15},
    {"K", kTemperatureDifference},
    {"K/W", kThermalResistance},
    {"W/K", kThermalConductance},
    {"kW/K", kThermalConductance, 3},
    {"J/K", kHeatCapacity},
    {"kJ/K", kHeatCapacity, 3},
    {"%", kShare, -2},
    {"/d", kRate, 0, 1, 86400},
    {"/h", kRate, 0, 1, 3600},
    {"/min", kRate, 0, 1, 60},
    {"/s", kRate},
    {"Hz", kFrequency},
    {"kHz", kFrequency, 3},
    {"MHz", kFrequency, 6},
    {"GHz", kFrequency, 9},
    {"FLOPS", kComputeRate},
    {"GFLOPS", kComputeRate, 9},
    {"TFLOPS", kComputeRate, 12},
    {"PFLOPS", kComputeRate, 15},
    {"EFLOPS", kComputeRate, 18},
    {"mm", kLength, -3},
    {"m", kLength},
    {"km", kLength, 3},
    {"g", kMass, -3},
    {"kg", kMass},
    {"t", kMass, 3},
    {"kg/s", kMassFlow},
    {"L", kVolume, -3},
    {"m3", kVolume},
    {"L/min", kVolumeFlow, -3, 1, 60},
    {"L/s", kVolumeFlow, -3},
    {"m3/h", kVolumeFlow, 0, 1, 3600},
    {"m3/s", kVolumeFlow},
    {"Pa", kPressure},
    {"kPa", kPressure, 3},
    {"bar", kPressure, 5},
    {"USD", kMoney},
    {"USD/MWh", kEnergyPrice, -6, 1, 3600},
    {"USD/kWh", kEnergyPrice, -3, 1, 3600},
    {"USD/J", kEnergyPrice},
    {"USD/MW", kPowerPrice, -6},
    {"USD/kW", kPowerPrice, -3},
    {"USD/W", kPowerPrice},
    {"kg/MWh", kCarbonIntensity, -6, 1, 3600},
    {"g/kWh", kCarbonIntensity, -6, 1, 3600},
    {"kg/kWh", kCarbonIntensity, -3, 1, 3600},
    {"kg/J", kCarbonIntensity},
    {"W/s", kRampRate},
    {"kW/min", kRampRate, 3, 1, 60},
    {"kW/s", kRampRate, 3},
    {"MW/min", kRampRate, 6, 1, 60},
    {"MW/s", kRampRate, 6},
};

}  // namespace

std::string_view NameOf(Dimension dimension) {
  switch (dimension) {
    case kPower:
      return "a power";
    case kEnergy:
      return "an energy";
    case kTime:
      return "a time";
    case kDataSize:
      return "a data size";
    case kDataRate:
      return "a data rate";
    case kTemperature:
      return "a temperature";
    case kTemperatureDifference:
      return "a temperature difference";
    case kThermalResistance:
      return "a thermal resistance";
    case kThermalConductance:
      return "a thermal conductance";
    case kHeatCapacity:
      return "a heat capacity";
    case kShare:
      return "a share";
    case kRate:
      return "a rate";
    case kFrequency:
      return "a frequency";
    case kComputeRate:
      return "a compute rate";
    case kLength:
      return "a length";
    case kMass:
      return "a mass";
    case kMassFlow:
      return "a mass flow";
    case kVolume:
      return "a volume";
    case kVolumeFlow:
      return "a volume flow";
    case kPressure:
      return "a pressure";
    case kMoney:
      return "an amount of money";
    case kEnergyPrice:
      return "an energy price";
    case kPowerPrice:
      return "a power price";
    case kCarbonIntensity:
      return "a carbon intensity";
    case kRampRate:
      return "a ramp rate";
  }
  return "";
}

std::span<const Unit> AllUnits() { return kUnits; }

const Unit* FindUnit(std::string_view symbol) {
  for (const Unit& unit : kUnits) {
    if (unit.symbol == symbol) return &unit;
  }
  return nullptr;
}

}  // namespace headroom::config
