#include "models/cooling/heat_rejection.h"

#include <algorithm>

#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"
#include "models/cooling/water_use.h"
#include "models/cooling/york_tower.h"

namespace headroom::cooling {
namespace {

/// What a tower of either law keeps from step to step: the air's leaving wet bulb (Merkel) or the
/// leaving water (York), of one with its fan on and of one without.
struct Kept {
  double running, still;
};

double ConductanceOf(const MerkelTower& tower, double wet_bulb, double entering, double water,
                     double fan, double& kept) {
  return tower.Conductance(wet_bulb, entering, water, fan, kept, 1);
}

double ConductanceOf(const YorkTower& tower, double wet_bulb, double entering, double water,
                     double fan, double& kept) {
  return tower.Conductance(wet_bulb, entering, water, fan, kept);
}

template <typename Tower>
class WetTowers : public HeatRejection {
 public:
  WetTowers(const TowerParams& params, const WaterUseParams& water, int count)
      : tower_(params, "site.cooling.liquid"),
        use_(water),
        count_(count),
        running_(count),
        kept_{params.design_wet_bulb, params.design_wet_bulb} {}
  double capacity() const override { return count_ * tower_.params().capacity; }
  double design_flow() const override { return count_ * tower_.design_water_flow(); }
  double pump_power() const override { return count_ * tower_.params().pump_power; }
  double SinkTemperature(const Outdoors& outdoors) const override { return outdoors.wet_bulb; }
  double Conductance(const Outdoors& outdoors, double entering, double water, double fan) override {
    if (running_ <= 0.0) return 0.0;
    const double each = water / running_;
    double u = 0.0;
    if (running_ > still_)
      u += (running_ - still_) *
           ConductanceOf(tower_, outdoors.wet_bulb, entering, each, fan, kept_.running);
    if (still_ > 0.0)
      u += still_ * ConductanceOf(tower_, outdoors.wet_bulb, entering, each, 0.0, kept_.still);
    return u;
  }
  double FanPower(double fan) const override { return (running_ - still_) * tower_.FanPower(fan); }
  void SetUnits(double running, double still) override {
    running_ = running;
    still_ = std::min(still, running);
  }
  double MakeUp(double heat, double water) const override { return MakeUpWater(use_, heat, water); }

 private:
  Tower tower_;
  WaterUseParams use_;
  double count_;
  double running_;
  double still_ = 0.0;  // of those that run
  Kept kept_;
};

class DryCoolers : public HeatRejection {
 public:
  DryCoolers(const DryCoolerParams& params, int count)
      : cooler_(params, "site.cooling.liquid"), params_(params), count_(count), running_(count) {}
  double capacity() const override { return count_ * params_.capacity; }
  double design_flow() const override { return count_ * cooler_.design_water_flow(); }
  double pump_power() const override { return count_ * params_.pump_power; }
  double SinkTemperature(const Outdoors& outdoors) const override { return outdoors.dry_bulb; }
  double Conductance(const Outdoors&, double, double water, double fan) override {
    if (running_ <= 0.0) return 0.0;
    const double each = water / running_;
    return (running_ - still_) * cooler_.Conductance(each, fan) +
           still_ * cooler_.Conductance(each, 0.0);
  }
  double FanPower(double fan) const override { return (running_ - still_) * cooler_.FanPower(fan); }
  void SetUnits(double running, double still) override {
    running_ = running;
    still_ = std::min(still, running);
  }
  double MakeUp(double, double) const override { return 0.0; }

 private:
  DryCooler cooler_;
  DryCoolerParams params_;
  double count_;
  double running_;
  double still_ = 0.0;  // of those that run
};

}  // namespace

std::unique_ptr<HeatRejection> MakeHeatRejection(const HeatNetworkParams& params) {
  const int count = params.cdus.empty() ? 1 : params.towers;
  switch (params.reject) {
    case Reject::kDryCooler:
      return std::make_unique<DryCoolers>(params.dry_cooler, count);
    case Reject::kYorkTower:
      return std::make_unique<WetTowers<YorkTower>>(params.tower, params.water, count);
    case Reject::kTower:
      break;
  }
  return std::make_unique<WetTowers<MerkelTower>>(params.tower, params.water, count);
}

}  // namespace headroom::cooling
