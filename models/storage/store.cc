#include "models/storage/store.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::storage {

double RequestBytes(const StoreParams& store, const Request& request) {
  const double file = request.files > 0 ? request.bytes / request.files : request.bytes;
  return std::max(1.0, std::min(file, store.part));
}

double ConnectionRate(const StoreParams& store, const Request& request) {
  if (store.connections >= StoreParams::kUnlimited || store.connection >= StoreParams::kUnlimited) return StoreParams::kUnlimited;
  const double bytes = RequestBytes(store, request);
  return store.connections * bytes / (store.latency + bytes / store.connection);
}

double LargestRate(const StoreParams& store, const Request& request) {
  const bool read = request.direction == Direction::kRead;
  const double client = std::min({request.client_rate, read ? store.client_read : store.client_write, ConnectionRate(store, request)});
  const double rate = std::min({read ? store.read : store.write, store.both, request.clients * client,
                                (read ? store.gets : store.puts) * RequestBytes(store, request)});
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
