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

/// Cosines of a day and a year about constant bulbs; the wet bulb swings by a share of the dry one, and never above it.
///
///     dry = mean + daily cos(2 pi (h - hottest) / 24 h) + seasonal cos(2 pi (d - hottest_day) / 365.25 d)
struct WeatherSwing {
  Outdoors mean;
  double daily = 0.0, hottest = 0.0;         ///< K, s of the day
  double seasonal = 0.0, hottest_day = 0.0;  ///< K, s of the year
  double wet_share = 0.5;
  double start = 0.0;  ///< s of the year at which the run begins
};

class SwingWeather : public Weather {
 public:
  explicit SwingWeather(const WeatherSwing& swing) : swing_(swing) {}
  Outdoors At(Instant now) const override;

 private:
  WeatherSwing swing_;
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
