#pragma once

namespace headroom::storage {

/// What one accelerator of a training benchmark reads: `batch` samples of `sample` bytes in every `compute` seconds.
struct DataFeed {
  double sample = 0.0;   ///< B, mean
  double batch = 1.0;    ///< samples
  double compute = 0.0;  ///< s of a step with its data at hand
  /// B/s of an accelerator that never waits.
  double demand() const { return batch * sample / compute; }
};

/// B/s that `accelerators` read from a store that gives `clients` clients `client` B/s each and all together `aggregate`, where
/// they are kept busy for the share `utilisation` of the time:
///
///     min(accelerators * demand * utilisation, clients * client, aggregate)
///
/// Reads are prefetched, so an accelerator waits only for what the store does not deliver. Submitters of MLPerf Storage put as many
/// accelerators on a store as it keeps busy at the share that the rules ask for; `utilisation` is then that share.
double FeedRate(const DataFeed& feed, double accelerators, double utilisation, double clients, double client, double aggregate);

/// Share of the time for which accelerators are busy that get `rate` B/s together.
double FeedUtilisation(const DataFeed& feed, double accelerators, double rate);

}  // namespace headroom::storage
