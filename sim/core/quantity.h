#pragma once

#include <cmath>
#include <compare>

/// Quantities with their unit in the type.
///
///     Power p = 12.0 * unit::kW;
///     double megawatts = p.in(unit::MW);
///     Energy e = p * (3.0 * unit::h);
///     Power wrong = 3.0 * unit::kWh;   // does not compile
///
/// The value is held in SI: m, kg, s, K, A, bit, USD. A data size is counted in bits, so `unit::B` is 8.
/// A point on the temperature scale and a difference of temperatures are different types.
namespace headroom {

template <int M, int Kg, int S, int K, int A, int Bit, int Usd>
struct Dim {};

template <class D>
class Quantity;

namespace internal {
template <class A, class B, int Sign>
struct Product;
template <int... a, int... b, int Sign>
struct Product<Dim<a...>, Dim<b...>, Sign> {
  using type = Dim<(a + Sign * b)...>;
};
using None = Dim<0, 0, 0, 0, 0, 0, 0>;
template <class D>
struct Result {
  using type = Quantity<D>;
  static constexpr type Make(double si) { return type::FromSi(si); }
};
template <>
struct Result<None> {
  using type = double;
  static constexpr double Make(double si) { return si; }
};
}  // namespace internal

template <class D>
class Quantity {
 public:
  constexpr Quantity() = default;
  static constexpr Quantity FromSi(double si) { return Quantity(si); }
  /// The number of `unit`s in this quantity.
  constexpr double in(Quantity unit) const { return si_ / unit.si_; }
  constexpr double si() const { return si_; }

  constexpr Quantity operator-() const { return Quantity(-si_); }
  constexpr Quantity& operator+=(Quantity o) { si_ += o.si_; return *this; }
  constexpr Quantity& operator-=(Quantity o) { si_ -= o.si_; return *this; }
  constexpr Quantity& operator*=(double f) { si_ *= f; return *this; }
  constexpr Quantity& operator/=(double f) { si_ /= f; return *this; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.si_ + b.si_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.si_ - b.si_); }
  friend constexpr Quantity operator*(Quantity a, double f) { return Quantity(a.si_ * f); }
  friend constexpr Quantity operator*(double f, Quantity a) { return Quantity(a.si_ * f); }
  friend constexpr Quantity operator/(Quantity a, double f) { return Quantity(a.si_ / f); }
  friend constexpr auto operator<=>(Quantity a, Quantity b) = default;

 private:
  constexpr explicit Quantity(double si) : si_(si) {}
  double si_ = 0.0;
};

template <class A, class B>
constexpr auto operator*(Quantity<A> a, Quantity<B> b) {
  return internal::Result<typename internal::Product<A, B, 1>::type>::Make(a.si() * b.si());
}
template <class A, class B>
constexpr auto operator/(Quantity<A> a, Quantity<B> b) {
  return internal::Result<typename internal::Product<A, B, -1>::type>::Make(a.si() / b.si());
}
template <class B>
constexpr auto operator/(double a, Quantity<B> b) {
  return internal::Result<typename internal::Product<internal::None, B, -1>::type>::Make(a / b.si());
}
template <class D>
Quantity<D> abs(Quantity<D> q) { return Quantity<D>::FromSi(std::abs(q.si())); }

//                          m   kg  s  K  A bit USD
using Length = Quantity<Dim<1, 0, 0, 0, 0, 0, 0>>;
using Mass = Quantity<Dim<0, 1, 0, 0, 0, 0, 0>>;
using Time = Quantity<Dim<0, 0, 1, 0, 0, 0, 0>>;
using TemperatureDifference = Quantity<Dim<0, 0, 0, 1, 0, 0, 0>>;
using Current = Quantity<Dim<0, 0, 0, 0, 1, 0, 0>>;
using DataSize = Quantity<Dim<0, 0, 0, 0, 0, 1, 0>>;
using Money = Quantity<Dim<0, 0, 0, 0, 0, 0, 1>>;
using Frequency = Quantity<Dim<0, 0, -1, 0, 0, 0, 0>>;
using Power = Quantity<Dim<2, 1, -3, 0, 0, 0, 0>>;
using Energy = Quantity<Dim<2, 1, -2, 0, 0, 0, 0>>;
using Pressure = Quantity<Dim<-1, 1, -2, 0, 0, 0, 0>>;
using Volume = Quantity<Dim<3, 0, 0, 0, 0, 0, 0>>;
using VolumeFlow = Quantity<Dim<3, 0, -1, 0, 0, 0, 0>>;
using MassFlow = Quantity<Dim<0, 1, -1, 0, 0, 0, 0>>;
using DataRate = Quantity<Dim<0, 0, -1, 0, 0, 1, 0>>;
using ThermalConductance = Quantity<Dim<2, 1, -3, -1, 0, 0, 0>>;  ///< W/K
using ThermalResistance = Quantity<Dim<-2, -1, 3, 1, 0, 0, 0>>;   ///< K/W
using HeatCapacity = Quantity<Dim<2, 1, -2, -1, 0, 0, 0>>;        ///< J/K
using RampRate = Quantity<Dim<2, 1, -4, 0, 0, 0, 0>>;             ///< W/s
using EnergyPrice = Quantity<Dim<-2, -1, 2, 0, 0, 0, 1>>;         ///< USD/J
using PowerPrice = Quantity<Dim<-2, -1, 3, 0, 0, 0, 1>>;          ///< USD/W
using CarbonIntensity = Quantity<Dim<-2, 0, 2, 0, 0, 0, 0>>;      ///< kg/J

