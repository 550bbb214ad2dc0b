#pragma once

namespace headroom::storage {

/// A read of a table of many data files that is planned before it begins.
struct TableScan {
  double files = 0.0;        ///< that its metadata names
  double cores = 4.0;        ///< of the driver that plans
  bool partition = false;    ///< a predicate on partitions skips whole manifests; else minima and maxima of every file are read
  bool distributed = false;  ///< over the executors of a Spark cluster
  double times_faster = 1.0; ///< than Iceberg, for another format
};

/// Seconds that planning a scan of an Iceberg table takes: reading and filtering the metadata of its files on the driver's cores, and
/// what is done one after the other.
///
///     T = serial + per_file * files / cores,   serial = 18 s and per_file = 14.4 us for 20 million files
///
/// serial and per_file solve two of the four published times (20 million files in over 400 manifests, min/max filter: 90 s on 4 cores,
/// 30 s on 24; apache/iceberg pull request 8123); serial is taken to grow with the files too. The other two are taken in proportion to the
/// files: 3 s distributed (by a cluster of unstated size), 1 s with a predicate on partitions. Other tables and drivers are extrapolated.
/// Of Delta only ratios are published: 7 to 20 times as fast on 200,000 files (LHBench). Left out: caches, deletes.
inline double PlanningSeconds(const TableScan& scan) {
  constexpr double kSerial = 18.0 / 20e6, kPerFile = 14.4e-6;                   // s per file
  constexpr double kDistributed = 3.0 / 20e6, kPartition = 1.0 / 20e6;          // s per file
  const double each = scan.partition ? kPartition : scan.distributed ? kDistributed : kSerial + kPerFile / scan.cores;
  return scan.files * each / scan.times_faster;
}

}  // namespace headroom::storage
