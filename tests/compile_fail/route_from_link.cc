#include "sim/flow/flow_network.h"

using namespace headroom;

#ifdef MUST_NOT_COMPILE
void Open(FlowNetwork& n, FlowLinkId r) { n.Open(r, 1.0, 1.0, {}); }
#else
void Open(FlowNetwork& n, FlowRouteId r) { n.Open(r, 1.0, 1.0, {}); }
#endif
