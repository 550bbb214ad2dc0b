#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/random.h"

namespace headroom::scheduling {

/// What a pod asks of one node: processors, memory, and either whole accelerators or a part of one.
struct ShareRequest {
  std::int64_t cpu = 0;           ///< 1/1000 processor
  std::int64_t memory = 0;        ///< MiB
  std::uint32_t accelerators = 0;
  std::int64_t milli = 0;         ///< of each accelerator, 1000 is all of it; below that accelerators is 1
  std::int64_t total() const { return milli * accelerators; }
  friend auto operator<=>(const ShareRequest&, const ShareRequest&) = default;
};

struct SharedNode {
  std::int64_t cpu = 0, memory = 0;  ///< left
  std::vector<std::int64_t> left;    ///< of each accelerator, 1/1000
  std::map<std::string, std::uint32_t> kinds;  ///< pods on it by kind ("share", "1", "8"), for clustering
  std::int64_t total_left() const;
};

/// A request and how often it is met, for the expected fragmentation.
struct TypicalRequest {
  ShareRequest request;
  double share = 0.0;
};

/// The most frequent requests that make up `popularity` of all, processors-only ones included, shares normalised.
std::vector<TypicalRequest> TypicalRequests(const std::vector<ShareRequest>& all, double popularity);

/// Accelerators [1/1000] of a node that a typical request cannot use (Weng et al., ATC 2023): all that is left if the request
/// does not fit or asks for none, else what is left on those accelerators that are too full for it; mean over `typical`.
double Fragmentation(const SharedNode& node, const std::vector<TypicalRequest>& typical);

/// Scores of a node that fits, higher is better, and how a part of an accelerator is chosen.
///
///   random      any node, any accelerator that fits
///   dot-product 1 - mean of (left x asked) over processors and accelerators, normalised to 128 processors and 8 accelerators
///   clustering  nodes with pods of the same kind alone, then with others too, then empty ones, then the rest; fuller first
///   packing     accelerators in part use, then idle ones of a used node, then of an idle node
///   best-fit    least left, half processors and half accelerators
///   fgd         least growth of the fragmentation
///
/// All but random and fgd take the fullest accelerator that fits. Scores are cut to whole points of 100 as Kubernetes does;
/// ties go to the first node. Source: hkust-adsl/kubernetes-scheduler-simulator.
enum class SharePolicy { kRandom, kDotProduct, kClustering, kPacking, kBestFit, kFgd };

/// Nodes that share their accelerators, filled by one policy in the order of arrival.
class AcceleratorSharing {
 public:
  AcceleratorSharing(std::vector<SharedNode> nodes, std::vector<TypicalRequest> typical, SharePolicy policy, RandomStream random);
  /// Places a request on one node; the node, or nothing where none has room.
  std::optional<std::uint32_t> Place(const ShareRequest& request);
  const std::vector<SharedNode>& nodes() const { return nodes_; }
  /// What is left of each accelerator of `node` from now on; its kinds of pods are forgotten.
  void SetLeft(std::uint32_t node, std::vector<std::int64_t> left);

 private:
  void Changed(std::uint32_t node);
  struct Choice {
    std::int64_t score = 0;
    std::uint32_t accelerator = 0;  ///< for a part
  };
  bool Fits(const SharedNode& node, const ShareRequest& request) const;
  Choice Score(std::uint32_t node, const ShareRequest& request);
  Choice FgdScore(std::uint32_t node, const ShareRequest& request) const;
  std::uint32_t Fullest(const SharedNode& node, std::int64_t milli) const;

  std::vector<SharedNode> nodes_;
  std::vector<TypicalRequest> typical_;
  SharePolicy policy_;
  RandomStream random_;
  std::vector<double> fragmentation_;
  std::map<ShareRequest, std::vector<std::optional<Choice>>> known_;  ///< fgd scores until a node changes
};

}  // namespace headroom::scheduling
