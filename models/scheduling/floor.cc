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
}

void Floor::Take(const Allocation& units) {
  free_.Remove(units);
  EachNode(units, [&](std::uint32_t node, std::uint32_t n) {
    node_free_[node] -= n;
    rack_free_[rack_of_node_[node]] -= n;
  });
}

void Floor::Give(const Allocation& units) {
  free_.Add(units);
  EachNode(units, [&](std::uint32_t node, std::uint32_t n) {
    node_free_[node] += n;
    rack_free_[rack_of_node_[node]] += n;
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
