#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "models/jobs/batch_job.h"
#include "models/scheduling/job.h"
#include "scenarios/build/shared_uplinks.h"
#include "scenarios/build/site_services.h"

namespace headroom::scenario {

/// How jobs slow each other.
///
/// With `speed: modelled` a job that says its traffic shares the uplinks of the leaves between which it lies, as training does
/// (SharedUplinks), and streams what it reads from its store (storage::StoreService). Alone, on links that suffice, a second of its run time
/// is `exchange` seconds of transfers and computation beside them, not at once; reads come ahead of their use:
///
///     pace = min(1 / ((1 - exchange) / clock + exchange shortage stretch), read rate / demand)
///
/// Jobs that share an accelerator (jobs.sharing.interference f) go at 1 / (1 + f o) of that, o the accelerators' worth of others on
/// theirs. Cycles of exchanges are a second long, which is assumed. A job that something else slows still asks for all of its reads.
class JobContention {
 public:
  /// `stream` says which jobs of the list they are. Errors go to the context.
  JobContention(const WorkSite& site, const jobs::JobStream& stream, std::uint32_t parts);
  bool active() const { return !traffic_.empty() || interference_ > 0.0; }
  /// `on_pace` is called, in an event of its own at the same instant, for each running job whose pace may have changed.
  void Start(std::function<void(scheduling::JobIndex)> on_pace) { on_pace_ = std::move(on_pace); }
  void Share(SharedUplinks& uplinks) { uplinks_ = &uplinks; }
  void Begin(scheduling::JobIndex job, const scheduling::Allocation& units, std::uint32_t nodes);
  void End(scheduling::JobIndex job);
  /// Of a job whose accelerators' clock lets it go at `clock`.
  double Pace(scheduling::JobIndex job, double clock) const;

 private:
  struct Traffic {
    double exchange = 0.0;
    double read = 0.0;  ///< B/s of an accelerator
    storage::StoreService* store = nullptr;
  };
  struct Run {
    std::vector<Slice> slices;
    double accelerators = 0.0;
    double shortage = 0.0;   ///< 0: it does not leave its leaf
    double stretch = 1.0;
    double reads = 1.0;      ///< of what it asks for
    double beside = 0.0;     ///< accelerators' worth of others on its accelerators
    std::uint32_t accelerator = ~0u;  ///< that it has a part of
    std::uint32_t units = 0;
    std::size_t member = 0;  ///< of the uplinks
    std::uint64_t flow = 0;  ///< of the store
  };
  const Traffic* Of(scheduling::JobIndex job) const;
  std::vector<Slice> SlicesOf(const scheduling::Allocation& units) const;
  void Neighbours(std::uint32_t accelerator);
  void Change(scheduling::JobIndex job);
  void Settle();

  Engine& engine_;
  std::vector<Slice> slices_;
  std::uint32_t parts_;
  double interference_ = 0.0;
  std::map<std::uint32_t, Traffic> traffic_;  ///< by job; kAll: of all others
  static constexpr std::uint32_t kAll = ~0u;
  SharedUplinks* uplinks_ = nullptr;
  std::function<void(scheduling::JobIndex)> on_pace_;
  std::map<scheduling::JobIndex, Run> runs_;
  std::map<std::uint32_t, std::set<scheduling::JobIndex>> on_accelerator_;
  std::set<scheduling::JobIndex> changed_;
  bool moved_ = false, due_ = false;
};

}  // namespace headroom::scenario
