#include "models/scheduling/floor.h"

#include "sim/core/check.h"

namespace headroom::scheduling {

FloorShape FloorShape::Uniform(std::uint32_t nodes, std::uint32_t units_per_node, std::uint32_t nodes_per_rack) {
  FloorShape s;
  for (std::uint32_t n = 1; n <= nodes; ++n) {
    s.node_begin.push_back(n * units_per_node);
    if (n % nodes_per_rack == 0 || n == nodes) s.rack_begin.push_back(n);
  }
  return s;
}

Floor::Floor(FloorShape shape)
    : shape_(std::move(shape)), free_(shape_.units(), true), node_of_unit_(shape_.units()), rack_of_node_(shape_.nodes()) {
  for (std::uint32_t n = 0; n < shape_.nodes(); ++n) {
    node_free_.push_back(shape_.node_begin[n + 1] - shape_.node_begin[n]);
    std::fill(node_of_unit_.begin() + shape_.node_begin[n], node_of_unit_.begin() + shape_.node_begin[n + 1], n);
  }
  for (std::uint32_t r = 0; r < shape_.racks(); ++r) {
    std::uint32_t units = 0;
    for (std::uint32_t n = shape_.rack_begin[r]; n < shape_.rack_begin[r + 1]; ++n) {
      rack_of_node_[n] = r;
      units += node_free_[n];
    }
    rack_free_.push_back(units);
  }
  HR_CHECK(shape_.rack_begin.back() == shape_.nodes(), shape_.nodes());
  if (shape_.levels.empty()) shape_.levels.push_back({"rack", shape_.rack_begin});
  if (shape_.zone_begin.empty()) shape_.zone_begin = shape_.rack_begin;
  HR_CHECK(shape_.kind.empty() || shape_.kind.size() == shape_.nodes(), shape_.kind.size());
  HR_CHECK(shape_.host.empty() || shape_.host.size() == shape_.nodes(), shape_.host.size());
  host_left_ = shape_.host;
  stamps_.assign(shape_.nodes(), 0);
  domains_.levels.resize(shape_.levels.size() + 1);
  domains_.levels.back().resize(shape_.nodes());
  for (std::size_t l = shape_.levels.size(); l-- > 0;) {
    const std::vector<std::uint32_t>& begin = shape_.levels[l].begin;
    HR_CHECK(begin.back() == shape_.nodes(), shape_.levels[l].name, begin.back());
    domains_.levels[l].resize(begin.size() - 1);
    const std::size_t below = domains_.levels[l + 1].size();
    std::uint32_t child = 0;
    for (std::size_t d = 0; d + 1 < begin.size(); ++d)
      for (; child < below; ++child) {
        const std::uint32_t first = l + 1 == shape_.levels.size() ? child : shape_.levels[l + 1].begin[child];
        if (first >= begin[d + 1]) break;
        domains_.levels[l][d].children.push_back(child);
      }
  }
}

TopologyTree Floor::Room(std::uint32_t pod) const {
  TopologyTree tree = domains_;
  for (std::uint32_t n = 0; n < shape_.nodes(); ++n) tree.levels.back()[n].room = node_free_[n] / pod;
  tree.Sum();
  return tree;
}

Allocation Floor::FreeOf(const Allocation& units) const {
  Allocation out;
  for (const UnitRun& run : units)
    for (std::uint32_t id = run.first; id < run.first + run.count; ++id) {
      if (!free_.Has(id)) continue;
      if (!out.empty() && out.back().first + out.back().count == id) ++out.back().count;
      else out.push_back({id, 1});
    }
  return out;
}

void Floor::Mark(std::uint32_t node, const UnitRun& run, bool taken) {
  const std::uint64_t what = (std::uint64_t{run.first} << 32 | run.count) * 2 + taken + 1;
  stamps_[node] = (stamps_[node] ^ what) * 0x9e3779b97f4a7c15u + 1;
}

std::uint32_t Floor::HostRoom(std::uint32_t node, HostNeed host, std::uint32_t of) const {
  if (host_left_.empty()) return of;
  const auto room = [&](std::int64_t left, std::uint32_t need) {
    return need == 0 ? std::int64_t{of} : std::min<std::int64_t>(of, left * of / need);
  };
  return static_cast<std::uint32_t>(std::min(room(host_left_[node].cpus, host.cpus), room(host_left_[node].memory, host.memory)));
}

void Floor::LeastHost(const Floor& a, const Floor& b) {
  for (std::size_t n = 0; n < host_left_.size(); ++n)
    host_left_[n] = {std::min(a.host_left_[n].cpus, b.host_left_[n].cpus), std::min(a.host_left_[n].memory, b.host_left_[n].memory)};
}

/// A node with n of a job's units gives the n-th part of what it asks for, rounded up.
void Floor::ChangeHost(const Allocation& units, HostNeed host, int sign) {
  if (host_left_.empty() || !host.any()) return;
  const std::uint64_t all = UnitsOf(units);
  std::uint32_t last = 0;
  std::uint64_t count = 0;
  const auto settle = [&] {
    if (count == 0) return;
    HostStock& left = host_left_[last];
    left.cpus -= sign * static_cast<std::int64_t>((host.cpus * count + all - 1) / all);
    left.memory -= sign * static_cast<std::int64_t>((host.memory * count + all - 1) / all);
    HR_CHECK(left.cpus >= 0 && left.memory >= 0 && left.cpus <= shape_.host[last].cpus && left.memory <= shape_.host[last].memory, last,
             left.cpus, left.memory);
  };
  EachNode(units, [&](std::uint32_t node, std::uint32_t n) {
    if (node != last) {
      settle();
      count = 0;
    }
    last = node;
    count += n;
  });
  settle();
}

void Floor::HighestOf(std::uint32_t node, std::uint32_t count, Allocation* out) const {
  Allocation runs;  // from the top down
  for (std::uint32_t id = shape_.node_begin[node + 1]; count > 0;) {
    --id;
    if (!free_.Has(id)) continue;
    if (!runs.empty() && runs.back().first == id + 1) {
      --runs.back().first;
      ++runs.back().count;
    } else {
      runs.push_back({id, 1});
    }
    --count;
  }
  out->insert(out->end(), runs.rbegin(), runs.rend());
}

void Floor::Take(const Allocation& units, HostNeed host) {
  ChangeHost(units, host, +1);
  free_.Remove(units);
  for (const UnitRun& run : units)
    EachNode({run}, [&](std::uint32_t node, std::uint32_t n) {
      node_free_[node] -= n;
      rack_free_[rack_of_node_[node]] -= n;
      Mark(node, run, true);
    });
}

void Floor::Give(const Allocation& units, HostNeed host) {
  ChangeHost(units, host, -1);
  free_.Add(units);
  for (const UnitRun& run : units)
    EachNode({run}, [&](std::uint32_t node, std::uint32_t n) {
      node_free_[node] += n;
      rack_free_[rack_of_node_[node]] += n;
      Mark(node, run, false);
    });
}

std::uint32_t Floor::NodesOf(const Allocation& units) const {
  std::uint32_t count = 0, last = 0xffffffffu;
  EachNode(units, [&](std::uint32_t node, std::uint32_t) {
    if (node != last) ++count;
    last = node;
  });
  return count;
}

void Floor::LowestOf(std::uint32_t node, std::uint32_t count, Allocation* out) const {
  for (std::uint32_t id = shape_.node_begin[node]; count > 0; ++id) {
    HR_CHECK(id < shape_.node_begin[node + 1], node, count);
    if (!free_.Has(id)) continue;
    if (!out->empty() && out->back().first + out->back().count == id) {
      ++out->back().count;
    } else {
      out->push_back({id, 1});
    }
    --count;
  }
}

}  // namespace headroom::scheduling
