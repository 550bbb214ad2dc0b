#pragma once

#include "sim/engine/time.h"

namespace headroom::cooling {

/// The outside air. Temperatures in kelvin.
struct Outdoors {
  double dry_bulb = 298.15;
  double wet_bulb = 291.15;
};

/// Where a model asks for the weather; a series from a file is another of these.
class Weather {
 public:
  virtual ~Weather() = default;
  virtual Outdoors At(Instant now) const = 0;
};

class ConstantWeather : public Weather {
 public:
  /// @throws ConfigError if the wet bulb is above the dry bulb.
  explicit ConstantWeather(const Outdoors& outdoors);
  Outdoors At(Instant) const override { return outdoors_; }

 private:
  Outdoors outdoors_;
};

}  // namespace headroom::cooling
