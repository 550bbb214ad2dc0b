#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// A conservation law of a run: what went in equals what came out plus what is stored.
///
/// Sums are compensated (Neumaier), so a million additions still close to rounding.
class Balance {
 public:
  explicit Balance(std::string name) : name_(std::move(name)) {}
  void In(double amount) { in_.Add(amount); }
  void Out(double amount) { out_.Add(amount); }
  void Stored(double change) { stored_.Add(change); }
  double in() const { return in_.value(); }
  double out() const { return out_.value(); }
  double stored() const { return stored_.value(); }
  /// |in - out - stored| over the largest of the three; 0 for an empty balance.
  double RelativeError() const;
  /// @throws InternalError naming the law and its three sums where RelativeError() exceeds `tolerance`.
  void Assert(double tolerance) const;
  const std::string& name() const { return name_; }

 private:
  class Sum {
   public:
    void Add(double x);
    double value() const { return sum_ + compensation_; }

   private:
    double sum_ = 0.0;
    double compensation_ = 0.0;
  };
  std::string name_;
  Sum in_, out_, stored_;
};

}  // namespace headroom
