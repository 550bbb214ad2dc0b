#pragma once

#include <cstdint>
#include <vector>

namespace headroom::serving {

/// The sequences of a replica that decode: all gain one token in each decode iteration, so the set
/// moves as one.
///
/// With D iterations behind it, a sequence that joined at D0 with c tokens in the cache holds c + D
/// - D0. Kept are the sum of contexts, how many sequences stand at each place within a block, and a
/// heap of finishing iterations; a run of k iterations costs O(log n) per sequence that ends, not
/// O(n k).
class DecodeSet {
 public:
  DecodeSet(std::uint32_t slots, std::uint32_t block_tokens);

  /// `slot` starts to decode with `context` cached tokens and `remaining` > 0 tokens to come.
  void Join(std::uint32_t slot, std::uint32_t context, std::uint32_t remaining);
  void Leave(std::uint32_t slot);
  bool Has(std::uint32_t slot) const { return member_[slot] != 0; }
  /// `count` iterations pass; none may outrun NextFinish().
  void Advance(std::uint64_t count) {
    done_ += count;
    context_sum_ += count * size_;
  }
  /// `slot` gains `tokens` more than the iterations that passed, at most those that it has to come.
  void Skip(std::uint32_t slot, std::uint32_t tokens);
  /// Next slot that has no token to come, which leaves the set; false if none.
  bool PopFinished(std::uint32_t& slot, std::uint32_t& context);

  std::uint32_t size() const { return size_; }
  std::uint64_t context_sum() const { return context_sum_; }
  std::uint32_t context(std::uint32_t slot) const {
    return static_cast<std::uint32_t>(offset_[slot] + static_cast<std::int64_t>(done_));
  }
  std::uint32_t remaining(std::uint32_t slot) const {
    return static_cast<std::uint32_t>(finish_[slot] - done_);
  }
  /// Tokens to come over all sequences.
  std::uint64_t tokens_to_come() const { return finish_sum_ - size_ * done_; }
  /// Iterations until the first sequence ends; size() > 0.
  std::uint64_t NextFinish();
  /// Blocks that the next `count` iterations take.
  std::uint64_t BlocksFor(std::uint64_t count) const;
  /// The most iterations, at most `count`, that take no more than `blocks`.
  std::uint64_t IterationsWithin(std::uint64_t blocks, std::uint64_t count) const;

 private:
  std::uint32_t Residue(std::uint32_t slot) const;
  bool Stale(std::uint64_t key) const;

  std::uint32_t block_tokens_;
  std::uint64_t done_ = 0;  ///< D
  std::uint32_t size_ = 0;
  std::uint64_t context_sum_ = 0, finish_sum_ = 0;
  std::vector<std::uint8_t> member_;
  std::vector<std::uint64_t> finish_;    ///< D at which the slot ends
  std::vector<std::int64_t> offset_;     ///< context - D
  std::vector<std::uint32_t> residues_;  ///< sequences by offset modulo the block
  std::vector<std::uint64_t> heap_;      ///< finish << 16 | slot; stale entries are skipped
};

}  // namespace headroom::serving
