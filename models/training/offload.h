#pragma once

#include <algorithm>
#include <cstdint>

namespace headroom::training {

enum class Place { kDevice, kHost, kNvme };

/// State of a rank outside device memory, per accelerator. ZeRO-Offload keeps the optimizer on the host: gradients
/// go there, the processor updates its shard, parameters come back. ZeRO-Infinity also keeps
/// parameters there, or on NVMe, and reads each layer for every pass.
///
///     t_optimizer = (gradients + parameters) / link + max(shard * traffic / host, [state, read and written] / nvme)
///     t_layer     = shard of the layer / min(link, [nvme]) per pass, beside its compute
///
/// Activations of the first `activation_layers` of every rank's layers (0: all) go to the host in the forward pass and come
/// back in the backward pass, each beside the compute of a pass over all layers; what the link takes longer shows as a wait
/// for the host. Two layers at a time stay on the device.
///
/// Rates are assumptions of the plan: 55 GB/s of a PCIe 5.0 x16 link, 40 GB/s of host memory and 3 GB/s of
/// NVMe per accelerator. Left out: overlap of the update with the next forward pass; how much memory the host has.
struct Offload {
  Place optimizer = Place::kDevice;
  Place parameters = Place::kDevice;
  Place activations = Place::kDevice;   ///< device or host
  std::uint32_t activation_layers = 0;  ///< of the model's layers; 0: all
  double link = 55e9;         ///< B/s each way
  double host_memory = 40e9;  ///< B/s
  double nvme = 3e9;          ///< B/s
  /// Share of the layers of a model of `layers` whose activations are on the host.
  double ActivationShare(std::uint32_t layers) const {
    if (activations == Place::kDevice) return 0;
    return activation_layers == 0 ? 1 : std::min(1.0, double(activation_layers) / layers);
  }
  double Rate(Place from) const { return from == Place::kNvme && nvme < link ? nvme : link; }
};

}  // namespace headroom::training
