#include "sim/core/id.h"

using namespace headroom;

using RackId = Id<struct RackTag>;

#ifdef MUST_NOT_COMPILE
RackId rack = 1u;
#else
RackId rack{1u};
#endif
