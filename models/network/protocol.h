#pragma once

#include <array>

namespace headroom::network {

/// How a collective library moves one step: LL writes flag and data together (little delay, a
/// fraction of the bandwidth), LL128 in 128-byte lines, Simple in chunks with a fence.
enum class Protocol { kLl, kLl128, kSimple };

/// NCCL's model, t = base + steps * step + bytes / bandwidth. Source: NVIDIA/nccl
/// src/graph/tuning.cc, commit 5067397 (baseLatencies, hwLatencies, llMaxBws: 141 of 450 GB/s on
/// Hopper, 282 of 900 on Blackwell). Times in seconds, for a scale-up hop of 1 us.
struct ProtocolParams {
  Protocol protocol;
  const char* name;
  double base_ring, base_tree;
  double up_ring, up_tree;    ///< one step inside the domain
  double out_ring, out_tree;  ///< one step between domains
  double share;               ///< of the achievable bandwidth
  double cap;                 ///< largest share of the domain link's bandwidth
};

inline constexpr std::array<ProtocolParams, 3> kProtocols{{
    {Protocol::kLl, "LL", 6.6e-6, 6.8e-6, 0.6e-6, 0.6e-6, 2.7e-6, 5.0e-6, 0.5, 141.0 / 450.0},
    {Protocol::kLl128, "LL128", 14.0e-6, 14.0e-6, 1.9e-6, 1.25e-6, 4.0e-6, 8.5e-6, 120.0 / 128.0,
     1.0},
    {Protocol::kSimple, "Simple", 8.4e-6, 8.4e-6, 3.4e-6, 4.0e-6, 14.0e-6, 14.0e-6, 1.0, 1.0},
}};

/// LL opens one more channel per 8 bytes of every thread and rank, 512 threads to a channel (same
/// library, enqueue.cc), and reaches its full rate with kLlChannels of them. Between, a larger buffer
/// takes no longer: 32 to 350 KiB on 8 ranks. The count is fitted on every second row of 8 x H100.
inline constexpr double kLlChannelBytes = 8 * 512;
inline constexpr double kLlChannels = 11.3;

/// Steps of the in-network algorithms (same source): NVLS inside the domain, NVLSTree and CollNet
/// between domains.
inline constexpr double kNvlsStep = 25e-6;
inline constexpr double kNvlsTreeOutStep = 20.9e-6;
inline constexpr double kCollNetOutStep = 31e-6;
/// Time to post one message of a direct exchange (`0.4` of CollNetDirect in the same source).
inline constexpr double kPerPeer = 0.4e-6;

const char* Name(Protocol p);

}  // namespace headroom::network
