#pragma once

namespace headroom::training {

enum class Place { kDevice, kHost, kNvme };

/// State of a rank outside device memory, per accelerator. ZeRO-Offload keeps the optimizer on the host: gradients
/// go there, the processor updates its shard, parameters come back. ZeRO-Infinity also keeps
/// parameters there, or on NVMe, and reads each layer for every pass.
///
///     t_optimizer = (gradients + parameters) / link + max(shard * traffic / host, [state, read and written] / nvme)
///     t_layer     = shard of the layer / min(link, [nvme]) per pass, beside its compute
///
/// Rates are assumptions of the plan: 55 GB/s of a PCIe 5.0 x16 link, 40 GB/s of host memory and 3 GB/s of
/// NVMe per accelerator. Left out: overlap of the update with the next forward pass.
struct Offload {
  Place optimizer = Place::kDevice;
  Place parameters = Place::kDevice;
  double link = 55e9;         ///< B/s each way
  double host_memory = 40e9;  ///< B/s
  double nvme = 3e9;          ///< B/s
  double Rate(Place from) const { return from == Place::kNvme && nvme < link ? nvme : link; }
};

}  // namespace headroom::training
