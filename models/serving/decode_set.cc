#include "models/serving/decode_set.h"

#include <algorithm>
#include <functional>

#include "sim/core/check.h"

namespace headroom::serving {

DecodeSet::DecodeSet(std::uint32_t slots, std::uint32_t block_tokens)
    : block_tokens_(block_tokens),
      member_(slots),
      finish_(slots),
      offset_(slots),
      residues_(block_tokens) {
  HR_CHECK(slots > 0 && slots <= 65536, slots);
}

std::uint32_t DecodeSet::Residue(std::uint32_t slot) const {
  const std::int64_t block = block_tokens_;
  return static_cast<std::uint32_t>(((offset_[slot] % block) + block) % block);
}

void DecodeSet::Join(std::uint32_t slot, std::uint32_t context, std::uint32_t remaining) {
  HR_CHECK(!member_[slot] && remaining > 0, slot, remaining);
  member_[slot] = 1;
  finish_[slot] = done_ + remaining;
  offset_[slot] = static_cast<std::int64_t>(context) - static_cast<std::int64_t>(done_);
  ++residues_[Residue(slot)];
  ++size_;
  context_sum_ += context;
  finish_sum_ += finish_[slot];
  heap_.push_back(finish_[slot] << 16 | slot);
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
}

void DecodeSet::Leave(std::uint32_t slot) {
  HR_CHECK(member_[slot], slot);
  member_[slot] = 0;
  --residues_[Residue(slot)];
  --size_;
  context_sum_ -= context(slot);
  finish_sum_ -= finish_[slot];
}

void DecodeSet::Skip(std::uint32_t slot, std::uint32_t tokens) {
  HR_CHECK(member_[slot] && tokens <= remaining(slot), slot, tokens);
  --residues_[Residue(slot)];
  offset_[slot] += tokens;
  ++residues_[Residue(slot)];
  context_sum_ += tokens;
  finish_[slot] -= tokens;
  finish_sum_ -= tokens;
  heap_.push_back(finish_[slot] << 16 | slot);
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
}

bool DecodeSet::Stale(std::uint64_t key) const {
  const std::uint32_t slot = key & 0xffff;
  return !member_[slot] || finish_[slot] != key >> 16;
}

std::uint64_t DecodeSet::NextFinish() {
  while (Stale(heap_.front())) {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    heap_.pop_back();
  }
  return (heap_.front() >> 16) - done_;
}

bool DecodeSet::PopFinished(std::uint32_t& slot, std::uint32_t& held) {
  if (size_ == 0 || NextFinish() > 0) return false;
  slot = heap_.front() & 0xffff;
  held = context(slot);
  std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
  heap_.pop_back();
  Leave(slot);
  return true;
}

std::uint64_t DecodeSet::BlocksFor(std::uint64_t count) const {
  // Iteration D + 1 + j opens a block for the sequences whose context before it fills whole blocks:
  // offset + D + j = 0 modulo the block.
  std::uint64_t blocks = count / block_tokens_ * size_;
  const std::uint64_t rest = count % block_tokens_;
  std::uint64_t residue = (block_tokens_ - done_ % block_tokens_) % block_tokens_;
  for (std::uint64_t j = 0; j < rest; ++j) {
    blocks += residues_[residue];
    residue = residue == 0 ? block_tokens_ - 1 : residue - 1;
  }
  return blocks;
}

std::uint64_t DecodeSet::IterationsWithin(std::uint64_t blocks, std::uint64_t count) const {
  if ((count / block_tokens_ + 1) * size_ <= blocks || BlocksFor(count) <= blocks) return count;
  std::uint64_t good = 0, bad = count;
  while (bad - good > 1) {
    const std::uint64_t middle = good + (bad - good) / 2;
    (BlocksFor(middle) <= blocks ? good : bad) = middle;
  }
  return good;
}

}  // namespace headroom::serving
