#include "sim/core/quantity.h"

using namespace headroom;

#ifdef MUST_NOT_COMPILE
auto sum = unit::kW + unit::kWh;
#else
auto sum = unit::kW * unit::h + unit::kWh;
#endif
