#include "models/cooling/cold_plate.h"

#include <Eigen/Dense>
#include <algorithm>

#include "sim/core/check.h"

namespace headroom::cooling {

ColdPlate ColdPlate::OcpPg25() { return {0.009186737277, 0.014632799015, 0.000569244598507, 2.4}; }

ColdPlate ColdPlate::OcpWater() {
  return {0.007668898417, 0.013240251673, 6.408635816509e-05, 5.0};
}

ColdPlate ColdPlate::Fitted(const std::vector<Row>& rows, int degree) {
  HR_CHECK((degree == 1 || degree == 2) && static_cast<int>(rows.size()) > degree, degree,
           rows.size());
  const auto n = static_cast<Eigen::Index>(rows.size());
  Eigen::MatrixXd a(n, degree + 1);
  Eigen::VectorXd y(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const Row& row = rows[static_cast<std::size_t>(i)];
    HR_CHECK(row.flow > 0.0, row.flow);
    y[i] = row.flow * row.resistance;
    for (int k = 0; k <= degree; ++k) a(i, k) = k == 0 ? 1.0 : a(i, k - 1) * row.flow;
  }
  const Eigen::VectorXd c = a.colPivHouseholderQr().solve(y);
  return {c[0], c[1], degree == 2 ? c[2] : 0.0, rows.back().flow};
}

double ColdPlate::Resistance(double flow) const {
  HR_CHECK(flow > 0.0, flow);
  const double v = std::min(flow, to_);
  return a_ / v + b_ + c_ * v;
}

}  // namespace headroom::cooling
