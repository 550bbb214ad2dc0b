#pragma once

#include <string>
#include <vector>

namespace headroom {

/// One figure of a run. `text` is used where the figure is a word (site.binding); then value is NaN.
struct Metric {
  std::string name;
  double value = 0.0;
  std::string unit;
  std::string text;
};

/// Figures of a run in the order in which they were set. Setting a name again replaces it.
class MetricSet {
 public:
  /// A value that is not finite is not set: a metric that a run does not have is left out.
  void Set(const std::string& name, double value, const std::string& unit);
  void SetText(const std::string& name, const std::string& text);
  const Metric* Find(const std::string& name) const;
  const std::vector<Metric>& all() const { return metrics_; }

 private:
  std::vector<Metric> metrics_;
};

}  // namespace headroom
