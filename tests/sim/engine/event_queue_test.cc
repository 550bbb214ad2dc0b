#include "sim/engine/event_queue.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "sim/core/random.h"

using namespace headroom;

namespace {

void RunFirst(EventQueue& queue) {
  const std::uint32_t slot = queue.Pop();
  queue.callback(slot)();
  queue.Release(slot);
}

}  // namespace

TEST_CASE("random pushes and cancels come out as a sorted list would give them", "[queue]") {
  struct Expected {
    std::int64_t when;
    std::uint32_t phase;
    int number;
    std::uint64_t name;
  };
  // From gaps of a few nanoseconds, where most instants are shared, to gaps of hours.
  const int bits = GENERATE(3, 6, 20, 43);
  RandomStream random(7, "queue");
  EventQueue queue;
  std::vector<Expected> expected;
  std::vector<int> ran;
  const auto before = [](const Expected& a, const Expected& b) {
    return std::tie(a.when, a.phase, a.number) < std::tie(b.when, b.phase, b.number);
  };
  std::vector<int> order;
  std::int64_t now = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t dice = random.Below(10);
    if (dice < 5 || expected.empty()) {
      const auto when =
          now + static_cast<std::int64_t>(random.Below(std::uint64_t{1} << random.Below(bits)));
      const auto phase = static_cast<std::uint32_t>(random.Below(5));
      const auto name = queue.Push(Instant::Ns(when), phase, [&ran, i] { ran.push_back(i); });
      expected.push_back({when, phase, i, name});
    } else if (dice < 8) {
      const auto victim =
          expected.begin() + static_cast<std::ptrdiff_t>(random.Below(expected.size()));
      REQUIRE(queue.Cancel(victim->name));
      REQUIRE_FALSE(queue.Cancel(victim->name));
      expected.erase(victim);
    } else {
      const auto first = std::min_element(expected.begin(), expected.end(), before);
      REQUIRE(queue.Head().ns() == first->when);
      now = first->when;
      RunFirst(queue);
      order.push_back(first->number);
      expected.erase(first);
    }
    REQUIRE(queue.size() == expected.size());
  }
  CHECK(ran == order);
  CHECK(ran.size() > 3000);
}

TEST_CASE("an event before the head is the new head, though the head was looked at", "[queue]") {
  EventQueue queue;
  std::string ran;
  for (int i = 0; i < 200; ++i) queue.Push(Instant::Ns(1000 + i), 0, [] {});
  CHECK(queue.Head() == Instant::Ns(1000));
  queue.Push(Instant::Ns(10), 1, [&] { ran += "b"; });
  queue.Push(Instant::Ns(10), 0, [&] { ran += "a"; });
  queue.Push(Instant::Ns(1000), 0, [&] { ran += "c"; });
  CHECK(queue.Head() == Instant::Ns(10));
  for (int i = 0; i < 4; ++i) RunFirst(queue);
  CHECK(ran == "abc");
  CHECK(queue.Head() == Instant::Ns(1001));
}

TEST_CASE("many events of one instant run in the order of pushing", "[queue]") {
  EventQueue queue;
  std::vector<int> ran;
  for (int i = 0; i < 1000; ++i)
    queue.Push(Instant::Ns(1 << 20), 0, [&ran, i] { ran.push_back(i); });
  for (int i = 0; i < 1000; ++i) RunFirst(queue);
  CHECK(ran.size() == 1000);
  CHECK(std::is_sorted(ran.begin(), ran.end()));
}

TEST_CASE("the head of an empty queue is never", "[queue]") {
  EventQueue queue;
  CHECK(queue.Head() == Instant::Max());
  const auto name = queue.Push(Instant::Ns(5), 0, [] {});
  CHECK(queue.Head() == Instant::Ns(5));
  queue.Cancel(name);
  CHECK(queue.Head() == Instant::Max());
  CHECK(queue.size() == 0);
}

TEST_CASE("a cancelled event drops its capture at once", "[queue]") {
  EventQueue queue;
  auto held = std::make_shared<int>(1);
  const auto name = queue.Push(Instant::Ns(5), 0, [held] {});
  CHECK(held.use_count() == 2);
  queue.Cancel(name);
  CHECK(held.use_count() == 1);
}

TEST_CASE("a million cancelled events leave no trace", "[queue]") {
  EventQueue queue;
  int ran = 0;
  queue.Push(Instant::Ns(1000000), 0, [&ran] { ++ran; });
  for (int i = 0; i < 1000000; ++i) queue.Cancel(queue.Push(Instant::Ns(i), 0, [] {}));
  CHECK(queue.size() == 1);
  CHECK(queue.Head() == Instant::Ns(1000000));
  RunFirst(queue);
  CHECK(ran == 1);
}
