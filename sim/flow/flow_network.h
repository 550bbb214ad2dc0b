#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/core/balance.h"
#include "sim/core/id.h"
#include "sim/core/quantity.h"
#include "sim/engine/engine.h"

namespace headroom {

using FlowLinkId = Id<struct FlowLinkTag>;
using FlowRouteId = Id<struct FlowRouteTag>;

/// One flow; ids ascend in the order of opening. 0 is no flow.
struct FlowId {
  std::uint64_t value = 0;
  bool valid() const { return value != 0; }
  friend constexpr auto operator<=>(FlowId a, FlowId b) = default;
};

/// Links shared by flows: fabric links, disks, anything with a rate that its users divide.
///
/// A flow first waits for the latencies of its links, holding no share, then moves its bytes at a
/// rate that is max-min fair over all flows that move: no flow's rate per weight can be raised
/// without lowering that of a flow with the same rate per weight or less. It ends at the first
/// whole nanosecond at which all its bytes are moved; flows that end at one instant report in the
/// order of their opening, in Phase::kCompletion.
///
/// Left out: packets, queues, losses, congestion control that converges over round trips (rates
/// adapt at once).
class FlowNetwork {
 public:
  virtual ~FlowNetwork();
  FlowNetwork(const FlowNetwork&) = delete;
  FlowNetwork& operator=(const FlowNetwork&) = delete;

  /// A bandwidth of zero stalls the flows that cross it.
  FlowLinkId AddLink(std::string name, DataRate bandwidth, Duration latency = {});
  /// A route over distinct links, at least one; equal lists are one route.
  FlowRouteId AddRoute(const std::vector<FlowLinkId>& links);
  void SetBandwidth(FlowLinkId link, DataRate bandwidth);

  /// Opens a flow of `bytes` (finite, >= 0) now. `weight` > 0 is its share relative to others; k
  /// equal flows fold into one of k times the bytes and the weight k. `on_done` runs when all bytes
  /// are moved, never within Open().
  FlowId Open(FlowRouteId route, double bytes, double weight, Callback on_done);
  /// Ends a flow without `on_done`; false if it has ended.
  bool Cancel(FlowId flow);

  bool IsOpen(FlowId flow) const { return Find(flow) != nullptr; }
  /// The rate at this instant; zero while the flow waits for its latency, and once it has ended.
  DataRate Rate(FlowId flow);
  /// The rates of all flows that cross a link now.
  DataRate Load(FlowLinkId link);
  /// Bytes that are still to be moved; 0 once it has ended.
  double Remaining(FlowId flow);
  /// Bytes opened = bytes moved over the links + bytes not moved (in flight, or withdrawn by
  /// Cancel()). Bytes moved are integrated from rates, apart from the flows' own bookkeeping.
  Balance Bytes();

  std::size_t open_flows() const { return open_; }
  std::size_t links() const { return links_.size(); }
  DataRate bandwidth(FlowLinkId link) const;
  const std::string& name(FlowLinkId link) const { return links_[link.index()].name; }

 protected:
  struct Link {
    std::string name;
    double bandwidth;  ///< B/s
    Duration latency;
  };
  struct Route {
    std::vector<std::uint32_t> links;
    Duration latency;
  };
  enum class Stage : std::uint8_t { kFree, kLatency, kMoving, kMoved };
  struct Flow {
    FlowId id;
    FlowRouteId route;
    Stage stage = Stage::kFree;
    double bytes = 0.0;
    double weight = 1.0;
    EventId event;  ///< end of latency, or the report
    Callback on_done;
  };

  explicit FlowNetwork(Engine* engine) : engine_(*engine) {}

  /// What a solver does. Flows are named by their place in the table, `flow(place)`.
  virtual void Started(std::uint32_t place) = 0;
  virtual void Stopped(std::uint32_t place) = 0;
  virtual void BandwidthChanged(std::uint32_t link) = 0;
  virtual double RateOf(std::uint32_t place) = 0;       ///< B/s
  virtual double RemainingOf(std::uint32_t place) = 0;  ///< B
  virtual double LoadOf(std::uint32_t link) = 0;        ///< B/s
  virtual double MovedBytes() = 0;  ///< of flows that moved, integrated from rates up to now

  /// To be called by the solver, in Phase::kCompletion of the instant at which a flow's bytes are
  /// moved.
  void Moved(std::uint32_t place);

  static constexpr std::uint32_t kPlaceBits = 24;
  static constexpr std::uint32_t PlaceOf(FlowId id) { return id.value & ((1u << kPlaceBits) - 1); }
  Flow& flow(std::uint32_t place) { return flows_[place]; }
  const Link& link(std::uint32_t index) const { return links_[index]; }
  const Route& route(FlowRouteId id) const { return routes_[id.index()]; }
  std::size_t routes() const { return routes_.size(); }
  Engine& engine() const { return engine_; }

 private:
  const Flow* Find(FlowId id) const;
  void ReportAt(std::uint32_t place, Instant at);
  void ReportMoved();
  void Report(std::uint32_t place);
  void Free(std::uint32_t place);

  Engine& engine_;
  std::vector<Link> links_;
  std::vector<Route> routes_;
  std::map<std::vector<std::uint32_t>, FlowRouteId> route_of_;
  std::vector<Flow> flows_;
  std::vector<std::uint32_t> free_;
  std::vector<FlowId> moved_;  ///< now, to be put into order
  EventId report_;
  std::size_t open_ = 0;
  std::uint64_t sequence_ = 0;
  Balance ledger_{"bytes opened and withdrawn"};  ///< in: opened; stored: withdrawn
};

}  // namespace headroom
