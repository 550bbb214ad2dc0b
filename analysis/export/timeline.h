#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

using TrackId = std::uint32_t;  ///< 0: none

/// Name and value, both as text.
using TrackNotes = std::vector<std::pair<std::string, std::string>>;

/// What a run did over time, told track by track; times in seconds from the start. Slices of a lane nest, and those of one
/// lane come in order of time.
class TimelineSink {
 public:
  virtual ~TimelineSink() = default;
  virtual TrackId Group(const std::string& name, TrackId parent) = 0;
  virtual TrackId Lane(const std::string& name, TrackId group) = 0;
  virtual TrackId Counter(const std::string& name, const std::string& unit, TrackId group) = 0;
  virtual void Begin(TrackId lane, double time, const std::string& name, const TrackNotes& notes) = 0;
  virtual void End(TrackId lane, double time) = 0;
  virtual void Instant(TrackId lane, double time, const std::string& name, const TrackNotes& notes) = 0;
  virtual void Value(TrackId counter, double time, double value) = 0;
};

/// Tells `report` to `sink`:
///
///     site                events; counters of the series that are one for the site
///     site > SERIES       a counter per entity (group of racks, loop, ...)
///     WORKLOAD            steps of training; requests by replica, each with its wait for the first token and the rest
///     SYSTEM > rack-N     the jobs that held units of the rack
///
/// What overlaps on a track is spread over lanes. A value of a series stands from the begin of its interval; equal ones in
/// a row are told once, missing ones not at all. Beside the steps of a workload stand the parts of a step, by the run's
/// figures for its median step: sizes, not order. Series are read in blocks; the largest thing held is one table.
/// `series`: only these; empty: all. @throws ConfigError for a name that the report does not have.
void TellTimeline(const Report& report, const std::vector<std::string>& series, TimelineSink& sink);

}  // namespace headroom::report
