#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace headroom {

/// What an event does: a move-only `void()`. Captures of up to 48 bytes are held in place without
/// allocation, larger or over-aligned ones, and those whose move may throw, on the heap.
///
///     Callback c = [this, id] { Arrive(id); };
///     c();
class Callback {
 public:
  static constexpr std::size_t kCapacity = 48;
  /// True if an `F` is held without allocation.
  template <class F>
  static constexpr bool kInPlace =
      sizeof(F) <= kCapacity &&
      alignof(F) <= alignof(void*) && std::is_nothrow_move_constructible_v<F>;

  Callback() = default;
  template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, Callback> &&
           std::invocable<std::remove_cvref_t<F>&>) Callback(F&& f) {
    using Held = std::remove_cvref_t<F>;
    if constexpr (kInPlace<Held>) {
      ::new (static_cast<void*>(buffer_)) Held(std::forward<F>(f));
      kind_ = &kOf<Held>;
    } else {
      using Box = Boxed<Held>;
      ::new (static_cast<void*>(buffer_)) Box{std::make_unique<Held>(std::forward<F>(f))};
      kind_ = &kOf<Box>;
    }
  }
  Callback(Callback&& other) noexcept { Take(other); }
  Callback& operator=(Callback&& other) noexcept {
    if (this != &other) {
      Reset();
      Take(other);
    }
    return *this;
  }
  ~Callback() { Reset(); }

  explicit operator bool() const { return kind_ != nullptr; }
  /// Calls what is held, which stays held. Undefined if empty.
  void operator()() { kind_->call(buffer_); }
  /// Drops what is held.
  void Reset() {
    if (kind_ != nullptr && kind_->destroy != nullptr) kind_->destroy(buffer_);
    kind_ = nullptr;
  }

 private:
  template <class F>
  struct Boxed {
    std::unique_ptr<F> held;
    void operator()() { (*held)(); }
  };
  struct Kind {
    void (*call)(void*);
    void (*relocate)(void* to, void* from) noexcept;  ///< null: a copy of the bytes does
    void (*destroy)(void*) noexcept;                  ///< null: nothing to do
  };
  template <class F>
  static constexpr bool kTrivial =
      std::is_trivially_copyable_v<F>&& std::is_trivially_destructible_v<F>;
  template <class F>
  static void Relocate(void* to, void* from) noexcept {
    ::new (to) F(std::move(*static_cast<F*>(from)));
    static_cast<F*>(from)->~F();
  }
  template <class F>
  static void Destroy(void* at) noexcept {
    static_cast<F*>(at)->~F();
  }
  template <class F>
  static constexpr Kind kOf = {[](void* at) { (*static_cast<F*>(at))(); },
                               kTrivial<F> ? nullptr : &Relocate<F>,
                               kTrivial<F> ? nullptr : &Destroy<F>};

  void Take(Callback& other) noexcept {
    kind_ = std::exchange(other.kind_, nullptr);
    if (kind_ == nullptr) return;
    if (kind_->relocate != nullptr) {
      kind_->relocate(buffer_, other.buffer_);
    } else {
      std::memcpy(buffer_, other.buffer_, kCapacity);
    }
  }

  alignas(void*) std::byte buffer_[kCapacity];
  const Kind* kind_ = nullptr;
};

}  // namespace headroom
