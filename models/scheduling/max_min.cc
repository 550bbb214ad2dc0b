#include "models/scheduling/max_min.h"

#include <algorithm>
#include <numeric>

#include "sim/core/check.h"

namespace headroom::scheduling {
namespace {

constexpr double kTiny = 1e-10;
/// Of the sum of normalised speeds beside their minimum: it decides only what the minimum leaves open.
constexpr double kBeside = 1e-6;

/// What a job's speed is measured against: its coefficient of T(c) in the objective.
double Scale(const JobClass& c, const std::vector<double>& capacity, double jobs, ShareObjective objective) {
  const double fastest = *std::max_element(c.speed.begin(), c.speed.end());
  if (fastest <= 0.0) return 0.0;
  if (objective == ShareObjective::kMakespan) return 1.0 / c.weight;
  if (objective == ShareObjective::kThroughput) return c.units / (c.weight * fastest);
  const double time = std::accumulate(capacity.begin(), capacity.end(), 0.0) / jobs;
  double equal = 0.0;
  for (std::size_t k = 0; k < capacity.size(); ++k) equal += c.speed[k] * capacity[k] / jobs / std::max(1.0, time);
  return equal > 0.0 ? c.units / (c.weight * equal) : 0.0;
}

}  // namespace

std::vector<double> Maximise(const std::vector<std::vector<double>>& a, const std::vector<double>& b, const std::vector<double>& c) {
  const std::size_t rows = a.size(), columns = c.size();
  // Rows of the tableau: constraints with their slacks, then the objective; the last column is the right-hand side.
  std::vector<std::vector<double>> t(rows + 1, std::vector<double>(columns + rows + 1, 0.0));
  std::vector<std::size_t> basis(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    HR_CHECK(b[r] >= 0.0 && a[r].size() == columns, r, b[r]);
    std::copy(a[r].begin(), a[r].end(), t[r].begin());
    t[r][columns + r] = 1.0;
    t[r].back() = b[r];
    basis[r] = columns + r;
  }
  for (std::size_t k = 0; k < columns; ++k) t[rows][k] = -c[k];
  while (true) {
    std::size_t in = columns + rows;
    for (std::size_t k = 0; k < columns + rows && in == columns + rows; ++k)
      if (t[rows][k] < -kTiny) in = k;
    if (in == columns + rows) break;
    std::size_t out = rows;
    for (std::size_t r = 0; r < rows; ++r) {
      if (t[r][in] <= kTiny) continue;
      const double ratio = t[r].back() / t[r][in], best = out == rows ? 0.0 : t[out].back() / t[out][in];
      if (out == rows || ratio < best - kTiny || (ratio <= best + kTiny && basis[r] < basis[out])) out = r;
    }
    HR_CHECK(out < rows, in);
    basis[out] = in;
    const double pivot = t[out][in];
    for (double& v : t[out]) v /= pivot;
    for (std::size_t r = 0; r <= rows; ++r) {
      const double times = t[r][in];
      if (r == out || times == 0.0) continue;
      for (std::size_t k = 0; k < t[r].size(); ++k) t[r][k] -= times * t[out][k];
    }
  }
  std::vector<double> x(columns, 0.0);
  for (std::size_t r = 0; r < rows; ++r)
    if (basis[r] < columns) x[basis[r]] = t[r].back();
  return x;
}

std::vector<std::vector<double>> ShareTime(const std::vector<JobClass>& classes, const std::vector<double>& capacity, ShareObjective objective) {
  const std::size_t kinds = capacity.size(), count = classes.size(), columns = count * kinds + 1;
  double jobs = 0.0;
  for (const JobClass& c : classes) jobs += c.jobs;
  std::vector<double> scale, goal(columns, 0.0);
  for (const JobClass& c : classes) scale.push_back(Scale(c, capacity, jobs, objective));
  // Scaled so that the largest coefficient is 1: speeds and times come in any size.
  double largest = 0.0, total = 0.0;
  for (std::size_t c = 0; c < count; ++c)
    for (std::size_t k = 0; k < kinds; ++k) {
      largest = std::max(largest, scale[c] * classes[c].speed[k]);
      total += classes[c].jobs;
    }
  std::vector<std::vector<double>> a, out(count, std::vector<double>(kinds, 0.0));
  if (largest <= 0.0) return out;
  std::vector<double> b;
  const bool least = objective != ShareObjective::kThroughput;
  goal.back() = least ? 1.0 : 0.0;
  for (std::size_t c = 0; c < count; ++c) {
    std::vector<double> time(columns, 0.0), floor(columns, 0.0);
    for (std::size_t k = 0; k < kinds; ++k) {
      const double value = scale[c] * classes[c].speed[k] / largest;
      time[c * kinds + k] = 1.0;
      floor[c * kinds + k] = -value;
      goal[c * kinds + k] = classes[c].jobs * value * (least ? kBeside / total : 1.0);
    }
    a.push_back(std::move(time)), b.push_back(1.0);
    if (!least || scale[c] <= 0.0) continue;
    floor.back() = 1.0;
    a.push_back(std::move(floor)), b.push_back(0.0);
  }
  for (std::size_t k = 0; k < kinds; ++k) {
    std::vector<double> held(columns, 0.0);
    for (std::size_t c = 0; c < count; ++c) held[c * kinds + k] = double(classes[c].jobs) * classes[c].units;
    a.push_back(std::move(held)), b.push_back(capacity[k]);
  }
  if (!least) {
    std::vector<double> none(columns, 0.0);  // the least speed has no part in it
    none.back() = 1.0;
    a.push_back(std::move(none)), b.push_back(0.0);
  }
  const std::vector<double> x = Maximise(a, b, goal);
  for (std::size_t c = 0; c < count; ++c)
    for (std::size_t k = 0; k < kinds; ++k) out[c][k] = classes[c].speed[k] > 0.0 ? std::clamp(x[c * kinds + k], 0.0, 1.0) : 0.0;
  return out;
}

}  // namespace headroom::scheduling
