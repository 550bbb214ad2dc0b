#include "models/storage/store.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::storage {

double LargestRate(const StoreParams& store, const Request& request) {
  const bool read = request.direction == Direction::kRead;
  const double client = std::min(request.client_rate, read ? store.client_read : store.client_write);
  const double rate = std::min({read ? store.read : store.write, store.both, request.clients * client});
  HR_CHECK(rate > 0, store.name, rate);
  return rate;
}

double Overhead(const StoreParams& store, const Request& request) {
  return store.latency + request.files / store.opens;
}

double AloneSeconds(const StoreParams& store, const Request& request) {
  return Overhead(store, request) + request.bytes / LargestRate(store, request);
}

}  // namespace headroom::storage
