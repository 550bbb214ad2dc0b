#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/sweep/plan.h"

namespace headroom::sweep {

/// How far a point is.
enum class PointState : std::uint8_t {
  kLeft,       ///< no report yet
  kDone,       ///< its report is whole
  kForbidden,  ///< its report is whole and says that the run cannot be (out of memory)
  kFailed,     ///< no report; its log says why
};

/// The folder of a sweep: the only thing that its parts share, whatever runs the points.
///
///     plan.json, points.jsonl   the plan; plan.json comes last and makes it whole
///     reports/ID.h5             a report with this name is whole
///     failed/ID.EXIT.log        what a failed point printed; EXIT 3: its report is there too
///     rows/                     figures of finished points, to collect them fast; see rows.h
///     work/                     what is being written
///     sweep.h5                  collected; collected.key tells from what
class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }
  std::string report(const std::string& id) const { return path_ + "/reports/" + id + ".h5"; }
  std::string failed() const { return path_ + "/failed"; }
  std::string work() const { return path_ + "/work"; }
  std::string rows() const { return path_ + "/rows"; }
  std::string log(const std::string& id, int exit) const;
  std::string collected() const { return path_ + "/sweep.h5"; }
  std::string collected_key() const { return path_ + "/collected.key"; }

  /// Makes the folders. @throws IoError
  void Create() const;
  void WritePlan(const Plan& plan) const;
  /// The digest of the plan in the folder; nothing if there is none.
  std::optional<std::string> Digest() const;
  /// @throws ConfigError if the folder holds no plan.
  Plan ReadPlan() const;
  /// The state of every point, from names of files alone.
  std::vector<PointState> States(const Plan& plan) const;
  /// Points with a log in failed/, sorted.
  std::vector<std::string> Logged() const;
  /// Exit status in the name of a point's log; 0 without one.
  int FailedExit(const std::string& id) const;
  /// Removes the logs of earlier attempts of a point, all but the one with `keep`.
  void ForgetFailure(const std::string& id, int keep = 0) const;
  /// Points under way: partial reports in work/.
  std::size_t Running() const;
  void ClearWork() const;

 private:
  std::string path_;
};

}  // namespace headroom::sweep
