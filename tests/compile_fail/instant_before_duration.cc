#include "sim/engine/time.h"

using namespace headroom;

#ifdef MUST_NOT_COMPILE
bool before = Instant::Ns(1) < Duration::Ns(2);
#else
bool before = Instant::Ns(1) < Instant::Ns(2);
#endif
