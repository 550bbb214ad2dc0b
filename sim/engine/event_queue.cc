#include "sim/engine/event_queue.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "sim/core/check.h"

namespace headroom {

namespace {
constexpr std::size_t kArity = 4;
constexpr std::size_t kLead = kArity - 1;
constexpr std::size_t kLine = 64;
/// A bucket of up to so many keys goes into the heap whole.
constexpr std::size_t kSmall = 64;
}  // namespace

void EventQueue::FreeMemory::operator()(void* p) const { std::free(p); }

EventQueue::EventQueue() { Grow(); }
EventQueue::~EventQueue() = default;

bool EventQueue::Before(const Key& a, const Key& b) {
  __extension__ using Wide = unsigned __int128;
  return (Wide{a.when} << 64 | a.name) < (Wide{b.when} << 64 | b.name);
}

void EventQueue::Grow() {
  const std::size_t capacity = capacity_ == 0 ? 1024 : 2 * capacity_;
  void* p = std::aligned_alloc(kLine, (capacity + kArity) * sizeof(Key));
  if (p == nullptr) throw std::bad_alloc();
  std::unique_ptr<Key, FreeMemory> memory(static_cast<Key*>(p));
  Key* heap = memory.get() + kLead;
  if (heap_size_ > 0) std::memcpy(heap, heap_, heap_size_ * sizeof(Key));
  memory_ = std::move(memory);
  heap_ = heap;
  capacity_ = capacity;
}

std::uint32_t EventQueue::TakeSlot() {
  if (!free_.empty()) {
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  HR_CHECK(slots_ < kSlotMask, slots_);
  if (slots_ >> kChunkBits == chunks_.size())
    chunks_.push_back(std::make_unique<Slot[]>(std::size_t{1} << kChunkBits));
  return slots_++;
}

std::uint64_t EventQueue::Push(Instant when, std::uint32_t phase, Callback&& callback) {
  const std::uint32_t slot = TakeSlot();
  HR_CHECK(++sequence_ < std::uint64_t{1} << (kPhaseShift - kSlotBits), sequence_);
  const std::uint64_t name =
      std::uint64_t{phase} << kPhaseShift | sequence_ << kSlotBits | std::uint64_t{slot};
  Slot& s = At(slot);
  s.name = name;
  s.callback = std::move(callback);
  Insert(Key{static_cast<std::uint64_t>(when.ns()), name});
  ++keys_;
  ++live_;
  return name;
}

void EventQueue::Insert(Key key) { key.when <= base_ ? InsertNear(key) : InsertFar(key); }

void EventQueue::InsertNear(Key key) {
  if (heap_size_ == capacity_) Grow();
  SiftUp(heap_size_++, key);
}

void EventQueue::InsertFar(Key key) {
  const int bucket = std::bit_width(key.when ^ base_) - 1;
  far_[static_cast<std::size_t>(bucket)].push_back(key);
  buckets_ |= std::uint64_t{1} << bucket;
}

/// Makes the heap hold the first key of all, if there is one.
void EventQueue::Refill() {
  while (heap_size_ == 0 && buckets_ != 0) {
    const int bucket = std::countr_zero(buckets_);
    std::vector<Key>& keys = far_[static_cast<std::size_t>(bucket)];
    buckets_ &= buckets_ - 1;
    if (keys.size() <= kSmall) {
      // The base becomes the last instant of the bucket, which leaves the other buckets as they
      // are.
      base_ |= (std::uint64_t{2} << bucket) - 1;
      for (const Key& k : keys) {
        __builtin_prefetch(&At(static_cast<std::uint32_t>(k.name & kSlotMask)), 1);
        InsertNear(k);
      }
      keys.clear();
    } else {
      spread_.swap(keys);
      base_ = std::min_element(spread_.begin(), spread_.end(), [](const Key& a, const Key& b) {
                return a.when < b.when;
              })->when;
      for (const Key& k : spread_) Insert(k);
      spread_.clear();
    }
  }
}

bool EventQueue::Cancel(std::uint64_t name) {
  const auto slot = static_cast<std::uint32_t>(name & kSlotMask);
  if (name == 0 || slot >= slots_ || At(slot).name != name) return false;
  --live_;
  Release(slot);
  if (keys_ > kSmall && keys_ > 2 * live_) DropStale();
  return true;
}

void EventQueue::Release(std::uint32_t slot) {
  Slot& s = At(slot);
  s.name = 0;
  s.callback.Reset();
  free_.push_back(slot);
}

Instant EventQueue::Head() {
  if (heap_size_ == 0) Refill();
  while (keys_ > live_ && heap_size_ > 0 && Stale(heap_[0])) RemoveTop();
  return heap_size_ == 0 ? Instant::Max() : Instant::Ns(static_cast<std::int64_t>(heap_[0].when));
}

std::uint32_t EventQueue::Pop() {
  Head();
  const auto slot = static_cast<std::uint32_t>(heap_[0].name & kSlotMask);
  At(slot).name = 0;
  --live_;
  RemoveTop();
  return slot;
}

void EventQueue::RemoveTop() {
  const Key last = heap_[--heap_size_];
  --keys_;
  if (heap_size_ > 0) {
    SiftDown(0, last);
  } else {
    Refill();
  }
}

void EventQueue::SiftUp(std::size_t hole, Key key) {
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / kArity;
    if (!Before(key, heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = key;
}

/// The hole goes down to a leaf along the smallest children, then `key` rises from there: it came
/// from a leaf and rarely rises far.
void EventQueue::SiftDown(std::size_t hole, Key key) {
  const std::size_t top = hole;
  std::size_t child = kArity * hole + 1;
  while (child + kArity <= heap_size_) {
    const Key* c = heap_ + child;
    // Arithmetic in place of branches, which would be mispredicted half of the time.
    const std::size_t left = std::size_t{Before(c[1], c[0])};
    const std::size_t right = 2 + std::size_t{Before(c[3], c[2])};
    const std::size_t least = left ^ ((left ^ right) & -std::size_t{Before(c[right], c[left])});
    heap_[hole] = c[least];
    hole = child + least;
    child = kArity * hole + 1;
  }
  if (child < heap_size_) {
    std::size_t least = child;
    for (std::size_t i = child + 1; i < heap_size_; ++i)
      if (Before(heap_[i], heap_[least])) least = i;
    heap_[hole] = heap_[least];
    hole = least;
  }
  while (hole > top) {
    const std::size_t parent = (hole - 1) / kArity;
    if (!Before(key, heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = key;
}

void EventQueue::DropStale() {
  const auto stale = [this](const Key& k) { return Stale(k); };
  heap_size_ = static_cast<std::size_t>(std::remove_if(heap_, heap_ + heap_size_, stale) - heap_);
  if (heap_size_ > 1)
    for (std::size_t i = (heap_size_ - 2) / kArity + 1; i-- > 0;) SiftDown(i, heap_[i]);
  for (std::size_t b = 0; b < far_.size(); ++b) {
    std::erase_if(far_[b], stale);
    if (far_[b].empty()) buckets_ &= ~(std::uint64_t{1} << b);
  }
  keys_ = live_;
}

}  // namespace headroom
