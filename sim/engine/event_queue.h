#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/engine/callback.h"
#include "sim/engine/time.h"

namespace headroom {

/// Pending events, ordered by (instant, phase, sequence).
///
/// Keys of events up to an instant, the base, are in a small four-ary heap. Those beyond it lie
/// unordered in radix buckets, bucket b holding instants whose highest bit that differs from the
/// base's is bit b. When the heap is empty the lowest bucket is its heir: a small one goes into the
/// heap whole, a large one is spread over lower buckets around its least instant. So a key is moved
/// a few times in sequential memory where a heap of all keys would wander. Source of the buckets:
/// Ahuja, Mehlhorn, Orlin and Tarjan, Faster algorithms for the shortest path problem, J. ACM 37
/// (1990); the heap below the base lifts their condition that nothing is scheduled before the last
/// minimum.
///
/// Callbacks are in a pool at stable addresses. The key's second word packs phase (3 bits),
/// sequence (37 bits) and pool slot (24 bits), and is also the event's name: a key whose slot
/// carries another name is a cancelled event, dropped when it reaches the top or, once they are the
/// majority, all at once. Limits: 16 million pending events, 1.3e11 events of one run.
class EventQueue {
 public:
  /// The callback and the name of one pending event; name 0 while it runs or is free.
  struct Slot {
    std::uint64_t name = 0;
    Callback callback;
  };

  EventQueue();
  ~EventQueue();
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  /// Takes `callback` and returns the event's name, which is never 0.
  std::uint64_t Push(Instant when, std::uint32_t phase, Callback&& callback);
  /// Forgets an event; false if no such event is pending.
  bool Cancel(std::uint64_t name);
  /// Pending events, cancelled ones not counted.
  std::size_t size() const { return live_; }
  /// The instant of the first event, Instant::Max() if there is none.
  Instant Head();
  /// Takes the first event off the queue, which must not be empty. Its callback stays in the pool
  /// until Release().
  std::uint32_t Pop();
  Callback& callback(std::uint32_t slot) { return At(slot).callback; }
  void Release(std::uint32_t slot);

 private:
  struct Key {
    std::uint64_t when;
    std::uint64_t name;
  };
  static bool Before(const Key& a, const Key& b);
  static constexpr std::uint32_t kSlotBits = 24;
  static constexpr std::uint32_t kPhaseShift = 61;
  static constexpr std::uint32_t kChunkBits = 10;
  static constexpr std::uint64_t kSlotMask = (1u << kSlotBits) - 1;
  struct FreeMemory {
    void operator()(void* p) const;
  };

  Slot& At(std::uint32_t slot) {
    return chunks_[slot >> kChunkBits][slot & ((1u << kChunkBits) - 1)];
  }
  bool Stale(const Key& k) {
    return At(static_cast<std::uint32_t>(k.name & kSlotMask)).name != k.name;
  }
  std::uint32_t TakeSlot();
  void Grow();
  void Insert(Key key);
  void InsertNear(Key key);
  void InsertFar(Key key);
  void Refill();
  void SiftUp(std::size_t hole, Key key);
  void SiftDown(std::size_t hole, Key key);
  void RemoveTop();
  void DropStale();

  std::unique_ptr<Key, FreeMemory> memory_;
  Key* heap_ =
      nullptr;  ///< three keys into `memory_`, so that the children of a node fill a cache line
  std::size_t heap_size_ = 0;
  std::size_t capacity_ = 0;
  std::uint64_t base_ = 0;     ///< instants up to it are in the heap
  std::uint64_t buckets_ = 0;  ///< bit b: bucket b is not empty
  std::array<std::vector<Key>, 64> far_;
  std::vector<Key> spread_;  ///< the bucket that is being spread
  std::size_t keys_ = 0;     ///< in the heap and the buckets, those of cancelled events included
  std::size_t live_ = 0;
  std::uint64_t sequence_ = 0;
  std::vector<std::unique_ptr<Slot[]>> chunks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t slots_ = 0;
};

}  // namespace headroom
