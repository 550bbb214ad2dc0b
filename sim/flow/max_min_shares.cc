#include "sim/flow/max_min_shares.h"

#include <algorithm>
#include <functional>

#include "sim/core/check.h"

namespace headroom {

void MaxMinShares::AddLink(double bandwidth) { links_.emplace_back().bandwidth = bandwidth; }

void MaxMinShares::AddClass(const std::vector<std::uint32_t>& links) {
  HR_CHECK(links.size() <= UINT16_MAX, links.size());
  Class& c = classes_.emplace_back();
  c.first = static_cast<std::uint32_t>(hops_.size());
  c.size = static_cast<std::uint16_t>(links.size());
  for (const std::uint32_t link : links) hops_.push_back({link, 0});
}

void MaxMinShares::SetWeight(std::uint32_t index, double weight) {
  Class& c = classes_[index];
  const bool was = c.weight > 0.0;
  const bool is = weight > 0.0;
  c.weight = weight;
  if (!is) c.rate = 0.0;
  if (was == is) return;
  for (std::uint32_t h = c.first; h < c.first + c.size; ++h) {
    std::vector<Member>& members = links_[hops_[h].link].members;
    if (is) {
      hops_[h].place = static_cast<std::uint32_t>(members.size());
      members.push_back({index, h});
    } else {
      const Member last = members.back();
      members[hops_[h].place] = last;
      hops_[last.hop].place = hops_[h].place;
      members.pop_back();
    }
  }
}

double MaxMinShares::Load(std::uint32_t link) const {
  double load = 0.0;
  for (const Member& m : links_[link].members) load += classes_[m.c].rate * classes_[m.c].weight;
  return load;
}

const std::vector<std::uint32_t>& MaxMinShares::LinksOf(std::uint32_t c,
                                                        std::vector<std::uint32_t>* out) const {
  out->clear();
  for (std::uint32_t h = classes_[c].first; h < classes_[c].first + classes_[c].size; ++h)
    out->push_back(hops_[h].link);
  return *out;
}

void MaxMinShares::StartPass() {
  if (++pass_ != 0) return;
  for (Link& l : links_) l.pass = 0;
  for (Class& c : classes_) c.pass = 0;
  pass_ = 1;
}

/// Asks for the classes of members to come, and for the hops of nearer ones: both lie anywhere in
/// memory.
void MaxMinShares::Prefetch(const std::vector<Member>& members, std::size_t at) const {
  if (at + 16 < members.size()) __builtin_prefetch(&classes_[members[at + 16].c]);
  if (at + 8 < members.size()) __builtin_prefetch(&hops_[classes_[members[at + 8].c].first]);
}

const std::vector<std::uint32_t>& MaxMinShares::Gather(std::uint32_t link) {
  component_links_.clear();
  component_classes_.clear();
  if (links_[link].pass == pass_) return component_classes_;
  links_[link].pass = pass_;
  component_links_.push_back(link);
  for (std::size_t i = 0; i < component_links_.size(); ++i) {
    Link& l = links_[component_links_[i]];
    l.free = l.bandwidth;
    l.open = static_cast<std::uint32_t>(l.members.size());
    l.weight = 0.0;
    for (std::size_t k = 0; k < l.members.size(); ++k) {
      const Member& m = l.members[k];
      Prefetch(l.members, k);
      Class& c = classes_[m.c];
      l.weight += c.weight;
      if (c.pass == pass_) continue;
      c.pass = pass_;
      c.open = true;
      component_classes_.push_back(m.c);
      for (std::uint32_t h = c.first; h < c.first + c.size; ++h) {
        const std::uint32_t next = hops_[h].link;
        if (links_[next].pass == pass_) continue;
        links_[next].pass = pass_;
        component_links_.push_back(next);
      }
    }
  }
  return component_classes_;
}

void MaxMinShares::Solve() {
  shares_.clear();
  for (const std::uint32_t l : component_links_)
    if (links_[l].open > 0) shares_.emplace_back(links_[l].free / links_[l].weight, l);
  std::make_heap(shares_.begin(), shares_.end(), std::greater<>());
  while (!shares_.empty()) {
    std::pop_heap(shares_.begin(), shares_.end(), std::greater<>());
    const auto [share, index] = shares_.back();
    const Link& l = links_[index];
    if (l.open == 0) {
      shares_.pop_back();
    } else if (const double current = std::max(0.0, l.free) / l.weight; current > share) {
      shares_.back().first = current;
      std::push_heap(shares_.begin(), shares_.end(), std::greater<>());
    } else {
      shares_.pop_back();
      Fill(index);
    }
  }
}

/// The share is summed afresh over the link's classes, so that the running differences of `free`
/// and `weight` decide the order of filling but not the rates.
void MaxMinShares::Fill(std::uint32_t bottleneck) {
  double free = links_[bottleneck].bandwidth;
  double weight = 0.0;
  for (const Member& m : links_[bottleneck].members) {
    const Class& c = classes_[m.c];
    if (c.open) {
      weight += c.weight;
    } else {
      free -= c.rate * c.weight;
    }
  }
  const double share = std::max(0.0, free) / weight;
  for (std::size_t k = 0; k < links_[bottleneck].members.size(); ++k) {
    Prefetch(links_[bottleneck].members, k);
    Class& c = classes_[links_[bottleneck].members[k].c];
    if (!c.open) continue;
    c.open = false;
    c.rate = share;
    const double taken = share * c.weight;
    for (std::uint32_t h = c.first; h < c.first + c.size; ++h) {
      Link& l = links_[hops_[h].link];
      l.free -= taken;
      l.weight -= c.weight;
      --l.open;
    }
  }
}

}  // namespace headroom
