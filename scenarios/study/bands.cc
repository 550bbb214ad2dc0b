#include "scenarios/study/bands.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/quantity_text.h"
#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

double ShareOf(const Parameter& p) {
  if (p.source.starts_with("assumed")) return 0.3;
  if (p.confidence == "A") return 0.02;
  if (p.confidence == "B") return 0.05;
  if (p.confidence == "D") return 0.2;
  if (p.confidence == "M") return 0.3;
  return 0.1;
}

bool Counts(const Parameter& p) {
  static const char* const kLeftOut[] = {"price", "mass", "volume", "rack_units", "blend", "wave", "critical", "depth",
                                         "nvme", "host_memory", "capacity", "reported", "splits"};
  const auto dot = p.path.rfind('.');
  const std::string last = dot == std::string::npos ? p.path : p.path.substr(dot + 1);
  // Temperatures in kelvin would move by tens of degrees.
  return p.unit != "degC" && std::none_of(std::begin(kLeftOut), std::end(kLeftOut), [&](const char* w) { return last == w; });
}

}  // namespace

double Band::At(double u) const {
  return std::clamp(parameter.value * (1.0 + share * (2.0 * u - 1.0)), std::max(parameter.low, parameter.value * 1e-3),
                    parameter.high);
}

std::vector<Band> SheetBands(const scenario::Prepared& prepared) {
  std::vector<Band> out;
  for (const Parameter& p : SheetParameters(prepared))
    if (Counts(p)) out.push_back({p, ShareOf(p)});
  return out;
}

void SetBand(const scenario::Prepared& prepared, const std::string& text, std::vector<Band>* bands) {
  const auto equals = text.rfind('=');
  if (equals == std::string::npos) throw ConfigError(fmt::format("{} is not PARAMETER=SHARE", text));
  const auto share = config::ParseQuantity(text.substr(equals + 1), "%");
  if (!share.ok()) throw ConfigError(fmt::format("{}: {}", text, share.error));
  const Band band{FindParameter(prepared, text.substr(0, equals)), share.value};
  const auto known = std::find_if(bands->begin(), bands->end(),
                                  [&](const Band& b) { return b.parameter.text == band.parameter.text; });
  if (known != bands->end())
    *known = band;
  else
    bands->push_back(band);
}

}  // namespace headroom::study
