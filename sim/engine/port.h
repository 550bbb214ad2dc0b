#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

#include "sim/engine/time.h"

/// Ports: how models that do not know each other meet. A `Signal` carries a level downstream
/// (clock, limit), a `Meter` carries an amount (joules, busy seconds) that its reader takes out, a
/// `Settler` brings its meters up to date.
namespace headroom {

/// A value that stays until it is set again; subscribers are told in the order in which they
/// subscribed.
template <class T>
class Signal {
 public:
  explicit Signal(T initial) : value_(std::move(initial)) {}
  const T& value() const { return value_; }
  /// Tells subscribers only if the value differs. A subscriber that sets it again is heard at once;
  /// those after it are then told the newest value twice. One that subscribes meanwhile hears of
  /// the next change.
  void Set(Instant now, const T& value) {
    if (value == value_) return;
    value_ = value;
    const std::size_t told = subscribers_.size();
    for (std::size_t i = 0; i < told; ++i) subscribers_[i](now, value_);
  }
  void Subscribe(std::function<void(Instant, const T&)> subscriber) {
    subscribers_.push_back(std::move(subscriber));
  }

 private:
  T value_;
  std::deque<std::function<void(Instant, const T&)>> subscribers_;  ///< stays in place as it grows
};

/// An amount that writers add to and one reader takes out.
class Meter {
 public:
  void Add(double amount) {
    pending_ += amount;
    total_ += amount;
  }
  double Take() { return std::exchange(pending_, 0.0); }
  double total() const { return total_; }

 private:
  double pending_ = 0.0;
  double total_ = 0.0;
};

/// A model that runs ahead of or behind the clock between events and can account for itself at any
/// instant.
class Settler {
 public:
  virtual ~Settler() = default;
  /// Adds to its meters everything up to `now`, exactly once.
  virtual void Settle(Instant now) = 0;
};

}  // namespace headroom
