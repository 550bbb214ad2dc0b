#include "sim/engine/callback.h"

using namespace headroom;

#ifdef MUST_NOT_COMPILE
Callback c = [](int) {};
#else
Callback c = [] {};
#endif
