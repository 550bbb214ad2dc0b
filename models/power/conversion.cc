#include "models/power/conversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::power {

ConversionStage::ConversionStage(const StageParams& params) : params_(params) {
  const auto& p = params_;
  Diagnostics found;
  const auto refuse = [&](const char* what, double value, const char* rule) {
    found.Error({}, "site.power." + p.name, fmt::format("{} is {}; it must {}", what, value, rule));
  };
  const auto share = [](double x) { return x >= 0.0 && x <= 0.5; };
  if (!share(p.fixed))
    refuse("fixed_loss", p.fixed, "lie within 0 and 0.5 (an efficiency over 1 is impossible)");
  if (!share(p.linear))
    refuse("linear_loss", p.linear, "lie within 0 and 0.5 (an efficiency over 1 is impossible)");
  if (!share(p.square))
    refuse("square_loss", p.square, "lie within 0 and 0.5 (an efficiency over 1 is impossible)");
  if (!(p.rating > 0.0 && std::isfinite(p.rating))) refuse("rating", p.rating, "be positive");
  if (p.modules < 1) refuse("modules", p.modules, "be at least 1");
  if (p.staging == Staging::kSmart && !(p.module_threshold > 0.0))
    refuse("module_threshold", p.module_threshold, "be positive with smart staging");
  found.ThrowIfErrors();
}

int ConversionStage::ModulesOn(double output) const {
  if (params_.staging == Staging::kAll) return params_.modules;
  const double wanted = std::floor((output - 1.0) / params_.module_threshold) + 1.0;
  return static_cast<int>(std::clamp(wanted, 1.0, static_cast<double>(params_.modules)));
}

double ConversionStage::Loss(double output, double in_service) const {
  HR_CHECK(output >= 0.0, params_.name, output);
  if (in_service <= 0.0) return 0.0;
  const double total = ModulesOn(output) * params_.rating * in_service;
  return params_.fixed * total + params_.linear * output + params_.square * output * output / total;
}

double ConversionStage::OutputOf(double input) const {
  const double total = params_.modules * params_.rating;
  const double rest = input - params_.fixed * total;
  if (rest <= 0.0) return 0.0;
  // c/R o^2 + (1 + b) o = rest, by the root that does not cancel.
  const double b = 1.0 + params_.linear, c = params_.square / total;
  return 2.0 * rest / (b + std::sqrt(b * b + 4.0 * c * rest));
}

double ConversionStage::Efficiency(double output) const {
  return output == 0.0 ? 0.0 : output / Input(output);
}

StageParams EcoModeUps(double rating) {
  StageParams p;
  p.name = "ups";
  p.fixed = 0.002;
  p.linear = 0.006;
  p.square = 0.002;
  p.rating = rating;
  return p;
}

}  // namespace headroom::power
