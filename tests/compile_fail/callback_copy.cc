#include "sim/engine/callback.h"

using namespace headroom;

Callback a;

#ifdef MUST_NOT_COMPILE
Callback b = a;
#else
Callback b = std::move(a);
#endif
