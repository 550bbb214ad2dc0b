#include "models/plant/power_window.h"

#include <algorithm>
#include <cmath>

#include "models/plant/site_tree.h"

namespace headroom::plant {
namespace {
constexpr double kLead = 20.0;  // s
constexpr double kTail = 60.0;  // s
constexpr double kTailSample = 1e-3;
}  // namespace

/// Reads the pieces of one feed's accelerator one after the other.
struct PowerWindow::Cursor {
  std::size_t group = 0;
  double accelerators = 0.0;
  std::vector<power::PowerPiece> pieces;
  std::optional<power::ShelfStorage> shelf;
  std::size_t piece = 0;
  double offset = 0.0;

  /// Mean over the next `seconds` [W]; the last power holds on beyond the last piece.
  double Mean(double seconds) {
    double energy = 0.0, left = seconds;
    while (left > 0.0) {
      if (piece == pieces.size()) {
        energy += left * (pieces.empty() ? 0.0 : pieces.back().to);
        break;
      }
      const power::PowerPiece& p = pieces[piece];
      const double length = std::min(left, p.seconds - offset);
      const double slope = (p.to - p.from) / p.seconds;
      energy += length * (p.from + slope * (offset + 0.5 * length));
      offset += length;
      left -= length;
      if (offset >= p.seconds) {
        ++piece;
        offset = 0.0;
      }
    }
    return energy / seconds;
  }
};

PowerWindow::PowerWindow(const PlantParams& params, std::optional<WindowParams> window)
    : params_(params), window_(window) {}

void PowerWindow::Add(double start, const PlantStep& step, const std::vector<PhasedLoad>& loads,
                      const std::optional<power::Bess>& battery, const std::optional<power::Bess>& leveller) {
  if (window_) {
    // One step more at either end, to interpolate to.
    const double margin = params_.step;
    if (step.end <= window_->from - kLead - margin) return;
    if (start >= window_->from + window_->length + margin) return;
  }
  Step kept{start, step.seconds, step.cooling.power.total(), {}, battery, leveller, step.source};
  for (std::size_t i = 0; i < step.groups.size(); ++i) {
    const PlantStep::Group& g = step.groups[i];
    Group group;
    group.constant = loads[i].constant() + g.leakage + g.host + g.fans + g.switches;
    const bool stands = g.off || g.stopped;
    if (stands) group.constant = g.boards + g.host + g.fans + g.switches;
    for (const PhasedLoad::Feed& f : loads[i].feeds())
      group.feeds.push_back({f.accelerators, stands ? std::vector<power::PowerPiece>{{step.seconds, 0.0, 0.0}} : f.pieces});
    kept.groups.push_back(std::move(group));
  }
  steps_.push_back(std::move(kept));
  if (!window_)
    while (steps_.front().start + steps_.front().seconds < step.end - kTail - kLead)
      steps_.pop_front();
}

std::vector<PowerWindow::Cursor> PowerWindow::Cursors() const {
  std::vector<Cursor> out;
  for (std::size_t g = 0; g < params_.groups.size(); ++g) {
    const auto& feeds = steps_.back().groups[g].feeds;
    for (std::size_t f = 0; f < feeds.size(); ++f) {
      Cursor c;
      c.group = g;
      c.accelerators = feeds[f].accelerators;
      const double idle = params_.groups[g].node.accelerator_idle;
      for (const Step& s : steps_) {
        if (f < s.groups[g].feeds.size()) {
          const auto& pieces = s.groups[g].feeds[f].pieces;
          c.pieces.insert(c.pieces.end(), pieces.begin(), pieces.end());
        } else {
          c.pieces.push_back({s.seconds, idle, idle});
        }
      }
      if (params_.path.shelf) c.shelf.emplace(*params_.path.shelf, c.pieces.front().from);
      out.push_back(std::move(c));
    }
  }
  return out;
}

/// By step and group, the cooling plant last; feeds not yet open idle among their pieces.
std::vector<std::vector<double>> PowerWindow::Constants() const {
  std::vector<std::vector<double>> out;
  for (const Step& s : steps_) {
    std::vector<double> row;
    for (std::size_t g = 0; g < s.groups.size(); ++g) {
      double watts = s.groups[g].constant;
      const auto& all = steps_.back().groups[g].feeds;
      for (std::size_t f = s.groups[g].feeds.size(); f < all.size(); ++f)
        watts -= all[f].accelerators * params_.groups[g].node.accelerator_idle;
      row.push_back(watts);
    }
    row.push_back(s.mechanical);
    out.push_back(std::move(row));
  }
  return out;
}

std::optional<WindowResult> PowerWindow::Evaluate() const {
  if (steps_.empty()) return std::nullopt;
  const double first = steps_.front().start, last = steps_.back().start + steps_.back().seconds;
  WindowParams w;
  if (window_) {
    w = *window_;
    w.length = std::min(w.length, last - w.from);
  } else {
    w.length = std::min(kTail, last);
    w.from = last - w.length;
    w.sample = kTailSample;
  }
  const auto count = static_cast<std::int64_t>(std::floor(w.length / w.sample + 1e-6));
  const auto lead = static_cast<std::int64_t>(std::floor((w.from - first) / w.sample + 1e-6));
  if (count < 2 || lead < 0) return std::nullopt;

  WindowResult out;
  out.from = w.from;
  out.sample = w.sample;
  std::vector<Cursor> cursors = Cursors();
  const std::vector<std::vector<double>> constants = Constants();
  const std::size_t groups = params_.groups.size();
  SiteTree site(params_);
  std::optional<power::Bess> battery = steps_.front().battery, leveller = steps_.front().leveller;
  const double skip = w.from - static_cast<double>(lead) * w.sample - first;
  if (skip > 0.0)
    for (Cursor& c : cursors) c.Mean(skip);
  std::vector<double> loads(groups + 1);
  const auto middle = [&](std::size_t s) { return steps_[s].start + 0.5 * steps_[s].seconds; };
  std::size_t after = 0;
  for (std::int64_t k = -lead; k < count; ++k) {
    const double t = w.from + (static_cast<double>(k) + 0.5) * w.sample;
    while (after + 1 < steps_.size() && middle(after) < t) ++after;
    const std::size_t before = after > 0 ? after - 1 : 0;
    const double span = middle(after) - middle(before);
    const double share = span > 0.0 ? std::clamp((t - middle(before)) / span, 0.0, 1.0) : 1.0;
    for (std::size_t g = 0; g <= groups; ++g)
      loads[g] = constants[before][g] + share * (constants[after][g] - constants[before][g]);
    double boards = 0.0;
    for (Cursor& c : cursors) {
      const double watts = c.Mean(w.sample);
      boards += c.accelerators * watts;
      loads[c.group] += c.accelerators * (c.shelf ? c.shelf->Draw(watts, w.sample) : watts);
    }
    for (std::size_t g = 0; g < groups; ++g) {
      const double watts = std::max(0.0, loads[g]);
      const double switches = std::min(watts, params_.groups[g].racks * params_.groups[g].switch_power);
      site.SetRacks(g, watts - switches, switches);
    }
    site.tree.SetLoad(site.mechanical, loads[groups]);
    site.tree.Solve();
    if (leveller && steps_[after].leveller) {
      leveller->Advance(site.tree.input(site.ups), w.sample);
      site.tree.SetLoad(site.mechanical, loads[groups] + leveller->power());
      site.tree.Solve();
    }
    const double load = site.tree.utility();
    if (battery) {
      battery->Order(steps_[after].battery->order());
      battery->Advance(load, w.sample);
    }
    if (k < 0) continue;
    out.accelerators.push_back(boards);
    out.load.push_back(load);
    const bool powered = steps_[after].source == Source::kUtility;
    out.utility.push_back(powered ? load + (battery ? battery->power() : 0.0) : 0.0);
  }
  out.spectrum = power::SpectrumOf(out.utility, w.sample);
  return out;
}

}  // namespace headroom::plant
