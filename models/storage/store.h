#pragma once

#include <string>

namespace headroom::storage {

/// A store: a parallel file system, a filer, an object store. A client is a node that mounts it.
struct StoreParams {
  static constexpr double kUnlimited = 1e30;  ///< more than anything asks for
  std::string name;
  double capacity = kUnlimited;      ///< B
  double read = kUnlimited;          ///< B/s of all clients
  double write = kUnlimited;         ///< B/s of all clients
  double client_read = kUnlimited;   ///< B/s of one client
  double client_write = kUnlimited;  ///< B/s of one client
  double latency = 0;                ///< s to the first byte
  double opens = kUnlimited;         ///< files per second
  double both = kUnlimited;          ///< B/s of reads and writes of all clients together
};

enum class Direction { kRead, kWrite };

/// What a job moves in one go: `bytes` spread evenly over `clients`, in `files`.
struct Request {
  Direction direction = Direction::kRead;
  double bytes = 0;
  double clients = 1;
  double client_rate = StoreParams::kUnlimited;  ///< B/s that a client's own network allows
  double files = 1;
};

/// B/s that a request could get with the store to itself: min(aggregate, clients * per client).
double LargestRate(const StoreParams& store, const Request& request);
/// s before the first byte of data moves: latency + files / opens.
double Overhead(const StoreParams& store, const Request& request);
/// bytes / LargestRate + Overhead, nothing else going on. Left out: unaligned writes to shared files,
/// caches, garbage collection, the fabric between clients and servers.
double AloneSeconds(const StoreParams& store, const Request& request);

}  // namespace headroom::storage
