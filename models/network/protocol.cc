#include "models/network/protocol.h"

namespace headroom::network {

const char* Name(Protocol p) { return kProtocols[static_cast<std::size_t>(p)].name; }

}  // namespace headroom::network
