#pragma once

#include <string>
#include <vector>

#include "scenarios/build/load_groups.h"
#include "scenarios/build/work.h"
#include "sim/probe/recorder.h"
#include "topology/facility.h"

namespace headroom::scenario {

/// What a recording of links looks at; all of it outlives the record.
struct LinkSite {
  const std::vector<std::unique_ptr<Work>>& works;
  const std::vector<std::vector<Slice>>& slices;  ///< by workload
  const std::vector<SystemStock>& systems;
  const topology::Facility& site;
  const LoadGroups& groups;
  const SiteServices& services;
  std::vector<std::string> names;        ///< of workloads
  std::vector<std::string> group_names;  ///< entities of the plant's series by rack group
};

/// Traffic of links over time: by tier of each system's network, by leaf, by rack group, by store.
///
/// Works say what their parts have sent; a part's accelerators share it evenly. Leaves that do the same stand in one row. A link's
/// use is that of its busier direction over what all links of the tier, leaf or group carry together. What leaves
/// carry, what rack groups carry and what workloads say they sent are balanced at the end.
class LinkRecord {
 public:
  LinkRecord(Recorder& recorder, LinkSite site);
  /// A workload that queued lies on these slices from now on.
  void Place(std::size_t work, const std::vector<Slice>& slices);
  /// Puts the means of the interval of `seconds` that ends at `now`.
  void Close(Instant now, double seconds);
  /// Writes /site/links, /site/leaves and /site/traffic; metrics of the network.
  void Finish(MetricSet* metrics);

 private:
  /// Whether the workloads of a system say what they send: all of them, some, or none, whose traffic is missing then.
  enum class Knowledge : std::uint8_t { kAll, kSome, kNone };
  struct Use {
    network::Traffic bytes;  ///< of the interval
    double total = 0.0;      ///< of the run, told at its end
    double peak = 0.0;
  };
  struct Leaf {
    std::uint32_t system = 0, first = 0, count = 1;  ///< alike leaves from number `first` of the system
    double accelerators = 0.0, nic = 0.0, uplinks = 0.0;  ///< of one; B/s
    Use use;  ///< of one
  };
  struct Link {
    std::string name;
    int system = -1;
    std::uint8_t tier = 0;
    double count = 0.0, capacity = 0.0;  ///< links; B/s of all in one direction, 0: not told
    Knowledge known = Knowledge::kAll;
    Use use;
  };
  /// A part of a workload, and where its accelerators are.
  struct Part {
    std::size_t work = 0;
    std::uint32_t first = 0, count = 0;
    network::Traffic before;
    std::vector<std::pair<std::size_t, double>> leaves;   ///< leaf, share of the part on one such leaf
    std::vector<std::pair<std::size_t, double>> systems;  ///< system, share
  };
  void FindParts();
  void FindLeaves(bool merge);
  void Locate(Part* part, const std::vector<Slice>& slices);
  void FindKnowledge();
  void AddLinks();
  void Announce();
  void Share(const Part& part, const network::Traffic& bytes);
  double Put(SeriesId traffic, SeriesId use, std::size_t entity, double bytes, double seconds, double capacity);
  void AddUp();
  void CheckBalance() const;
  void WriteTables() const;
  network::Traffic Sent() const;

  Recorder& recorder_;
  LinkSite site_;
  std::vector<std::vector<Slice>> slices_;
  std::vector<Part> parts_;
  std::vector<std::size_t> first_leaf_;  ///< by system, before merging
  std::vector<std::size_t> row_of_leaf_;  ///< rows of leaves_
  std::vector<Leaf> leaves_;
  std::vector<Link> links_;
  std::vector<std::size_t> first_link_;  ///< by system
  std::vector<Knowledge> known_;         ///< by system
  std::vector<power::LinkMeters> groups_before_;
  std::vector<double> stores_before_;
  network::Traffic in_leaves_;   ///< of the run, as recorded by leaf
  double seconds_ = 0.0;
  SeriesId link_traffic_, link_use_, leaf_traffic_, leaf_use_, nic_traffic_, nic_use_;
};

}  // namespace headroom::scenario
