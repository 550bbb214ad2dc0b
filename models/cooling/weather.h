#pragma once

#include <vector>

#include "sim/engine/time.h"

namespace headroom::cooling {

/// The outside air. Temperatures in kelvin.
struct Outdoors {
  double dry_bulb = 298.15;
  double wet_bulb = 291.15;
};

/// Where a model asks for the weather.
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

/// A year by the hour. `hours[i]` stands at the end of hour i of the year, as TMY3 and EPW state
/// their readings (hour 1 of January 1st is read at 01:00); between two readings both bulbs run
/// linearly. After the year's last reading the first follows: a run that passes New Year's Eve goes
/// on in January of the same file.
class HourlyWeather : public Weather {
 public:
  /// `start_hour` is the hour of the year [h] at which the run begins; `offset` [K] is added to both
  /// bulbs. At least one reading.
  HourlyWeather(std::vector<Outdoors> hours, double start_hour, double offset);
  Outdoors At(Instant now) const override;

 private:
  std::vector<Outdoors> hours_;
  double start_hour_;
  double offset_;
};

}  // namespace headroom::cooling
