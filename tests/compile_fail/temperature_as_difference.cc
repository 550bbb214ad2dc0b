#include "sim/core/quantity.h"

using namespace headroom;

#ifdef MUST_NOT_COMPILE
TemperatureDifference d = Temperature::FromCelsius(5.0);
#else
TemperatureDifference d = Temperature::FromCelsius(5.0) - Temperature::FromCelsius(4.0);
#endif
