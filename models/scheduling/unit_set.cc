#include "models/scheduling/unit_set.h"

#include <algorithm>
#include <bit>

#include "sim/core/check.h"

namespace headroom::scheduling {

UnitSet::UnitSet(std::uint32_t size, bool full) : words_((size + 63) / 64, 0), size_(size) {
  if (full && size > 0) Add({{0, size}});
}

void UnitSet::Intersect(const UnitSet& other) {
  count_ = 0;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    words_[i] &= other.words_[i];
    count_ += static_cast<std::uint32_t>(std::popcount(words_[i]));
  }
}

template <class F>
void UnitSet::EachWord(const Allocation& runs, F f) {
  for (const UnitRun& run : runs) {
    for (std::uint32_t id = run.first, end = run.first + run.count; id < end;) {
      const std::uint32_t bit = id & 63, n = std::min(64 - bit, end - id);
      const std::uint64_t mask = (n == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1) << bit;
      f(words_[id >> 6], mask);
      id += n;
    }
  }
}

void UnitSet::Add(const Allocation& runs) {
  EachWord(runs, [&](std::uint64_t& word, std::uint64_t mask) {
    HR_CHECK((word & mask) == 0);
    word |= mask;
    count_ += static_cast<std::uint32_t>(std::popcount(mask));
  });
}

void UnitSet::Remove(const Allocation& runs) {
  EachWord(runs, [&](std::uint64_t& word, std::uint64_t mask) {
    HR_CHECK((word & mask) == mask);
    word &= ~mask;
    count_ -= static_cast<std::uint32_t>(std::popcount(mask));
  });
}

Allocation UnitSet::Lowest(std::uint32_t n) const {
  HR_CHECK(n <= count_, n, count_);
  Allocation out;
  for (std::size_t w = 0; n > 0; ++w) {
    std::uint64_t word = words_[w];
    while (word != 0 && n > 0) {
      const auto bit = static_cast<std::uint32_t>(std::countr_zero(word));
      const auto length = std::min(n, static_cast<std::uint32_t>(std::countr_one(word >> bit)));
      const auto first = static_cast<std::uint32_t>(w * 64) + bit;
      if (!out.empty() && out.back().first + out.back().count == first) {
        out.back().count += length;
      } else {
        out.push_back({first, length});
      }
      n -= length;
      if (bit + length == 64) break;
      word &= ~std::uint64_t{0} << (bit + length);
    }
  }
  return out;
}

}  // namespace headroom::scheduling
