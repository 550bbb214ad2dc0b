#pragma once

namespace headroom::training {

/// Documents packed into sequences: attention stays within a document, and sequences differ in how
/// much of it they hold.
///
/// For documents of mean length m and relative deviation c (lognormal), cut at the sequence S, the pairs of a
/// sequence are those of S / s_e documents of
///
///     s_e = min(S, m (1 + c^2))           [tokens], the mean length seen from a token
///
/// and deviate from sequence to sequence by v = min(1, sqrt(((1 + c^2)^4 - 1) m / S)). Ranks of a
/// context-parallel group wait for one another in every micro-batch, replicas in every step of M
/// micro-batches: attention takes 1 + v (z(cp) + z(dp) / sqrt(M)) times as long, z the expected largest normal deviate.
/// Left out: sorting documents to balance them; bubbles that unequal micro-batches open in a pipeline.
struct Packing {
  double mean_length = 0;  ///< tokens; 0: one document fills a sequence
  double deviation = 0;    ///< relative
  double Length(double sequence) const;
  double Slowest(double sequence, double cp, double replicas, double sequences) const;
};

}  // namespace headroom::training