namespace unit {
#define HEADROOM_UNIT(type, name, value) inline constexpr type name = type::FromSi(value)
HEADROOM_UNIT(Length, m, 1.0);
HEADROOM_UNIT(Mass, kg, 1.0);
HEADROOM_UNIT(Mass, g, 1e-3);
HEADROOM_UNIT(Time, ns, 1e-9);
HEADROOM_UNIT(Time, us, 1e-6);
HEADROOM_UNIT(Time, ms, 1e-3);
HEADROOM_UNIT(Time, s, 1.0);
HEADROOM_UNIT(Time, min, 60.0);
HEADROOM_UNIT(Time, h, 3600.0);
HEADROOM_UNIT(Time, d, 86400.0);
HEADROOM_UNIT(TemperatureDifference, K, 1.0);
HEADROOM_UNIT(Current, A, 1.0);
HEADROOM_UNIT(DataSize, bit, 1.0);
HEADROOM_UNIT(DataSize, B, 8.0);
HEADROOM_UNIT(DataSize, kB, 8e3);
HEADROOM_UNIT(DataSize, MB, 8e6);
HEADROOM_UNIT(DataSize, GB, 8e9);
HEADROOM_UNIT(DataSize, MiB, 8.0 * 1024 * 1024);
HEADROOM_UNIT(DataSize, GiB, 8.0 * 1024 * 1024 * 1024);
HEADROOM_UNIT(Money, USD, 1.0);
HEADROOM_UNIT(Frequency, Hz, 1.0);
HEADROOM_UNIT(Power, W, 1.0);
HEADROOM_UNIT(Power, kW, 1e3);
HEADROOM_UNIT(Power, MW, 1e6);
HEADROOM_UNIT(Energy, J, 1.0);
HEADROOM_UNIT(Energy, kWh, 3.6e6);
HEADROOM_UNIT(Energy, MWh, 3.6e9);
HEADROOM_UNIT(Pressure, Pa, 1.0);
HEADROOM_UNIT(Pressure, kPa, 1e3);
HEADROOM_UNIT(Volume, m3, 1.0);
HEADROOM_UNIT(Volume, L, 1e-3);
HEADROOM_UNIT(VolumeFlow, L_per_min, 1e-3 / 60.0);
HEADROOM_UNIT(MassFlow, kg_per_s, 1.0);
HEADROOM_UNIT(DataRate, bps, 1.0);
HEADROOM_UNIT(DataRate, Gbps, 1e9);
HEADROOM_UNIT(DataRate, B_per_s, 8.0);
HEADROOM_UNIT(DataRate, GB_per_s, 8e9);
HEADROOM_UNIT(ThermalConductance, W_per_K, 1.0);
HEADROOM_UNIT(ThermalResistance, K_per_W, 1.0);
HEADROOM_UNIT(HeatCapacity, J_per_K, 1.0);
#undef HEADROOM_UNIT
}  // namespace unit

/// A point on the absolute temperature scale, held in kelvin.
class Temperature {
 public:
  constexpr Temperature() = default;
  static constexpr Temperature FromKelvin(double k) { return Temperature(k); }
  static constexpr Temperature FromCelsius(double c) { return Temperature(c + 273.15); }
  constexpr double kelvin() const { return kelvin_; }
  constexpr double celsius() const { return kelvin_ - 273.15; }
  constexpr Temperature& operator+=(TemperatureDifference d) { kelvin_ += d.si(); return *this; }
  friend constexpr Temperature operator+(Temperature t, TemperatureDifference d) {
    return Temperature(t.kelvin_ + d.si());
  }
  friend constexpr Temperature operator-(Temperature t, TemperatureDifference d) {
    return Temperature(t.kelvin_ - d.si());
  }
  friend constexpr TemperatureDifference operator-(Temperature a, Temperature b) {
    return TemperatureDifference::FromSi(a.kelvin_ - b.kelvin_);
  }
  friend constexpr auto operator<=>(Temperature a, Temperature b) = default;

 private:
  constexpr explicit Temperature(double k) : kelvin_(k) {}
  double kelvin_ = 273.15;
};

}  // namespace headroom
