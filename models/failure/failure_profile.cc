#include "models/failure/failure_profile.h"

namespace headroom::failure {

double FailureProfile::rate() const {
  double sum = 0;
  for (const Cause& c : causes) sum += c.rate;
  return sum;
}

FailureProfile ProfileOf(const catalog::Failures& sheet) {
  FailureProfile out;
  out.name = sheet.name();
  out.detection = sheet.detection();
  out.restart = sheet.restart();
  for (const catalog::FailureCause& c : sheet.causes())
    out.causes.push_back({c.name(), c.count() / (sheet.accelerators() * sheet.window()), c.takes_node()});
  return out;
}

}  // namespace headroom::failure
