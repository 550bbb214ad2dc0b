#include "scenarios/sweep/plan.h"

#include <fmt/format.h>

#include "analysis/hdf5/sha256.h"
#include "models/catalog/library.h"
#include "scenarios/read/scenario_file.h"
#include "scenarios/sweep/branch.h"

namespace headroom::sweep {
namespace {

scenario::LoadOptions OptionsFor(const Sweep& sweep, const catalog::Library& library) {
  scenario::LoadOptions options;
  options.variant = sweep.spec.variant();
  options.catalog_names = [&library](const std::string& kind) { return library.names(kind); };
  return options;
}

std::string Name(const Sweep& sweep, const scenario::LoadedScenario& base) {
  return sweep.spec.name().empty() ? base.scenario.name() : sweep.spec.name();
}

std::string Digest(const Sweep& sweep, const scenario::LoadedScenario& base,
                   const std::string& version) {
  return report::Sha256(sweep.text + "\n" + sweep.base_path + "\n" + base.resolved + "\n" +
                        version + "\nplan 2");
}

}  // namespace

std::string PointId(const std::string& resolved, const std::string& version) {
  return report::Sha256(resolved + "\n" + version).substr(0, 20);
}

std::vector<std::string> Overrides(const Plan& plan, const Point& point) {
  std::vector<std::string> out;
  for (const Setting& s : point.settings)
    if (!s.later) out.push_back(s.path + "=" + s.text);
  if (plan.from > 0.0) out.push_back("changes[+]=" + ChangeText(plan.from, point.settings));
  return out;
}

std::vector<std::string> PrefixOverrides(const Plan& plan, const Point& point) {
  Point prefix = point;
  std::erase_if(prefix.settings, [](const Setting& s) { return s.later; });
  return Overrides(plan, prefix);
}

std::string Describe(const Point& point) {
  std::string out;
  for (const Setting& s : point.settings)
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", s.path, s.text);
  return out.empty() ? "as it is" : out;
}

std::string PlanDigest(const Sweep& sweep, const std::string& version) {
  const catalog::Library library;
  return Digest(sweep, scenario::LoadTree(sweep.base, sweep.base_path, OptionsFor(sweep, library)),
                version);
}

Plan MakePlan(const Sweep& sweep, const std::string& version) {
  const catalog::Library library;
  scenario::LoadOptions options = OptionsFor(sweep, library);
  const scenario::LoadedScenario base = scenario::LoadTree(sweep.base, sweep.base_path, options);
  Plan plan;
  plan.name = Name(sweep, base);
  plan.base_path = sweep.base_path;
  plan.variant = sweep.spec.variant();
  plan.version = version;
  plan.digest = Digest(sweep, base, version);
  plan.repeat = sweep.spec.repeat();
  if (sweep.spec.has_sample()) {
    plan.drawn = {sweep.spec.sample().method(), sweep.spec.sample().seed(), {}};
    for (const Variation& axis : sweep.axes) plan.drawn.axes.push_back(axis.name);
  }
  plan.from = sweep.spec.from();
  const auto& objective = sweep.spec.objective();
  plan.goal.minimise.assign(objective.minimise().begin(), objective.minimise().end());
  plan.goal.maximise.assign(objective.maximise().begin(), objective.maximise().end());
  plan.goal.subject_to.assign(objective.subject_to().begin(), objective.subject_to().end());
  for (const std::vector<Setting>& settings : Cases(sweep)) {
    for (std::uint32_t r = 0; r < plan.repeat; ++r) {
      Point p;
      p.number = static_cast<std::uint32_t>(plan.points.size());
      p.repeat = r;
      p.settings = settings;
      if (r > 0) p.settings.push_back({"seed", std::to_string(base.scenario.seed() + r)});
      options.overrides = Overrides(plan, p);
      try {
        const scenario::LoadedScenario loaded =
            scenario::LoadTree(sweep.base, sweep.base_path, options);
        p.seed = loaded.scenario.seed();
        p.id = PointId(loaded.resolved, version);
      } catch (const ConfigError& e) {
        std::vector<Finding> findings = e.findings();
        for (Finding& f : findings) {
          if (f.place.file.starts_with("--set")) f.place = {sweep.path, 0, 0};
          f.message += fmt::format(" (point {}: {})", p.number, Describe(p));
        }
        throw ConfigError(std::move(findings));
      }
      plan.points.push_back(std::move(p));
    }
  }
  return plan;
}

}  // namespace headroom::sweep
