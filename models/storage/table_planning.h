#pragma once

namespace headroom::storage {

/// Seconds that planning a scan of an Iceberg table takes on one driver: reading and filtering the metadata of `files` data files,
/// spread over `cores`, and what is done one after the other.
///
///     T = serial + per_file * files / cores,   serial = 18 s and per_file = 14.4 us for 20 million files
///
/// serial and per_file solve the two published times (min/max filter, 20 million files in over 400 manifests: 90 s on 4 cores, 30 s
/// on 24; apache/iceberg pull request 8123); serial is taken to grow with the files too. Other tables and drivers are extrapolated.
/// Left out: planning spread over executors (3 s there), partition filters that skip manifests (about 1 s), caches, Delta.
inline double PlanningSeconds(double files, double cores) {
  constexpr double kSerial = 18.0 / 20e6, kPerFile = 14.4e-6;  // s per file
  return files * (kSerial + kPerFile / cores);
}

}  // namespace headroom::storage
