#include "models/serving/decode_set.h"

#include <catch2/catch.hpp>

#include "sim/core/random.h"

using headroom::RandomStream;
using headroom::serving::DecodeSet;

// Contexts 15 and 16 in blocks of 16: the next token of the second opens a block, the first's the
// iteration after.
TEST_CASE("a block is due when the context fills whole ones", "[decode-set]") {
  DecodeSet set(4, 16);
  set.Join(1, 15, 40);
  set.Join(2, 16, 40);
  CHECK(set.BlocksFor(1) == 1);
  CHECK(set.BlocksFor(2) == 2);
  CHECK(set.BlocksFor(17) == 3);
  CHECK(set.IterationsWithin(1, 40) == 1);
  CHECK(set.IterationsWithin(2, 40) == 16);
  CHECK(set.context_sum() == 31);
}

TEST_CASE("counters agree with sequences kept one by one", "[decode-set][property]") {
  constexpr std::uint32_t kBlock = 7, kSlots = 30;
  DecodeSet set(kSlots, kBlock);
  std::vector<std::uint32_t> context(kSlots), left(kSlots);
  RandomStream random(1, "decode-set");
  for (int round = 0; round < 3000; ++round) {
    const std::uint32_t slot = static_cast<std::uint32_t>(random.Below(kSlots));
    if (left[slot] == 0) {
      context[slot] = 1 + static_cast<std::uint32_t>(random.Below(50));
      left[slot] = 1 + static_cast<std::uint32_t>(random.Below(40));
      set.Join(slot, context[slot], left[slot]);
    } else if (random.Below(5) == 0) {
      set.Leave(slot);
      left[slot] = 0;
    }
    if (set.size() == 0) continue;
    std::uint64_t sum = 0, to_come = 0, next = 1000, blocks = 0;
    for (std::uint32_t i = 0; i < kSlots; ++i)
      if (left[i] > 0) {
        sum += context[i];
        to_come += left[i];
        next = std::min<std::uint64_t>(next, left[i]);
      }
    REQUIRE(set.context_sum() == sum);
    REQUIRE(set.tokens_to_come() == to_come);
    REQUIRE(set.NextFinish() == next);
    const std::uint64_t steps = 1 + random.Below(next);
    for (std::uint32_t i = 0; i < kSlots; ++i)
      if (left[i] > 0)
        blocks += (context[i] + steps + kBlock - 1) / kBlock - (context[i] + kBlock - 1) / kBlock;
    REQUIRE(set.BlocksFor(steps) == blocks);
    set.Advance(steps);
    for (std::uint32_t i = 0; i < kSlots; ++i)
      if (left[i] > 0) context[i] += steps, left[i] -= steps;
    std::uint32_t slot_done, held;
    while (set.PopFinished(slot_done, held))
      REQUIRE((left[slot_done] == 0 && held == context[slot_done]));
  }
}
