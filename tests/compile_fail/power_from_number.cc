#include "sim/core/quantity.h"

using namespace headroom;

#ifdef MUST_NOT_COMPILE
Power p = 3.0;
#else
Power p = Power::FromSi(3.0);
#endif
