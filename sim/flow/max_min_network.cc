#include "sim/flow/max_min_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/check.h"

namespace headroom {

namespace {
/// Service at which a class starts to count anew, so that its rounding stays below a thousandth of
/// a byte per weight.
constexpr double kRebase = 1e12;
/// A remainder below this many nanoseconds is rounding.
constexpr double kSlackNs = 1e-3;
}  // namespace

MaxMinNetwork::~MaxMinNetwork() {
  engine().Cancel(solve_);
  for (const Component& c : components_) engine().Cancel(c.event);
}

void MaxMinNetwork::Started(std::uint32_t place) {
  AdoptTopology();
  const Flow& f = flow(place);
  const std::uint32_t c = f.route.index();
  Advance(c);
  if (target_.size() <= place) target_.resize(place + 1);
  target_[place] = classes_[c].served + f.bytes / f.weight;
  ends_[c].push_back({target_[place], f.id});
  std::push_heap(ends_[c].begin(), ends_[c].end(), Later);
  classes_[c].first = ends_[c].front().served;
  SetWeight(c, shares_.weight(c) + f.weight, 1);
}

void MaxMinNetwork::Stopped(std::uint32_t place) {
  const std::uint32_t c = flow(place).route.index();
  Advance(c);
  Leave(c, place);
  flow(place).stage = Stage::kFree;
  std::vector<End>& ends = ends_[c];
  if (ends.size() > 64 && ends.size() > 2 * classes_[c].flows) {
    std::erase_if(ends, [this](const End& e) { return !Moves(e); });
    std::make_heap(ends.begin(), ends.end(), Later);
  }
  DropWithdrawn(c);
}

void MaxMinNetwork::BandwidthChanged(std::uint32_t link) {
  if (link >= shares_.links()) return;
  shares_.SetBandwidth(link, this->link(link).bandwidth);
  MarkDirty(link);
}

double MaxMinNetwork::RateOf(std::uint32_t place) {
  Solve();
  return shares_.rate(flow(place).route.index()) * flow(place).weight;
}

double MaxMinNetwork::RemainingOf(std::uint32_t place) {
  const std::uint32_t c = flow(place).route.index();
  Advance(c);
  return std::max(0.0, target_[place] - classes_[c].served) * flow(place).weight;
}

double MaxMinNetwork::LoadOf(std::uint32_t link) {
  AdoptTopology();
  Solve();
  return shares_.Load(link);
}

double MaxMinNetwork::MovedBytes() {
  for (std::uint32_t c = 0; c < classes_.size(); ++c) Advance(c);
  Balance moved = moved_;
  // A flow whose end is due but not yet reported has been served beyond its bytes by less than a
  // nanosecond.
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    if (classes_[c].first >= classes_[c].served) continue;
    for (const End& e : ends_[c])
      if (e.served < classes_[c].served && Moves(e))
        moved.In((e.served - classes_[c].served) * flow(PlaceOf(e.flow)).weight);
  }
  return moved.in();
}

void MaxMinNetwork::AdoptTopology() {
  for (std::size_t l = shares_.links(); l < links(); ++l)
    shares_.AddLink(link(static_cast<std::uint32_t>(l)).bandwidth);
  for (std::size_t r = shares_.classes(); r < routes(); ++r)
    shares_.AddClass(route(FlowRouteId(static_cast<std::uint32_t>(r))).links);
  classes_.resize(routes());
  ends_.resize(routes());
}

/// Brings the service of a class, and the bytes it moved, to now().
void MaxMinNetwork::Advance(std::uint32_t index) {
  Class& c = classes_[index];
  const Instant now = engine().now();
  if (c.at == now) return;
  const double given = shares_.rate(index) * (now - c.at).seconds();
  c.at = now;
  if (given == 0.0) return;
  moved_.In(given * shares_.weight(index));
  c.served += given;
  if (c.served < kRebase) return;
  for (End& e : ends_[index]) {
    e.served -= c.served;
    if (Moves(e)) target_[PlaceOf(e.flow)] = e.served;
  }
  c.first -= c.served;
  c.served = 0.0;
}

void MaxMinNetwork::SetWeight(std::uint32_t index, double weight, int flows) {
  Class& c = classes_[index];
  for (const std::uint32_t l : shares_.LinksOf(index, &scratch_)) MarkDirty(l);
  c.flows += static_cast<std::uint32_t>(flows);
  shares_.SetWeight(index, weight);
  if (c.flows > 0) return;
  // Its component is solved anew in this instant: all that remain of it hang on a link of this
  // class.
  Retire(std::exchange(c.component, UINT32_MAX));
  c.served = 0.0;
  c.first = kNever;
  ends_[index].clear();
}

