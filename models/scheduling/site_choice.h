#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headroom::scheduling {

/// Nodes of one kind that are to be had at one place.
struct SiteOffer {
  std::string name, cloud;  ///< data moves inside a cloud for nothing and in no time
  std::string accelerator;
  std::uint32_t per_node = 1;
  double usd_per_hour = 0.0;  ///< of a node
  std::uint32_t reserved = 0; ///< nodes that are paid for anyway
  double up = 0.0;            ///< s, mean, for which a spot node stays; 0: it is not taken away
  double back = 0.0;          ///< s, mean, until one that was taken away is to be had again
};

/// A task of a chain; it begins when the one before has ended and its output is there.
struct SiteTask {
  std::string name;
  std::uint32_t accelerators = 1;
  std::map<std::string, double> seconds;  ///< run time by accelerator
  double output = 0.0;                    ///< B that the next task reads
  double checkpoint = 0.0;                ///< s of progress between two states that it can go on from; 0: none
  double restart = 0.0;                   ///< s from a node's return until it goes on
};

/// What a task takes on an offer, in the mean.
struct SiteRun {
  double seconds = 0.0, usd = 0.0;
  double preemptions = 0.0;
};

/// On nodes that stay: the run time. On n spot nodes, each of which is taken away after an exponential time of mean `up`, all
/// of them must be there, so interruptions come at the rate l = n / up; of each stretch of c s between checkpoints
///
///     interruptions = exp(l c) - 1      held = (1 / l + restart) (exp(l c) - 1)      waiting = back (exp(l c) - 1)
///
/// (nothing is taken away during a restart). Held time is paid, waiting is not. Nothing where the task has no run time there, or
/// an interruption is so likely that it would take over 100 times as long as alone.
std::optional<SiteRun> RunOn(const SiteTask& task, const SiteOffer& offer);

enum class SiteGoal : std::uint8_t { kCost, kTime };

struct SitePlan {
  struct Step {
    std::size_t offer = 0;
    SiteRun run;
    double egress_seconds = 0.0, egress_usd = 0.0;  ///< of its input
  };
  std::vector<Step> steps;
  double seconds() const;
  double usd() const;
};

/// The offers for a chain of tasks that cost, or take, the least, egress included, by dynamic programming over the chain
/// (SkyPilot's optimizer for chains). Data between clouds costs `egress` USD/B of the cloud that it leaves, and moves at
/// `rate` B/s. Nothing where a task fits no offer.
std::optional<SitePlan> ChooseSites(const std::vector<SiteTask>& tasks, const std::vector<SiteOffer>& offers,
                                    const std::map<std::string, double>& egress, double rate, SiteGoal goal);

}  // namespace headroom::scheduling
