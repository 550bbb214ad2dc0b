#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace headroom::scheduling {

/// A sorted list in blocks of at most kMost entries, each with a summary, so that a search skips whole blocks: insertion,
/// removal and search in about the square root of the length, with contiguous memory.
///
/// Entry has `bool Before(const Entry&) const`, a strict total order. Summary is default constructed for no entry and has
/// `void Add(const Entry&)`.
template <class Entry, class Summary>
class BlockedList {
 public:
  static constexpr std::size_t kMost = 128;
  struct Place {
    std::size_t block = 0, index = 0;
  };

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  const Entry& front() const { return blocks_.front().front(); }
  std::size_t blocks() const { return blocks_.size(); }
  const Summary& summary(std::size_t block) const { return summaries_[block]; }
  const std::vector<Entry>& block(std::size_t block) const { return blocks_[block]; }
  bool AtEnd(Place p) const { return p.block >= blocks_.size(); }
  const Entry& at(Place p) const { return blocks_[p.block][p.index]; }
  Place Next(Place p) const { return p.index + 1 < blocks_[p.block].size() ? Place{p.block, p.index + 1} : Place{p.block + 1, 0}; }

  void Insert(const Entry& entry) {
    ++size_;
    if (blocks_.empty()) {
      blocks_.push_back({entry});
      summaries_.emplace_back().Add(entry);
      return;
    }
    const std::size_t b = std::min(BlockOf(entry), blocks_.size() - 1);
    std::vector<Entry>& block = blocks_[b];
    block.insert(std::upper_bound(block.begin(), block.end(), entry, Less), entry);
    summaries_[b].Add(entry);
    if (block.size() > kMost) Split(b);
  }

  /// Where `entry` stands; it must be in the list.
  Place Find(const Entry& entry) const {
    const std::size_t b = BlockOf(entry);
    const auto& block = blocks_[b];
    return {b, static_cast<std::size_t>(std::lower_bound(block.begin(), block.end(), entry, Less) - block.begin())};
  }

  /// Removes the entry at `p`; gives the place of the one after it.
  Place Erase(Place p) {
    --size_;
    std::vector<Entry>& block = blocks_[p.block];
    block.erase(block.begin() + static_cast<std::ptrdiff_t>(p.index));
    if (block.empty()) {
      blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(p.block));
      summaries_.erase(summaries_.begin() + static_cast<std::ptrdiff_t>(p.block));
      return {p.block, 0};
    }
    Summarise(p.block);
    return p.index < block.size() ? p : Place{p.block + 1, 0};
  }

  /// The first place at or after `from` whose block passes `block_test` and whose entry passes `entry_test`.
  template <class BlockTest, class EntryTest>
  Place FindFirst(Place from, BlockTest block_test, EntryTest entry_test) const {
    for (; from.block < blocks_.size(); ++from.block, from.index = 0) {
      if (!block_test(summaries_[from.block])) continue;
      const std::vector<Entry>& block = blocks_[from.block];
      for (; from.index < block.size(); ++from.index)
        if (entry_test(block[from.index])) return from;
    }
    return from;
  }

  template <class F>
  void Each(F f) const {
    for (const auto& block : blocks_)
      for (const Entry& e : block) f(e);
  }

  void Clear() {
    blocks_.clear();
    summaries_.clear();
    size_ = 0;
  }

 private:
  static bool Less(const Entry& a, const Entry& b) { return a.Before(b); }
  /// The first block whose last entry is not before `entry`.
  std::size_t BlockOf(const Entry& entry) const {
    return static_cast<std::size_t>(
        std::lower_bound(blocks_.begin(), blocks_.end(), entry,
                         [](const std::vector<Entry>& block, const Entry& e) { return block.back().Before(e); }) -
        blocks_.begin());
  }
  void Split(std::size_t b) {
    const auto half = blocks_[b].begin() + kMost / 2;
    std::vector<Entry> upper(half, blocks_[b].end());
    blocks_[b].erase(half, blocks_[b].end());
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(b) + 1, std::move(upper));
    summaries_.insert(summaries_.begin() + static_cast<std::ptrdiff_t>(b) + 1, Summary{});
    Summarise(b);
    Summarise(b + 1);
  }
  void Summarise(std::size_t b) {
    summaries_[b] = Summary{};
    for (const Entry& e : blocks_[b]) summaries_[b].Add(e);
  }

  std::vector<std::vector<Entry>> blocks_;
  std::vector<Summary> summaries_;
  std::size_t size_ = 0;
};

}  // namespace headroom::scheduling
