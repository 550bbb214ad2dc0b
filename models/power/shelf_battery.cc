#include "models/power/shelf_battery.h"

namespace headroom::power {
namespace {
constexpr double kBus = 51.0, kDroop = 0.5, kTrigger = 48.5;  // V
constexpr double kFall = 3000.0;                              // V/s
constexpr double kWait = 2e-3, kStart = 2e-3;                 // s
}  // namespace

HandOver HandOverAt(const ShelfBatteryParams& params, double load) {
  HandOver h;
  h.lasts = params.hold_up / load;
  h.takes = 0.5 * h.lasts + (kBus - kDroop * load - kTrigger) / kFall + kWait + kStart;
  return h;
}

}  // namespace headroom::power
