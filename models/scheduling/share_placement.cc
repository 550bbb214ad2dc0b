#include <memory>
#include <utility>

#include "models/scheduling/placement.h"
#include "sim/core/check.h"

namespace headroom::scheduling {
namespace {

constexpr std::int64_t kWhole = 1000;

/// Follows the floor node by node: one whose stamp has changed is read anew before a choice.
class ShareChooser {
 public:
  ShareChooser(SharePolicy policy, PlacementOptions options) : policy_(policy), options_(std::move(options)) {}

  Allocation Place(const Floor& floor, const PlacementRequest& request) {
    Follow(floor);
    const std::uint32_t parts = floor.shape().parts;
    ShareRequest ask;
    ask.accelerators = request.units < parts ? 1 : request.units / parts;
    ask.milli = request.units < parts ? Milli(request.units, parts) : kWhole;
    const std::vector<SharedNode>* nodes = &sharing_->nodes();
    const std::optional<std::uint32_t> node = sharing_->Place(ask);
    if (!node) return {};
    stamps_[*node] = kUnknown;
    // What the node now has less of is what was chosen; the job may yet not start.
    Allocation out;
    const std::uint32_t first = floor.shape().node_begin[*node];
    for (std::uint32_t a = 0; a < (*nodes)[*node].left.size(); ++a) {
      const std::uint32_t begin = first + a * parts;
      if (Milli(FreeOf(floor, begin), parts) == (*nodes)[*node].left[a]) continue;
      std::uint32_t due = request.units < parts ? request.units : parts;
      for (std::uint32_t id = begin; due > 0; ++id) {
        HR_CHECK(id < begin + parts, *node, a, due);
        if (!floor.free().Has(id)) continue;
        --due;
        if (!out.empty() && out.back().first + out.back().count == id) ++out.back().count;
        else out.push_back({id, 1});
      }
    }
    return out;
  }

 private:
  static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};
  static std::int64_t Milli(std::uint32_t units, std::uint32_t parts) { return units * kWhole / parts; }
  static std::uint32_t FreeOf(const Floor& floor, std::uint32_t begin) {
    std::uint32_t free = 0;
    for (std::uint32_t id = begin; id < begin + floor.shape().parts; ++id) free += floor.free().Has(id);
    return free;
  }
  std::vector<std::int64_t> LeftOf(const Floor& floor, std::uint32_t node) const {
    std::vector<std::int64_t> left;
    const std::uint32_t parts = floor.shape().parts;
    for (std::uint32_t id = floor.shape().node_begin[node]; id < floor.shape().node_begin[node + 1]; id += parts)
      left.push_back(Milli(FreeOf(floor, id), parts));
    return left;
  }
  void Follow(const Floor& floor) {
    const std::uint32_t nodes = floor.shape().nodes();
    if (!sharing_) {
      std::vector<SharedNode> empty(nodes);
      for (std::uint32_t n = 0; n < nodes; ++n)
        empty[n].left.assign((floor.shape().node_begin[n + 1] - floor.shape().node_begin[n]) / floor.shape().parts, kWhole);
      sharing_ = std::make_unique<AcceleratorSharing>(std::move(empty), options_.typical, policy_, RandomStream(options_.seed, "placement"));
      stamps_.assign(nodes, kUnknown);
    }
    for (std::uint32_t n = 0; n < nodes; ++n)
      if (stamps_[n] != floor.stamp(n)) {
        sharing_->SetLeft(n, LeftOf(floor, n));
        stamps_[n] = floor.stamp(n);
      }
  }

  SharePolicy policy_;
  PlacementOptions options_;
  std::unique_ptr<AcceleratorSharing> sharing_;
  std::vector<std::uint64_t> stamps_;
};

}  // namespace

Placement MakeShares(SharePolicy policy, const PlacementOptions& options) {
  return [chooser = std::make_shared<ShareChooser>(policy, options)](const Floor& floor, const PlacementRequest& request) {
    return chooser->Place(floor, request);
  };
}

}  // namespace headroom::scheduling
