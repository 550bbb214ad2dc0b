#include "sim/core/quantity.h"

using namespace headroom;

#ifdef MUST_NOT_COMPILE
double n = unit::Gbps.in(unit::bit);
#else
double n = unit::Gbps.in(unit::bps);
#endif
