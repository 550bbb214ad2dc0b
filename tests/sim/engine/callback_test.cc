#include "sim/engine/callback.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>

using namespace headroom;

namespace {

/// Counts how many of it are alive.
struct Counted {
  explicit Counted(int* alive) : alive(alive) { ++*alive; }
  Counted(const Counted& o) : alive(o.alive) { ++*alive; }
  Counted(Counted&& o) noexcept : alive(o.alive) { ++*alive; }
  ~Counted() { --*alive; }
  void operator()() const {}
  int* alive;
};

struct Large : Counted {
  using Counted::Counted;
  std::array<double, 16> payload = {};
};

}  // namespace

TEST_CASE("an empty callback is false, a full one calls what it holds as often as asked",
          "[callback]") {
  CHECK_FALSE(Callback());
  int calls = 0;
  Callback c = [&calls] { ++calls; };
  CHECK(c);
  c();
  c();
  CHECK(calls == 2);
}

TEST_CASE("a move hands over what is held and empties the source", "[callback]") {
  int calls = 0;
  Callback a = [&calls] { ++calls; };
  Callback b = std::move(a);
  CHECK_FALSE(a);
  b();
  a = std::move(b);
  CHECK_FALSE(b);
  a();
  CHECK(calls == 2);
}

TEST_CASE("captures up to 48 bytes are held in place, larger ones are not", "[callback]") {
  const auto fits = [a = std::array<std::uint64_t, 6>{}] { static_cast<void>(a); };
  const auto spills = [a = std::array<std::uint64_t, 7>{}] { static_cast<void>(a); };
  CHECK(Callback::kInPlace<decltype(fits)>);
  CHECK_FALSE(Callback::kInPlace<decltype(spills)>);
  CHECK(Callback::kInPlace<std::function<void()>>);
}

TEMPLATE_TEST_CASE("what is held is destroyed once", "[callback]", Counted, Large) {
  int alive = 0;
  {
    Callback a{TestType(&alive)};
    CHECK(alive == 1);
    Callback b = std::move(a);
    CHECK(alive == 1);
    b = Callback([] {});
    CHECK(alive == 0);
    a = Callback{TestType(&alive)};
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("it holds what can only be moved", "[callback]") {
  int seen = 0;
  Callback c = [p = std::make_unique<int>(7), &seen] { seen = *p; };
  Callback d = std::move(c);
  d();
  CHECK(seen == 7);
}

TEST_CASE("an exception passes through", "[callback]") {
  Callback c = [] { throw std::runtime_error("from inside"); };
  CHECK_THROWS_WITH(c(), "from inside");
}
