#include "models/network/algorithm_table.h"

#include <array>

namespace headroom::network {
namespace {

constexpr std::array<AlgorithmRow, 8> kTable{{
    {Algorithm::kRing, "ring", RingCost, true, Automatic::kAlways, false,
     "an operation other than all-to-all"},
    {Algorithm::kTree, "tree", TreeCost, true, Automatic::kNever, false,
     "an all-reduce or a broadcast"},
    {Algorithm::kDoubleBinaryTree, "double-binary-tree", DoubleBinaryTreeCost, true,
     Automatic::kAlways, false, "an all-reduce or a broadcast"},
    {Algorithm::kHalvingDoubling, "halving-doubling", HalvingDoublingCost, true, Automatic::kNever,
     false, "an all-reduce, all-gather or reduce-scatter"},
    {Algorithm::kDirect, "direct", DirectCost, true, Automatic::kExchangeOrMesh, false,
     "an operation other than broadcast"},
    {Algorithm::kNvls, "nvls", NvlsCost, false, Automatic::kAlways, true,
     "an all-reduce inside one scale-up domain whose switch reduces"},
    {Algorithm::kSharp, "sharp", SharpCost, false, Automatic::kAlways, true,
     "an all-reduce over several domains and a scale-out fabric that reduces"},
    {Algorithm::kHierarchical, "hierarchical", HierarchicalCost, false, Automatic::kAlways, true,
     "several domains with at least two members each"},
}};

}  // namespace

std::span<const AlgorithmRow> AlgorithmTable() { return kTable; }

}  // namespace headroom::network