/// Takes a flow out of its class, which is at now(). What it was served beyond its bytes was not
/// moved.
void MaxMinNetwork::Leave(std::uint32_t c, std::uint32_t place) {
  moved_.In(std::min(0.0, target_[place] - classes_[c].served) * flow(place).weight);
  double weight = shares_.weight(c) - flow(place).weight;
  if (classes_[c].flows == 1) {
    weight = 0.0;
  } else if (weight < flow(place).weight) {
    // The difference of two close sums: summed afresh.
    weight = 0.0;
    for (const End& e : ends_[c])
      if (Moves(e) && e.flow != flow(place).id) weight += flow(PlaceOf(e.flow)).weight;
  }
  SetWeight(c, weight, -1);
}

void MaxMinNetwork::MarkDirty(std::uint32_t link) {
  if (dirty_.empty()) solve_ = engine().At(engine().now(), Phase::kCouple, [this] { Solve(); });
  dirty_.push_back(link);
}

void MaxMinNetwork::Solve() {
  if (dirty_.empty()) return;
  engine().Cancel(solve_);
  solving_.clear();
  solving_.swap(dirty_);
  shares_.StartPass();
  for (const std::uint32_t l : solving_) {
    const std::vector<std::uint32_t>& classes = shares_.Gather(l);
    if (classes.empty()) continue;
    for (const std::uint32_t c : classes) {
      Advance(c);
      Retire(classes_[c].component);
    }
    shares_.Solve();
    Await(classes);
  }
  free_components_.insert(free_components_.end(), retired_.begin(), retired_.end());
  retired_.clear();
}

/// Its classes are being solved anew. It is not reused within this pass, which may still meet
/// others of its classes.
void MaxMinNetwork::Retire(std::uint32_t index) {
  if (index == UINT32_MAX || !std::exchange(components_[index].live, false)) return;
  engine().Cancel(components_[index].event);
  retired_.push_back(index);
}

/// Makes a component of `classes`, which are at now(), and waits for its next end.
void MaxMinNetwork::Await(const std::vector<std::uint32_t>& classes) {
  if (free_components_.empty()) {
    free_components_.push_back(static_cast<std::uint32_t>(components_.size()));
    components_.emplace_back();
  }
  const std::uint32_t index = free_components_.back();
  free_components_.pop_back();
  Component& component = components_[index];
  component.live = true;
  component.event = {};
  component.due.clear();
  left_.clear();
  double least = kNever;
  for (const std::uint32_t c : classes) {
    classes_[c].component = index;
    left_.push_back(NanosecondsLeft(c));
    least = std::min(least, left_.back());
  }
  const double wait = std::max(0.0, std::ceil(least - kSlackNs));
  if (wait >= static_cast<double>((Instant::Max() - engine().now()).ns())) return;
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (left_[i] - kSlackNs <= wait) component.due.push_back(classes[i]);
  component.event = engine().After(Duration::Ns(std::llround(wait)), Phase::kCompletion,
                                   [this, index] { OnEnds(index); });
}

/// Until the next end of a class that is at now().
double MaxMinNetwork::NanosecondsLeft(std::uint32_t index) const {
  const Class& c = classes_[index];
  return c.first <= c.served ? 0.0 : (c.first - c.served) / shares_.rate(index) * 1e9;
}

/// Makes the top of a class's ends one of a flow that still moves.
void MaxMinNetwork::DropWithdrawn(std::uint32_t index) {
  std::vector<End>& ends = ends_[index];
  while (!ends.empty() && !Moves(ends.front())) {
    std::pop_heap(ends.begin(), ends.end(), Later);
    ends.pop_back();
  }
  classes_[index].first = ends.empty() ? kNever : ends.front().served;
}

void MaxMinNetwork::OnEnds(std::uint32_t index) {
  components_[index].event = {};
  for (const std::uint32_t c : components_[index].due) {
    Advance(c);
    MarkDirty(shares_.LinksOf(c, &scratch_).front());
    while (NanosecondsLeft(c) <= kSlackNs) {
      const std::uint32_t place = PlaceOf(ends_[c].front().flow);
      Leave(c, place);
      Moved(place);
      DropWithdrawn(c);
    }
  }
}

}  // namespace headroom
