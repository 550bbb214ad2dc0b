#include "models/power/raps_chain.h"

namespace headroom::power {
namespace {
/// in = (P + offset) / efficiency as a R + b P.
StageParams Affine(const char* name, double offset, double efficiency, double rating) {
  StageParams p;
  p.name = name;
  p.rating = rating;
  p.fixed = offset / efficiency / rating;
  p.linear = 1.0 / efficiency - 1.0;
  return p;
}
}  // namespace

double RapsNodePower(double u_cpu, double u_gpu) {
  const double cpu = u_cpu * 280.0 + (1.0 - u_cpu) * 90.0;
  const double gpu = u_gpu * 560.0 + (4.0 - u_gpu) * 88.0;
  const double memory = 74.26, nics = 4 * 20.0, nvme = 30.0;
  return cpu + gpu + memory + nics + nvme;
}

StageParams RapsSivoc() { return Affine("sivoc", 13.0, 0.98, 3000.0); }

StageParams RapsRectifiers(bool smart) {
  StageParams p = Affine("rectifier", 17.0, 0.96, 13670.0);
  p.modules = 4;
  p.staging = smart ? Staging::kSmart : Staging::kAll;
  p.module_threshold = 13670.0;
  return p;
}

}  // namespace headroom::power
