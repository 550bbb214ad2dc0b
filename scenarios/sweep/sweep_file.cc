#include "scenarios/sweep/sweep_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "analysis/stats/sampling.h"
#include "analysis/stats/sensitivity.h"
#include "scenarios/read/tree_file.h"
#include "scenarios/sweep/branch.h"
#include "sim/config/decimal.h"
#include "sim/config/quoted.h"
#include "sim/config/reader.h"

namespace headroom::sweep {
namespace {

using config::Node;

/// Reads the parts of one element of `vary` that hold any YAML, and the range beside them.
class AxisReader {
 public:
  AxisReader(Diagnostics* diagnostics, const Spec& spec)
      : diagnostics_(*diagnostics), sampled_(spec.has_sample()), branches_(spec.has_from()) {}

  Variation Read(const Axis& axis, const Node& written, const std::string& path) {
    Variation out;
    out.name = !axis.name().empty() ? axis.name() : axis.path();
    const Node* values = written.Find("values");
    const Node* cases = written.Find("cases");
    const bool ranged = written.Find("from") != nullptr || written.Find("to") != nullptr;
    if ((values != nullptr) + (cases != nullptr) + ranged != 1) {
      Error(written, path, "one of values, cases, or from and to is due");
    } else if (cases != nullptr) {
      if (axis.name().empty()) Error(written, path, "cases need a name for the axis");
      ReadCases(*cases, path + ".cases", &out);
    } else if (axis.path().empty()) {
      Error(written, path + ".path", "this key is missing (where the values go)");
    } else if (values != nullptr) {
      ReadValues(*values, path + ".values", axis.path(), &out);
    } else {
      ReadRange(axis, written, path, &out);
    }
    if (axis.from_start() && !branches_)
      Error(written, path + ".from_start", "belongs to a sweep with from, and there is none");
    out.later = branches_ && !axis.from_start();
    if (out.later) CheckChangeable(out, written, path);
    return out;
  }

 private:
  void Error(const Node& node, const std::string& path, std::string message) {
    diagnostics_.Error(node.place, path, std::move(message));
  }

  void CheckChangeable(const Variation& axis, const Node& written, const std::string& path) {
    std::set<std::string> paths;
    for (const Choice& choice : axis.choices)
      for (const Setting& s : choice.settings) paths.insert(s.path);
    if (axis.range) paths.insert(axis.range->path);
    for (const std::string& p : paths) {
      if (CanChange(p)) continue;
      const std::string near = Nearest(p, ChangeablePaths());
      Error(written, path,
            near.empty() ? fmt::format("{} cannot change in the middle of a run; what can: {}. With "
                                       "from_start: true the axis holds from the start",
                                       p, fmt::join(ChangeablePaths(), ", "))
                         : fmt::format("{} cannot change in the middle of a run; did you mean '{}'?", p, near));
    }
  }

  void ReadValues(const Node& values, const std::string& path, const std::string& target,
                  Variation* out) {
    if (!values.is_list() || values.items.empty()) {
      Error(values, path, "a list of at least one value is due");
      return;
    }
    for (const Node& value : values.items) out->choices.push_back({{{target, FlowText(value)}}});
  }

  void ReadCases(const Node& cases, const std::string& path, Variation* out) {
    if (!cases.is_list() || cases.items.empty()) {
      Error(cases, path, "a list of maps, each of path and value, is due");
      return;
    }
    for (const Node& one : cases.items) {
      const bool nothing = branches_ && one.kind == config::Kind::kNull;  // things stay as they are
      if (!nothing && (!one.is_map() || one.entries.empty())) {
        Error(one, path, "a map of path and value is due");
        continue;
      }
      Choice& choice = out->choices.emplace_back();
      for (const auto& [key, value] : one.entries)
        choice.settings.push_back({key.scalar, FlowText(value)});
    }
  }

  void ReadRange(const Axis& axis, const Node& written, const std::string& path, Variation* out) {
    const auto from = config::SplitNumber(axis.from()), to = config::SplitNumber(axis.to());
    if (!from || !to) {
      Error(written, path, "a range needs from and to, each a number with its unit");
      return;
    }
    if (from->rest != to->rest) {
      Error(written, path,
            fmt::format("from is in {} and to in {}; they must have the same unit",
                        config::Quoted(from->rest), config::Quoted(to->rest)));
      return;
    }
    Range r;
    r.path = axis.path();
    r.from = config::Decimal(from->digits, from->exponent);
    r.to = config::Decimal(to->digits, to->exponent);
    r.unit = from->rest.empty() ? "" : " " + std::string(from->rest);
    r.log = axis.scale() == "log";
    r.whole = axis.whole();
    if (r.log && !(r.from > 0.0 && r.to > 0.0))
      Error(written, path, "a range on a log scale must lie above zero");
    else if (axis.has_count())
      for (std::uint32_t i = 0; i < axis.count(); ++i)
        out->choices.push_back({{r.At(static_cast<double>(i) / (axis.count() - 1))}});
    else if (sampled_)
      out->range = r;
    else
      Error(written, path + ".count",
            "this key is missing (how many values of the range); only with sample it may be");
  }

