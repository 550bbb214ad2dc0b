#pragma once

namespace headroom::power {

/// Battery units in the power shelves of a rack (ORv3). SI units.
struct ShelfBatteryParams {
  double runtime = 240.0;        ///< s at the rack's nameplate
  double charge_time = 18000.0;  ///< s from empty to full. Assumed
  double hold_up = 0.02;         ///< s at nameplate that the power supplies' capacitors last
  double pulse = 1.6;            ///< of the nameplate, the most that the shelves deliver
};

/// How supplies give a rack over to its batteries when their input is gone.
struct HandOver {
  double takes = 0.0;  ///< s from the loss until the batteries deliver
  double lasts = 0.0;  ///< s that the supplies hold the bus
  double margin() const { return lasts - takes; }
};

/// At `load` over nameplate, > 0:
///
///     the supplies hold        lasts = hold_up / load
///     half of it is gone at    lasts / 2; then they lower the bus by 3 V in 1 ms
///     below 48.5 V after       (51 V - 0.5 V load - 48.5 V) / (3 V/ms)
///     the batteries wait 2 ms, and start within 2 ms
///
/// so the hand-over fails where takes > lasts: with 20 ms beyond 224 % of nameplate. Source: Open Rack V3 power shelf and battery unit, as told in
/// public talks (20 ms = 60 J for a unit of 3 kW; droop 0.5 V over 0..100 %). The 51 V are assumed.
HandOver HandOverAt(const ShelfBatteryParams& params, double load);

}  // namespace headroom::power
