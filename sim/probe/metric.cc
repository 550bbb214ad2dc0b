#include "sim/probe/metric.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headroom {
namespace {

void Put(std::vector<Metric>& metrics, Metric m) {
  auto same = [&](const Metric& o) { return o.name == m.name; };
  if (auto it = std::find_if(metrics.begin(), metrics.end(), same); it != metrics.end())
    *it = std::move(m);
  else
    metrics.push_back(std::move(m));
}

}  // namespace

void MetricSet::Set(const std::string& name, double value, const std::string& unit) {
  if (std::isfinite(value)) Put(metrics_, {name, value, unit, ""});
}

void MetricSet::SetText(const std::string& name, const std::string& text) {
  Put(metrics_, {name, std::numeric_limits<double>::quiet_NaN(), "", text});
}

const Metric* MetricSet::Find(const std::string& name) const {
  for (const Metric& m : metrics_)
    if (m.name == name) return &m;
  return nullptr;
}

}  // namespace headroom
