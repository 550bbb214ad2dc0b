#pragma once

#include <QString>
#include <cstdint>
#include <limits>
#include <vector>

namespace headroom::report {
class Report;
}

namespace headroom::gui {

/// What a report says about its site (docs/formats/report.md, tables below /site). Indices are rows of
/// the lists here, -1 is none. Empty lists where the report has no such table.
struct SiteMap {
  struct System {
    QString name, type;
    int racks = 0, nodes = 0, accelerators_per_node = 0, units_per_rack = 0, first_rack = 0;
    double rack_width = 0.6, rack_depth = 1.2;  ///< m
  };
  struct Rack {
    QString name;  ///< "rack-1"
    int system = -1, group = -1, pdu = -1, cdu = -1, row = 0;
    double x = 0.0, y = 0.0;  ///< m, its centre
    enum class Facing { kDown, kUp, kLeft, kRight } faces = Facing::kDown;
    bool turned() const { return faces == Facing::kLeft || faces == Facing::kRight; }
    int nodes = 0, accelerators = 0;
    double nameplate = 0.0;  ///< W
    double mass = 0.0;       ///< kg
  };
  struct Group {
    QString name, workload;
    int racks = 1, cdu = -1;
    double nameplate = 0.0;  ///< W of a rack
    double throttle = std::numeric_limits<double>::quiet_NaN();  ///< degC
    double shutdown = std::numeric_limits<double>::quiet_NaN();
  };
  enum class PowerKind { kUtility, kTransformer, kUps, kPdu };
  struct PowerUnit {
    QString name;
    PowerKind kind = PowerKind::kUtility;
    int parent = -1;
    double rating = 0.0, nameplate = 0.0;  ///< W
    std::vector<int> racks;                ///< below it, at any depth
  };
  struct Cdu {
    QString name;
    int system = -1;
    double rating = 0.0, nameplate = 0.0;  ///< W
    std::vector<int> racks;
  };
  enum class Tier { kDomain, kLeaf, kSpine, kCore };
  struct FabricPart {
    int system = -1;
    Tier tier = Tier::kDomain;
    int count = 0, cables_down = 0, cables_up = 0;
    double bandwidth = 0.0, oversubscription = 1.0;  ///< B/s
  };
  /// All links of a tier of a system, or one direction of a store; entity of the series `link_traffic`.
  struct Link {
    QString name;
    int system = -1;  ///< -1: a store
    enum class Tier { kScaleUp, kNic, kUplink, kCore, kStoreRead, kStoreWrite } tier = Tier::kNic;
    double count = 0.0, bandwidth = 0.0;  ///< B/s that all carry in one direction; 0: not told
    double mean = 0.0, peak = 0.0;        ///< utilisation over the run and of an interval; NaN: not told
  };
  /// Alike leaves of a system; entity of `leaf_traffic`.
  struct Leaf {
    int system = -1, first = 0, count = 1;
    double accelerators = 0.0, bandwidth = 0.0;  ///< of one: below it; of its uplinks [B/s]
    double mean = 0.0, peak = 0.0;
  };
  struct Placement {
    QString workload;
    int system = -1, first = 0, count = 0, first_rack = 0, last_rack = 0;
  };
  std::vector<System> systems;
  std::vector<Rack> racks;
  std::vector<Group> groups;
  std::vector<PowerUnit> power;
  std::vector<Cdu> cdus;
  std::vector<FabricPart> fabric;
  std::vector<Link> links;
  std::vector<Leaf> leaves;
  std::vector<Placement> placement;
  double utility_limit = std::numeric_limits<double>::quiet_NaN();  ///< W contracted; NaN: none

  /// Reads it; slow, for the thread that opens the report. Tables that do not fit together are left out.
  static SiteMap Of(const report::Report& report);
  /// Units first .. last of a system.
  struct Stretch {
    int system = 0, first = 0, last = 0;
  };
  /// Where units of a workload are, `count` from its `first` on.
  std::vector<Stretch> Locate(const QString& workload, int first, int count) const;
  /// The workload that holds a rack, or several; "" for none.
  QString WorkloadOf(int rack) const;
  int FindRack(const QString& name) const;
};

}  // namespace headroom::gui
