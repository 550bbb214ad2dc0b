#include <cmath>

#include "analysis/export/perfetto.pb.h"
#include "analysis/export/timeline.h"
#include "analysis/export/trace_export.h"

namespace headroom::report {
namespace {

constexpr std::uint32_t kSequence = 1;
constexpr std::uint32_t kIncrementalStateCleared = 1;

class PerfettoSink final : public TimelineSink {
 public:
  explicit PerfettoSink(Output& out) : out_(out) {}

  TrackId Group(const std::string& name, TrackId parent) override { return Add(name, parent, nullptr); }
  TrackId Lane(const std::string& name, TrackId group) override { return Add(name, group, nullptr); }
  TrackId Counter(const std::string& name, const std::string& unit, TrackId group) override {
    return Add(name, group, &unit);
  }
  void Begin(TrackId lane, double time, const std::string& name, const TrackNotes& notes) override {
    Event(lane, time, perfetto::TrackEvent::TYPE_SLICE_BEGIN, &name, notes);
  }
  void End(TrackId lane, double time) override {
    Event(lane, time, perfetto::TrackEvent::TYPE_SLICE_END, nullptr, {});
  }
  void Instant(TrackId lane, double time, const std::string& name, const TrackNotes& notes) override {
    Event(lane, time, perfetto::TrackEvent::TYPE_INSTANT, &name, notes);
  }
  void Value(TrackId counter, double time, double value) override {
    auto* e = At(time);
    e->set_type(perfetto::TrackEvent::TYPE_COUNTER);
    e->set_track_uuid(counter);
    e->set_double_counter_value(value);
    Write();
  }

 private:
  TrackId Add(const std::string& name, TrackId parent, const std::string* unit) {
    packet_.Clear();
    auto* t = packet_.mutable_track_descriptor();
    t->set_uuid(++tracks_);
    t->set_name(name);
    if (parent) t->set_parent_uuid(parent);
    if (unit) t->mutable_counter()->set_unit_name(*unit);
    Write();
    return tracks_;
  }
  perfetto::TrackEvent* At(double time) {
    packet_.Clear();
    packet_.set_timestamp(static_cast<std::uint64_t>(std::llround(std::max(0.0, time) * 1e9)));
    return packet_.mutable_track_event();
  }
  void Event(TrackId lane, double time, perfetto::TrackEvent::Type type, const std::string* name, const TrackNotes& notes) {
    auto* e = At(time);
    e->set_type(type);
    e->set_track_uuid(lane);
    if (name) e->set_name(*name);
    for (const auto& [key, value] : notes) {
      auto* a = e->add_debug_annotations();
      a->set_name(key);
      a->set_string_value(value);
    }
    Write();
  }
  /// One packet of the Trace message: field 1, length-delimited.
  void Write() {
    packet_.set_trusted_packet_sequence_id(kSequence);
    if (!begun_) packet_.set_sequence_flags(kIncrementalStateCleared);
    begun_ = true;
    body_.clear();
    packet_.AppendToString(&body_);
    head_.assign(1, '\x0a');
    for (std::size_t n = body_.size(); ; n >>= 7) {
      head_ += static_cast<char>((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
      if (n <= 0x7f) break;
    }
    out_.Write(head_);
    out_.Write(body_);
  }

  Output& out_;
  perfetto::TracePacket packet_;
  std::string head_, body_;
  TrackId tracks_ = 0;
  bool begun_ = false;
};

}  // namespace

void WritePerfetto(const Report& report, const std::vector<std::string>& series, Output& out) {
  PerfettoSink sink(out);
  TellTimeline(report, series, sink);
}

}  // namespace headroom::report
