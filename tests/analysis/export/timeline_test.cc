#include "analysis/export/timeline.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analysis/export/worked_report.h"

using namespace headroom::report;

namespace {

/// Writes down what it is told, with the path of each track.
class Notebook final : public TimelineSink {
 public:
  TrackId Group(const std::string& name, TrackId parent) override { return Add(name, parent); }
  TrackId Lane(const std::string& name, TrackId group) override { return Add(name, group); }
  TrackId Counter(const std::string& name, const std::string& unit, TrackId group) override {
    return Add(name + " [" + unit + "]", group);
  }
  void Begin(TrackId lane, double time, const std::string& name, const TrackNotes&) override {
    lines.push_back(fmt::format("{} +{} {}", tracks_[lane], time, name));
  }
  void End(TrackId lane, double time) override { lines.push_back(fmt::format("{} -{}", tracks_[lane], time)); }
  void Instant(TrackId lane, double time, const std::string& name, const TrackNotes& notes) override {
    lines.push_back(fmt::format("{} !{} {} {}", tracks_[lane], time, name, notes.empty() ? "" : notes.back().second));
  }
  void Value(TrackId counter, double time, double value) override {
    lines.push_back(fmt::format("{} {}={}", tracks_[counter], time, value));
  }
  std::vector<std::string> Of(const std::string& track) const {
    std::vector<std::string> out;
    for (const std::string& l : lines)
      if (l.starts_with(track + " ")) out.push_back(l.substr(track.size() + 1));
    return out;
  }
  std::vector<std::string> lines;

 private:
  TrackId Add(const std::string& name, TrackId parent) {
    tracks_.push_back(parent ? tracks_[parent] + "/" + name : name);
    return static_cast<TrackId>(tracks_.size() - 1);
  }
  std::vector<std::string> tracks_ = {""};
};

using Lines = std::vector<std::string>;

Notebook Told(const std::vector<std::string>& series = {}) {
  const WorkedFolder folder;
  Notebook notebook;
  TellTimeline(WorkedReport(folder), series, notebook);
  return notebook;
}

}  // namespace

TEST_CASE("a value stands from the begin of its interval; equal ones are told once", "[timeline]") {
  const Notebook n = Told();
  const Lines site = n.Of("site/site_power [W]");
  REQUIRE(site.size() == 9);
  CHECK(site[0] == "0=1000");
  CHECK(site[1] == "20=2000");
  CHECK(site[8] == "90=9000");
  // Missing in the first interval, zero ever after.
  CHECK(n.Of("site/rack_power/rack-2 [W]") == Lines{"10=0"});
}

TEST_CASE("only the series that are asked for", "[timeline]") {
  const Notebook n = Told({"rack_power"});
  CHECK(n.Of("site/site_power [W]").empty());
  CHECK(n.Of("site/rack_power/rack-1 [W]").size() == 10);
  CHECK_THROWS_WITH(Told({"rak_power"}), Catch::Contains("rak_power"));
}

TEST_CASE("jobs stand on every rack that they hold, overlaps on lanes of their own", "[timeline]") {
  const Notebook n = Told();
  // Job 8 holds unit 0 (rack 1); job 7 units 2-5 and job 9 from unit 6 on are elsewhere.
  CHECK(n.Of("a/rack-1/jobs 1") == Lines{"+20 job 8", "-60"});
  CHECK(n.Of("a/rack-2/jobs 1") == Lines{"+10 job 7", "-40"});
  CHECK(n.Of("b/rack-3/jobs 1") == Lines{"+50 job 9", "-100"});
  CHECK(n.Of("b/rack-4/jobs 1") == Lines{"+50 job 9", "-100"});
  CHECK(n.Of("b/rack-5/jobs 1").empty());
}

TEST_CASE("requests wait and are answered, two at a time on two lanes", "[timeline]") {
  const Notebook n = Told();
  CHECK(n.Of("chat/replica 0/requests 1") ==
        Lines{"+0 request 1", "+0 to the first token", "-1", "+1 to the last token", "-4", "-4", "+6 request 3",
              "+6 to the first token", "-7", "+7 to the last token", "-8", "-8"});
  CHECK(n.Of("chat/replica 0/requests 2").size() == 6);
  CHECK(n.Of("chat/not answered") == Lines{"!7 request 4 rejected"});
}

TEST_CASE("the parts of a step fill it, largest first", "[timeline]") {
  const Notebook n = Told();
  CHECK(n.Of("train/steps").size() == 6);
  const Lines parts = n.Of("train/parts of a step (sizes, not order)");
  REQUIRE(parts.size() == 12);
  CHECK(parts[8] == "+30 compute");
  CHECK(parts[9] == "-60");
  CHECK(parts[10] == "+60 bubble");
  CHECK(parts[11] == "-80");
}

TEST_CASE("events are instants of the site", "[timeline]") {
  CHECK(Told().Of("site/events") == Lines{"!30 throttle clock falls"});
}
