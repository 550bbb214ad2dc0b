#include "models/failure/interruptions.h"

#include <utility>

#include "sim/core/check.h"

namespace headroom::failure {

Interruptions::Interruptions(FailureProfile profile, std::uint32_t accelerators, std::uint64_t seed,
                             std::string_view path)
    : profile_(std::move(profile)), accelerators_(accelerators), stream_(seed, path) {
  HR_CHECK(accelerators_ > 0 && profile_.rate() > 0, profile_.name, accelerators_);
}

Interruption Interruptions::Next() {
  Interruption next;
  next.gap = stream_.Exponential(1 / (profile_.rate() * accelerators_));
  double at = stream_.Uniform() * profile_.rate();
  while (next.cause + 1 < profile_.causes.size() && at >= profile_.causes[next.cause].rate)
    at -= profile_.causes[next.cause++].rate;
  next.accelerator = static_cast<std::uint32_t>(stream_.Below(accelerators_));
  return next;
}

}  // namespace headroom::failure
