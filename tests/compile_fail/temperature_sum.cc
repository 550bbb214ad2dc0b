#include "sim/core/quantity.h"

using namespace headroom;

#ifdef MUST_NOT_COMPILE
auto sum = Temperature::FromCelsius(20.0) + Temperature::FromCelsius(5.0);
#else
auto sum = Temperature::FromCelsius(20.0) + 5.0 * unit::K;
#endif