  Diagnostics& diagnostics_;
  bool sampled_, branches_;
};

/// A canonical text of a tree: what differs in it differs in meaning, whatever the layout.
Node WithoutFreeForm(const Node& root) {
  Node out = root;
  if (Node* vary = out.Find("vary"))
    for (Node& axis : vary->items) {
      axis.Erase("values");
      axis.Erase("cases");
    }
  if (Node* objective = out.Find("objective"))
    for (auto& [key, value] : objective->entries)
      if (value.is_scalar()) {
        Node list;
        list.kind = config::Kind::kList;
        list.place = value.place;
        list.items.push_back(value);
        value = list;
      }
  return out;
}

/// Points of the unit cube, row by row.
std::vector<double> Draw(const Sweep& sweep) {
  const auto& sample = sweep.spec.sample();
  const std::size_t count = sample.count(), dimensions = sweep.axes.size();
  if (sample.method() == "morris") return stats::MorrisWalks(count / (dimensions + 1), dimensions, sample.seed());
  if (sample.method() == "saltelli")
    return stats::SaltelliDesign(count / (dimensions + 2), dimensions, sample.seed());
  const auto draw = sample.method() == "random"  ? stats::RandomSample
                    : sample.method() == "sobol" ? stats::SobolSample
                                                 : stats::LatinHypercube;
  return draw(count, dimensions, sample.seed());
}

}  // namespace

Setting Range::At(double u) const {
  double value = log ? from * std::pow(to / from, u) : from + (to - from) * u;
  if (u >= 1.0) value = to;
  if (whole) return {path, fmt::format("{:.0f}{}", std::round(value), unit)};
  // Twelve digits: no noise of rounding in the scenario.
  return {path, fmt::format("{}{}", std::stod(fmt::format("{:.12g}", value)), unit)};
}

Sweep ReadSweep(const std::string& path) {
  Sweep out;
  out.path = std::filesystem::absolute(path).lexically_normal().string();
  const Node root = scenario::ReadTreeFile(path, {});
  if (!root.Find("base") && root.Find("site"))
    throw ConfigError(
        {Finding{root.place, "", "this is a scenario, not a sweep; a sweep has base and vary"}});
  out.text = FlowText(root);
  Diagnostics diagnostics;
  const Node known = WithoutFreeForm(root);
  config::Read(known, &out.spec, {}, nullptr, &diagnostics);
  if (const Node* vary = root.Find("vary"); vary != nullptr && vary->is_list()) {
    AxisReader reader(&diagnostics, out.spec);
    for (int i = 0; i < out.spec.vary_size() && i < static_cast<int>(vary->items.size()); ++i)
      if (vary->items[i].is_map())
        out.axes.push_back(
            reader.Read(out.spec.vary(i), vary->items[i], fmt::format("vary[{}]", i)));
  }
  if (out.spec.sample().method() == "sobol" && out.axes.size() > stats::kSobolDimensions)
    diagnostics.Error(root.Find("sample")->place, "sample.method",
                      fmt::format("sobol takes {} axes at most, here are {}",
                                  stats::kSobolDimensions, out.axes.size()));
  const std::string& method = out.spec.sample().method();
  const std::size_t block = out.axes.size() + (method == "morris" ? 1 : 2);
  if ((method == "morris" || method == "saltelli") && !out.axes.empty() &&
      out.spec.sample().count() < 2 * block)
    diagnostics.Error(root.Find("sample")->place, "sample.count",
                      fmt::format("is {}; {} needs two blocks at least, which are {} points here",
                                  out.spec.sample().count(), method, 2 * block));
  diagnostics.ThrowIfErrors();
  const std::string base = scenario::Beside(out.path, out.spec.base());
  const Node* named = root.Find("base");
  std::error_code none;
  if (!std::filesystem::exists(base, none))
    throw ConfigError({Finding{named->place, "base", fmt::format("no file {}", base)}});
  out.base_path = std::filesystem::path(base).lexically_normal().string();
  out.base = scenario::ReadTreeWithIncludes(out.base_path);
  return out;
}

std::vector<std::vector<Setting>> Cases(const Sweep& sweep) {
  constexpr double kMost = 1e7;
  double count = sweep.spec.has_sample() ? sweep.spec.sample().count() : 1.0;
  if (!sweep.spec.has_sample())
    for (const Variation& axis : sweep.axes) count *= static_cast<double>(axis.choices.size());
  if (count * sweep.spec.repeat() > kMost)
    throw ConfigError(fmt::format(
        "{}: {:.3g} points are more than the {:.0f} of one sweep; sample draws some of them",
        sweep.path, count * sweep.spec.repeat(), kMost));
  std::vector<std::vector<Setting>> cases(static_cast<std::size_t>(count));
  const auto add = [](std::vector<Setting>& one, const Variation& axis, const Choice& choice) {
    for (const Setting& s : choice.settings) one.push_back({s.path, s.text, axis.later});
  };
  if (!sweep.spec.has_sample()) {
    std::size_t block = cases.size();
    for (const Variation& axis : sweep.axes) {
      block /= axis.choices.size();
      for (std::size_t i = 0; i < cases.size(); ++i)
        add(cases[i], axis, axis.choices[i / block % axis.choices.size()]);
    }
    return cases;
  }
  const std::size_t dimensions = sweep.axes.size();
  const std::vector<double> u = Draw(sweep);
  cases.resize(u.size() / dimensions);
  for (std::size_t i = 0; i < cases.size(); ++i)
    for (std::size_t d = 0; d < dimensions; ++d) {
      const Variation& axis = sweep.axes[d];
      const double x = u[i * dimensions + d];
      const auto n = static_cast<double>(axis.choices.size());
      if (axis.range)
        add(cases[i], axis, {{axis.range->At(x)}});
      else
        add(cases[i], axis, axis.choices[static_cast<std::size_t>(std::min(x * n, n - 1.0))]);
    }
  return cases;
}

}  // namespace headroom::sweep
