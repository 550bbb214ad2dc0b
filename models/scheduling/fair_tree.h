#pragma once

#include <cstdint>
#include <vector>

namespace headroom::scheduling {

/// An account or a user of Slurm's association tree. Node 0 is the root; a parent stands before its children.
struct ShareNode {
  std::uint32_t parent = 0;
  double shares = 1.0;
  double usage = 0.0;  ///< decayed; of accounts: what their users used
  bool user = false;
};

/// Slurm's Fair Tree: in every group of siblings
///
///     level fairshare = S / U,  S = shares / siblings' shares,  U = usage / parent's usage   (S = 0: 0; U = 0: infinite)
///
/// The tree is walked depth first by level fairshare, falling, users before accounts where equal; users get rank / users,
/// the rank falls by one per user, and tied users share the higher one. Where `merge_tied` is set, the children of tied
/// accounts are ranked together, as Slurm's documentation says (its code at 284c3b95 does not seem to get there).
/// Returns the factor of every node, 0 for accounts.
std::vector<double> FairTree(const std::vector<ShareNode>& nodes, bool merge_tied);

}  // namespace headroom::scheduling
