#pragma once

namespace headroom::power {

/// Loss of capacity of lithium iron phosphate cells by time and by use, with the conditions of each day.
///
///     time   q = k t^0.526,     k = 8.37e4 e^(-5210 / T) e^(-3560 Ua / T)                       t in days
///     use    q = k EFC^0.828,   k = (4.38e-8 + 1.55e-8 DoD + 1.68e-7 C) (e^(2190 / T) + e^(-1.55e5 / T))
///     from day to day at changing k:   q' = (q^(1/p) + k^(1/p) dx)^p
///
/// T [K] mean over the day, Ua [V] the graphite anode's potential at the hour's mean charge (Safari and
/// Delacourt 2011, with the stoichiometry of Schimpe 2018), DoD the day's largest less its smallest charge,
/// C the mean rate [1/h] of the hours in which charge moves, EFC half of what moves over the capacity. Source: BLAST-Lite (NREL),
/// LFP 250 Ah; fitted on 10 to 45 degC, depths of 80 to 100 %, charging up to 0.65 C and discharging at 1 C: shallow and fast cycles
/// are extrapolated. Left out: rest after use, plating in the cold, spread of cells.
class BatteryAge {
 public:
  /// `before`: share of the capacity that is gone at the start, counted as time's.
  explicit BatteryAge(double before);
  /// A step of `seconds` that ends at `charge`, in which `moved` of the capacity went in or out, at `kelvin`.
  void Add(double seconds, double charge, double moved, double kelvin);
  /// Share of the new capacity that is lost, by the days that are over.
  double fade() const { return time_ + use_; }
  /// The same with the day that is not over.
  double FadeNow() const;
  /// s from new until `loss` is lost, if all days are as those so far; +inf if none does.
  double LifeTo(double loss) const;

 private:
  struct Days {
    double seconds = 0.0, time = 0.0, use = 0.0;  // k^(1/p) x dx
  };
  Days OpenDay() const;
  double time_, use_ = 0.0;
  Days all_;
  double hour_ = 0.0, hour_charge_ = 0.0;
  double day_ = 0.0, anode_ = 0.0, kelvin_ = 0.0, moved_ = 0.0, moving_ = 0.0, low_ = 1.0, high_ = 0.0;
};

/// Potential of a graphite anode over lithium at a cell's charge of 0..1 [V].
double AnodePotential(double charge);

}  // namespace headroom::power
