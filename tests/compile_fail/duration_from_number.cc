#include "sim/engine/time.h"

using namespace headroom;

#ifdef MUST_NOT_COMPILE
Duration d = 5;
#else
Duration d = Duration::Ns(5);
#endif
