#include "sim/core/id.h"

using namespace headroom;

using RackId = Id<struct RackTag>;
using RowId = Id<struct RowTag>;

#ifdef MUST_NOT_COMPILE
bool same = RackId(1) == RowId(1);
#else
bool same = RackId(1) == RackId(1);
#endif
