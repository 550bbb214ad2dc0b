#include "models/network/traffic.h"

namespace headroom::network {
namespace {

Traffic Between(const Group& group, double inside, double between) {
  Traffic t;
  t.scale_up = inside;
  t.sent = t.received = between;
  if (group.beyond_leaf) t.up = t.down = between;
  if (group.beyond_pod) t.core = between;
  return t;
}

}  // namespace

Traffic& Traffic::Add(const Traffic& o, double times) {
  scale_up += o.scale_up * times;
  sent += o.sent * times;
  received += o.received * times;
  up += o.up * times;
  down += o.down * times;
  core += o.core * times;
  return *this;
}

Traffic TrafficOf(const Group& group, Operation op, bool in_network, double bytes) {
  if (group.ranks <= 1 || bytes <= 0) return {};
  const double n = group.ranks, d = group.domains, m = n / d;
  double inside = 1 - 1 / m, between = (1 - 1 / d) / m;
  switch (op) {
    case Operation::kAllReduce:
      inside *= 2;
      between *= 2;
      if (in_network && d <= 1) inside = 1 + 1 / m;
      if (in_network && d > 1) between = 1 / m;
      break;
    case Operation::kAllToAll:
      inside = 1 / d - 1 / n;
      between = 1 - 1 / d;
      break;
    case Operation::kSendRecv:  // every member to the next
      inside = d > 1 ? 1 - 1 / m : 1;
      between = d > 1 ? 1 / m : 0;
      break;
    case Operation::kAllGather:
    case Operation::kReduceScatter:
    case Operation::kBroadcast:
      break;
  }
  return Between(group, bytes * inside, bytes * between);
}

Traffic SentTo(bool beyond_domain, bool beyond_leaf, bool beyond_pod, double bytes) {
  Group pair;
  pair.ranks = 2;
  pair.domains = beyond_domain ? 2 : 1;
  pair.beyond_leaf = beyond_domain && beyond_leaf;
  pair.beyond_pod = pair.beyond_leaf && beyond_pod;
  return Between(pair, beyond_domain ? 0 : bytes, beyond_domain ? bytes : 0);
}

}  // namespace headroom::network
