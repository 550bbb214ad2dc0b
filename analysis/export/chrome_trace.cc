#include <fmt/format.h>

#include <vector>

#include "analysis/export/timeline.h"
#include "analysis/export/trace_export.h"
#include "sim/config/json.h"

namespace headroom::report {
namespace {

std::string Quoted(const std::string& text) { return config::Json::String(text).Text(); }

class ChromeSink final : public TimelineSink {
 public:
  explicit ChromeSink(Output& out) : out_(out), tracks_(1) { out_.Write("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"); }
  void Close() { out_.Write("\n]}\n"); }

  TrackId Group(const std::string& name, TrackId parent) override {
    const std::string path = parent ? tracks_[parent].name + " > " + name : name;
    const TrackId id = Add(path, 0);
    tracks_[id].group = id;
    Line(fmt::format("{{\"ph\":\"M\",\"pid\":{0},\"name\":\"process_name\",\"args\":{{\"name\":{1}}}}},\n"
                     "{{\"ph\":\"M\",\"pid\":{0},\"name\":\"process_sort_index\",\"args\":{{\"sort_index\":{0}}}}}",
                     id, Quoted(path)));
    return id;
  }
  TrackId Lane(const std::string& name, TrackId group) override {
    const TrackId id = Add(name, group);
    Line(fmt::format("{{\"ph\":\"M\",\"pid\":{},\"tid\":{},\"name\":\"thread_name\",\"args\":{{\"name\":{}}}}}", group, id,
                     Quoted(name)));
    return id;
  }
  TrackId Counter(const std::string& name, const std::string& unit, TrackId group) override {
    return Add(unit.empty() ? name : fmt::format("{} [{}]", name, unit), group);
  }
  void Begin(TrackId lane, double time, const std::string& name, const TrackNotes& notes) override {
    Line(fmt::format("{{\"ph\":\"B\",{},\"name\":{},\"args\":{}}}", Where(lane, time), Quoted(name), Args(notes)));
  }
  void End(TrackId lane, double time) override { Line(fmt::format("{{\"ph\":\"E\",{}}}", Where(lane, time))); }
  void Instant(TrackId lane, double time, const std::string& name, const TrackNotes& notes) override {
    Line(fmt::format("{{\"ph\":\"i\",\"s\":\"t\",{},\"name\":{},\"args\":{}}}", Where(lane, time), Quoted(name), Args(notes)));
  }
  void Value(TrackId counter, double time, double value) override {
    Line(fmt::format("{{\"ph\":\"C\",\"pid\":{},\"ts\":{:.3f},\"name\":{},\"args\":{{\"value\":{}}}}}", tracks_[counter].group,
                     time * 1e6, Quoted(tracks_[counter].name), value));
  }

 private:
  struct Track {
    std::string name;
    TrackId group = 0;
  };
  TrackId Add(const std::string& name, TrackId group) {
    tracks_.push_back({name, group});
    return static_cast<TrackId>(tracks_.size() - 1);
  }
  /// Times in microseconds.
  std::string Where(TrackId lane, double time) const {
    return fmt::format("\"pid\":{},\"tid\":{},\"ts\":{:.3f}", tracks_[lane].group, lane, time * 1e6);
  }
  static std::string Args(const TrackNotes& notes) {
    std::string out;
    for (const auto& [key, value] : notes) out += fmt::format("{}{}:{}", out.empty() ? "" : ",", Quoted(key), Quoted(value));
    return "{" + out + "}";
  }
  void Line(const std::string& text) {
    if (begun_) out_.Write(",\n");
    begun_ = true;
    out_.Write(text);
  }

  Output& out_;
  std::vector<Track> tracks_;  ///< the first is none
  bool begun_ = false;
};

}  // namespace

void WriteChromeTrace(const Report& report, const std::vector<std::string>& series, Output& out) {
  ChromeSink sink(out);
  TellTimeline(report, series, sink);
  sink.Close();
}

}  // namespace headroom::report
