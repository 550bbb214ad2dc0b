#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a site is made of, as numbers: filled from a scenario and its data sheets, turned into a
/// Facility by its constructor. Plain SI; rates of data in bytes per second and direction.
namespace headroom::topology {

/// Equal nodes in equal racks; the last rack may be partly filled. A rack sold as one machine is a
/// system whose nodes_per_rack are its trays.
struct SystemSpec {
  std::string name;
  std::uint32_t nodes = 0;
  std::uint32_t nodes_per_rack = 1;
  std::uint32_t accelerators_per_node = 0;  ///< 0: plain computers with one NIC each
  std::uint32_t accelerators_used =
      0;                     ///< of each rack, first ones first; the rest idle as spares; 0: all
  std::uint32_t domain = 1;  ///< accelerators joined by scale-up links
  double scale_up_bandwidth = 0.0;  ///< B/s of one accelerator, all its links
  double nic_rate = 0.0;            ///< B/s of one accelerator (of the node where it has none)
  double rack_nameplate = 0.0;      ///< W of a full rack
  double rack_mass = 0.0;           ///< kg of a full rack
  double liquid_share = 0.0;        ///< 0..1 of the rack's heat that goes to liquid
  double rack_coolant = 0.0;        ///< kg/s, design flow of a full rack
};

/// The scale-out network; every system has one of its own of this kind. Traffic between systems and
/// to storage runs over a front-end network that is left out.
struct FabricSpec {
  std::string type = "rail-optimized";  ///< a row of FabricTypes()
  double oversubscription =
      1.0;  ///< NIC bandwidth under a leaf over that of its uplinks; at least 1
  std::uint32_t switch_ports = 64;
  double switch_rate = 50e9;       ///< B/s of one port
  double switch_latency = 600e-9;  ///< s, port to port
  double cable_latency = 100e-9;   ///< s; 20 m at 5 ns/m
  std::uint32_t group = 0;         ///< of a dragonfly: switches in a group; 0: balanced
  std::uint32_t dimensions = 3;    ///< of a torus
  bool minimal_routes = false;     ///< of a dragonfly: shortest ways alone, without a third group
};

/// Where the front of a rack looks: up is to larger y, right to larger x.
enum class Facing : std::uint8_t { kDown, kUp, kLeft, kRight };

/// A rack that stands elsewhere than in its row.
struct PlacedRack {
  std::uint32_t rack = 0;  ///< from 0 over the site
  double x = 0.0;          ///< m, its centre from the room's corner
  double y = 0.0;
  std::optional<Facing> faces;  ///< absent: as in its row
};

/// Racks stand in rows, fronts facing across a cold aisle and backs across a hot aisle by turns,
/// but for those that are placed. Each system begins a row.
struct RoomSpec {
  std::uint32_t racks_per_row = 20;
  double rack_width = 0.6;  ///< m
  double rack_depth = 1.2;  ///< m
  double cold_aisle = 1.2;  ///< m, two 0.6 m tiles
  double hot_aisle = 1.2;   ///< m
  double margin = 2.0;      ///< m from every wall
  double width = 0.0;       ///< m, along the rows; 0: what the racks need
  double length = 0.0;      ///< m, across the rows; 0: what the racks need
  std::vector<PlacedRack> placed;
};

/// Utility -> blocks of one transformer and one UPS -> busways (PDUs) -> racks. Sized by nameplate:
/// what hangs below a PDU or a block fills at most `fill` of its rating; over 1 is oversubscription.
struct PowerSpec {
  double utility_limit =
      0.0;  ///< W contracted; 0: none, the utility is rated as the sum of its blocks
  double pdu_rating = 0.0;      ///< W; 0: rated to its load
  double block_rating = 2.5e6;  ///< W of a transformer and of its UPS
  double fill = 0.8;  ///< share of a rating used at nameplate (continuous load at 80 %, NEC 210.20)
  bool ups = true;
};

/// Facility loop -> CDUs -> racks with liquid heat. A CDU serves racks of one system.
struct CoolingSpec {
  double cdu_capacity = 2e6;        ///< W
  double cdu_flow = 0.0;            ///< kg/s to the racks; 0: not a limit
  std::uint32_t racks_per_cdu = 0;  ///< 0: as many as capacity and flow carry at nameplate
};

struct SiteSpec {
  std::vector<SystemSpec> systems;
  FabricSpec fabric;
  RoomSpec room;
  PowerSpec power;
  CoolingSpec cooling;
};

}  // namespace headroom::topology
