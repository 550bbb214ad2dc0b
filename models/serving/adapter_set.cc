#include "models/serving/adapter_set.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::serving {

bool AdapterSet::Admits(std::uint32_t adapter) const {
  return adapter == 0 || users_[adapter] > 0 || in_use_ < params_.resident;
}

double AdapterSet::Acquire(std::uint32_t adapter) {
  if (adapter == 0) return 0.0;
  HR_CHECK(adapter < users_.size() && Admits(adapter), adapter, in_use_);
  if (users_[adapter]++ == 0) ++in_use_;
  const auto place = std::find(resident_.begin(), resident_.end(), adapter);
  const bool there = place != resident_.end();
  if (there) {
    resident_.erase(place);
  } else if (resident_.size() == params_.resident) {
    const auto idle = std::find_if(resident_.begin(), resident_.end(),
                                   [&](std::uint32_t other) { return users_[other] == 0; });
    HR_CHECK(idle != resident_.end(), adapter, in_use_);
    resident_.erase(idle);
  }
  resident_.push_back(adapter);
  loads_ += !there;
  return there ? 0.0 : params_.load;
}

void AdapterSet::Release(std::uint32_t adapter) {
  if (adapter == 0) return;
  HR_CHECK(users_[adapter] > 0, adapter);
  if (--users_[adapter] == 0) --in_use_;
}

}  // namespace headroom::serving
