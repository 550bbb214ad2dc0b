#include "sim/core/quantity.h"

using namespace headroom;

#ifdef MUST_NOT_COMPILE
Power p = 3.0 * unit::kWh;
#else
Power p = 3.0 * unit::kW;
#endif
