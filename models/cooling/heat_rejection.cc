#include "models/cooling/heat_rejection.h"

#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"
#include "models/cooling/water_use.h"

namespace headroom::cooling {
namespace {

class WetTowers : public HeatRejection {
 public:
  WetTowers(const TowerParams& params, const WaterUseParams& water, int count)
      : tower_(params, "site.cooling.liquid"),
        use_(water),
        count_(count),
        air_out_(params.design_wet_bulb) {}
  double capacity() const override { return count_ * tower_.params().capacity; }
  double design_flow() const override { return count_ * tower_.design_water_flow(); }
  double pump_power() const override { return count_ * tower_.params().pump_power; }
  double SinkTemperature(const Outdoors& outdoors) const override { return outdoors.wet_bulb; }
  double Conductance(const Outdoors& outdoors, double entering, double water, double fan) override {
    return count_ *
           tower_.Conductance(outdoors.wet_bulb, entering, water / count_, fan, air_out_, 1);
  }
  double FanPower(double fan) const override { return count_ * tower_.FanPower(fan); }
  double MakeUp(double heat, double water) const override { return MakeUpWater(use_, heat, water); }

 private:
  MerkelTower tower_;
  WaterUseParams use_;
  double count_;
  double air_out_;
};

class DryCoolers : public HeatRejection {
 public:
  DryCoolers(const DryCoolerParams& params, int count)
      : cooler_(params, "site.cooling.liquid"), params_(params), count_(count) {}
  double capacity() const override { return count_ * params_.capacity; }
  double design_flow() const override { return count_ * cooler_.design_water_flow(); }
  double pump_power() const override { return count_ * params_.pump_power; }
  double SinkTemperature(const Outdoors& outdoors) const override { return outdoors.dry_bulb; }
  double Conductance(const Outdoors&, double, double water, double fan) override {
    return count_ * cooler_.Conductance(water / count_, fan);
  }
  double FanPower(double fan) const override { return count_ * cooler_.FanPower(fan); }
  double MakeUp(double, double) const override { return 0.0; }

 private:
  DryCooler cooler_;
  DryCoolerParams params_;
  double count_;
};

}  // namespace

std::unique_ptr<HeatRejection> MakeHeatRejection(const HeatNetworkParams& params) {
  const int count = params.cdus.empty() ? 1 : params.towers;
  switch (params.reject) {
    case Reject::kDryCooler:
      return std::make_unique<DryCoolers>(params.dry_cooler, count);
    case Reject::kTower:
      break;
  }
  return std::make_unique<WetTowers>(params.tower, params.water, count);
}

}  // namespace headroom::cooling
