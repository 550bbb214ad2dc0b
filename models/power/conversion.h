#pragma once

#include <string>

namespace headroom::power {

/// How the modules of a stage share its load.
enum class Staging {
  kAll,    ///< every module on, equal shares
  kSmart,  ///< as few modules on as `module_threshold` allows, equal shares among those
};

/// One conversion stage: `modules` equal modules of rating R. Losses of a module that delivers P:
///
///     loss = a R + b P + c P^2 / R       input = P + loss
///
/// a, b, c are shares (catalog: fixed_loss, linear_loss, square_loss). R is in watts.
struct StageParams {
  std::string name;    ///< names the metric site.power.losses.NAME; stages of one name are added up
  double fixed = 0.0;  ///< a
  double linear = 0.0;  ///< b
  double square = 0.0;  ///< c
  double rating = 0.0;  ///< R of one module [W]
  int modules = 1;
  Staging staging = Staging::kAll;
  /// output of one module above which the next is switched on [W]; kSmart only
  double module_threshold = 0.0;
  bool indoors = true;  ///< its losses heat the hall (false: they leave the site at once)
};

/// A stage with its parameters checked. Transients, reverse power and the voltage are left out; the
/// power factor is 1.
class ConversionStage {
 public:
  /// @throws ConfigError naming every parameter of `params` that is out of range.
  explicit ConversionStage(const StageParams& params);
  /// Power drawn at `output` delivered, both [W], output >= 0. Outputs beyond the rating are not
  /// refused here.
  double Input(double output) const { return output + Loss(output); }
  double Loss(double output) const { return Loss(output, 1.0); }
  /// What is delivered of `input` [W], the inverse of Input() with all modules on; 0 where the fixed losses take it all.
  double OutputOf(double input) const;
  /// With a share of the modules in service, 0..1; at 0 the power passes by the stage without a loss.
  double Loss(double output, double in_service) const;
  /// Output over input; 0 at no output.
  double Efficiency(double output) const;
  /// Smart staging: min(modules, floor((P - 1 W) / threshold) + 1), the rule of RAPS' smart
  /// rectifiers.
  int ModulesOn(double output) const;
  const StageParams& params() const { return params_; }

 private:
  StageParams params_;
};

/// A double-conversion UPS that runs on its bypass: 0.2 % fixed, 0.6 % linear, 0.2 % square, so 99
/// % at full load as vendors state for eco modes (Eaton 9395XR: 99 %); the split into three terms
/// is assumed.
StageParams EcoModeUps(double rating);

}  // namespace headroom::power
