#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headroom::scheduling {

/// Nodes of one kind that are to be had at one place.
struct SiteOffer {
  std::string name, cloud;
  std::string accelerator;
  std::uint32_t per_node = 1;
  double usd_per_hour = 0.0;  ///< of a node
  std::uint32_t reserved = 0; ///< nodes that are paid for anyway
  double up = 0.0;            ///< s, mean, for which a spot node stays; 0: it is not taken away
  double back = 0.0;          ///< s, mean, until one that was taken away is to be had again
  std::string region = {};
};

/// A task; it begins when those before it have ended and their output is there.
struct SiteTask {
  std::string name;
  std::uint32_t accelerators = 1;
  std::map<std::string, double> seconds;  ///< run time by accelerator
  double output = 0.0;                    ///< B that each task after it reads
  double checkpoint = 0.0;                ///< s of progress between two states that it can go on from; 0: none
  double restart = 0.0;                   ///< s from a node's return until it goes on
  double state = 0.0;                     ///< B of a checkpoint
  std::vector<std::size_t> after = {};    ///< tasks before it in the list
};

/// What it costs and takes to move data. Inside a region it is free and takes no time, and so it is between regions of a cloud
/// that has no price for it, as for SkyPilot.
struct SiteTransfer {
  std::map<std::string, double> out;      ///< USD/B, by cloud that is left
  std::map<std::string, double> between;  ///< USD/B, by cloud, between its regions
  double rate = 1.25e9;                   ///< B/s
  bool Moves(const SiteOffer& from, const SiteOffer& to) const;
  double Usd(const SiteOffer& from, const SiteOffer& to, double bytes) const;
  double Seconds(const SiteOffer& from, const SiteOffer& to, double bytes) const { return Moves(from, to) ? bytes / rate : 0.0; }
};

/// What a task takes on an offer, in the mean.
struct SiteRun {
  double seconds = 0.0, usd = 0.0;
  double preemptions = 0.0;
  double moves = 0.0, moved_usd = 0.0;  ///< to other offers, and for the state that went along; in usd, too
};

/// On nodes that stay: the run time. On n spot nodes, each of which is taken away after an exponential time of mean `up`, all
/// of them must be there, so interruptions come at the rate l = n / up; of each stretch of c s between checkpoints
///
///     interruptions = exp(l c) - 1      held = (1 / l + restart) (exp(l c) - 1)      waiting = back (exp(l c) - 1)
///
/// (nothing is taken away during a restart). Held time is paid, waiting is not. Nothing where the task has no run time there, or
/// an interruption is so likely that it would take over 100 times as long as alone.
std::optional<SiteRun> RunOn(const SiteTask& task, const SiteOffer& offer);

/// Every task on every offer: RunOn(), or what the caller has instead.
using SiteRuns = std::vector<std::vector<std::optional<SiteRun>>>;
SiteRuns RunsOn(const std::vector<SiteTask>& tasks, const std::vector<SiteOffer>& offers);

enum class SiteGoal : std::uint8_t { kCost, kTime };

struct SitePlan {
  struct Step {
    std::size_t offer = 0;
    SiteRun run;
    double egress_seconds = 0.0, egress_usd = 0.0;  ///< of its input; the longest transfer, and all of them
    double end = 0.0;                               ///< s from the start of the first
  };
  std::vector<Step> steps;
  bool least = true;  ///< nothing is better; else the search was cut off
  double seconds() const;
  double usd() const;
};

/// The offers on which tasks cost, or take, the least together, egress included; the other breaks ties. Tasks in an order in
/// which they may run. Cost is the sum over tasks, time the end of the last one. By branch and bound over the tasks: a part of a
/// plan is given up where what is fixed and the best that the rest could do (with no egress, but in a chain) is no better than the best plan
/// known.
/// After `most` parts the best plan known is given. Nothing where a task fits no offer. (SkyPilot: dynamic programming for
/// chains, an integer program for graphs; the same least cost.)
std::optional<SitePlan> ChooseSites(const std::vector<SiteTask>& tasks, const std::vector<SiteOffer>& offers, const SiteRuns& runs,
                                    const SiteTransfer& transfer, SiteGoal goal, std::uint64_t most = 3'000'000);

}  // namespace headroom::scheduling
