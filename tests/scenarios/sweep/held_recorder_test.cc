#include "scenarios/sweep/held_recorder.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <string>

using namespace headroom;
using namespace headroom::sweep;

namespace {

/// Writes down every call.
class Listener final : public Recorder {
 public:
  SeriesId AddSeries(const SeriesSpec& spec) override {
    calls += "+" + spec.name + " ";
    return SeriesId(count++);
  }
  void Put(SeriesId series, std::size_t entity, double value) override {
    calls += fmt::format("{}.{}={} ", series.index(), entity, value);
  }
  void EndInterval(double time) override { calls += fmt::format("|{} ", time); }
  void WriteTable(const Table& table) override { calls += table.path + " "; }
  std::string calls;
  std::uint32_t count = 0;
};

void First(Recorder& r) {
  const SeriesId a = r.AddSeries({"a", "W", "", "", "", {}}), b = r.AddSeries({"b", "W", "", "", "x", {"p", "q"}});
  r.Put(a, 0, 1.5);
  r.Put(b, 1, 2.5);
  r.EndInterval(10.0);
  r.WriteTable({"/early", "row", {}});
  r.Put(a, 0, 3.5);
}

void Second(Recorder& r) {
  r.Put(SeriesId(1), 0, 4.5);
  r.EndInterval(20.0);
  r.WriteTable({"/late", "row", {}});
}

}  // namespace

TEST_CASE("what was held and what follows are the calls of an undivided run", "[held-recorder]") {
  Listener whole, divided, other;
  First(whole);
  Second(whole);
  HeldRecorder held;
  First(held);
  CHECK(divided.calls.empty());
  held.PassOn(divided);
  Second(held);
  CHECK(divided.calls == whole.calls);
  CHECK(whole.calls == "+a +b 0.0=1.5 1.1=2.5 |10 /early 0.0=3.5 1.0=4.5 |20 /late ");
}
