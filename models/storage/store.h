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
  // Of object stores: bytes move in requests.
  double gets = kUnlimited;          ///< requests for reading per second, of all prefixes
  double puts = kUnlimited;          ///< requests for writing per second, of all prefixes
  double part = kUnlimited;          ///< B that one request moves at most
  double connection = kUnlimited;    ///< B/s of one connection once its first byte is there
  double connections = kUnlimited;   ///< of a client, each with one request after the other
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

/// B that each of its requests to an object store moves: a file, or a part of it.
double RequestBytes(const StoreParams& store, const Request& request);
/// B/s of a client over its connections: connections * b / (latency + b / connection), b = RequestBytes.
double ConnectionRate(const StoreParams& store, const Request& request);
/// B/s that a request could get with the store to itself: min(aggregate, clients * per client, requests per second * b).
/// Requests beyond the limit wait: a client that is told to slow down (503) comes again, and loses nothing else.
double LargestRate(const StoreParams& store, const Request& request);
/// s before the first byte of data moves: latency + files / opens.
double Overhead(const StoreParams& store, const Request& request);
/// bytes / LargestRate + Overhead, nothing else going on. Left out: unaligned writes to shared files,
/// caches, garbage collection, the fabric between clients and servers.
double AloneSeconds(const StoreParams& store, const Request& request);

}  // namespace headroom::storage
