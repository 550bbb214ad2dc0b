#include "models/network/algorithm_table.h"

#include <array>

namespace headroom::network {
namespace {

constexpr std::array<AlgorithmRow, 8> kTable{{
    {Algorithm::kRing, "ring", RingCost, true, true, false, "an operation other than all-to-all"},
    {Algorithm::kTree, "tree", TreeCost, true, false, false, "an all-reduce or a broadcast"},
    {Algorithm::kDoubleBinaryTree, "double-binary-tree", DoubleBinaryTreeCost, true, true, false,
     "an all-reduce or a broadcast"},
    {Algorithm::kHalvingDoubling, "halving-doubling", HalvingDoublingCost, true, false, false,
     "an all-reduce, all-gather or reduce-scatter"},
    {Algorithm::kDirect, "direct", DirectCost, true, true, false, "an operation other than broadcast"},
    {Algorithm::kNvls, "nvls", NvlsCost, false, true, true,
     "an all-reduce inside one scale-up domain whose switch reduces"},
    {Algorithm::kSharp, "sharp", SharpCost, false, true, true,
     "an all-reduce over several domains and a scale-out fabric that reduces"},
    {Algorithm::kHierarchical, "hierarchical", HierarchicalCost, false, true, true,
     "several domains with at least two members each"},
}};

}  // namespace

std::span<const AlgorithmRow> AlgorithmTable() { return kTable; }

}  // namespace headroom::network
