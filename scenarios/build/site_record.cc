#include "scenarios/build/site_record.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace headroom::scenario {
namespace {

constexpr double kSamples = 1000.0;

Duration Cadence(const schema::Scenario& scenario, double expected_seconds) {
  const double step = scenario.run().plant_step();
  const double wanted = scenario.record().has_every() ? scenario.record().every() : expected_seconds / kSamples;
  return Duration::FromSeconds(std::max(1.0, std::round(wanted / step)) * step);
}

Table EventTable(const std::vector<WorkEvent>& events) {
  std::vector<double> time;
  std::vector<std::string> kind, where, what;
  for (const WorkEvent& e : events) {
    time.push_back(e.time);
    kind.push_back(e.kind);
    where.push_back(e.where);
    what.push_back(e.what);
  }
  return {"/events",
          "event",
          {{"time", "s", "time from the start", time, {}},
           {"kind", "", "what sort of event", kind, {}},
           {"where", "", "group, unit or workload", where, {}},
           {"what", "", "in words", what, {}}}};
}

}  // namespace

SiteRecord::SiteRecord(Engine& engine, Recorder& recorder, const schema::Scenario& scenario, plant::Plant& plant,
                       const std::vector<std::unique_ptr<Work>>& works, LinkSite links, double expected_seconds)
    : engine_(engine),
      recorder_(recorder),
      plant_(plant),
      works_(works),
      every_(Cadence(scenario, expected_seconds)),
      links_(recorder, std::move(links)) {
  std::vector<std::string> with_tokens, with_requests;
  for (std::size_t w = 0; w < works_.size(); ++w) {
    if (works_[w]->Tokens()) {
      with_tokens_.push_back(w);
      with_tokens.push_back(scenario.workloads(static_cast<int>(w)).name());
    }
    if (works_[w]->Queue()) {
      with_requests_.push_back(w);
      with_requests.push_back(scenario.workloads(static_cast<int>(w)).name());
    }
  }
  tokens_before_.assign(with_tokens_.size(), 0.0);
  plant_.Announce(recorder_);
  tokens_ = recorder_.AddSeries({"tokens_per_second", "s-1", "tokens trained or put out per second, by workload",
                                 "time: mean", "workload", with_tokens});
  outstanding_ = recorder_.AddSeries({"outstanding_requests", "1", "requests that wait or are being answered",
                                      "time: point", "deployment", with_requests});
  waiting_ = recorder_.AddSeries({"waiting_requests", "1", "requests that wait: before stages, in queues, between pools or tries",
                                  "time: point", "deployment", with_requests});
  running_ = recorder_.AddSeries({"running_requests", "1", "requests in the batches of replicas", "time: point", "deployment", with_requests});
  cache_ = recorder_.AddSeries({"kv_cache_use", "1", "share of the KV blocks of replicas that are on which requests hold", "time: point",
                                "deployment", with_requests});
  links_.Announce();
}

void SiteRecord::Start() { Schedule(); }

void SiteRecord::Schedule() {
  next_ = engine_.After(every_, Phase::kObserve, [this] {
    Close();
    Schedule();
  });
}

void SiteRecord::Close() {
  const Instant now = engine_.now();
  const double seconds = (now - last_).seconds();
  if (seconds <= 0.0) return;
  plant_.RecordNow();
  for (std::size_t i = 0; i < with_tokens_.size(); ++i) {
    const double tokens = *works_[with_tokens_[i]]->Tokens();
    recorder_.Put(tokens_, i, (tokens - tokens_before_[i]) / seconds);
    tokens_before_[i] = tokens;
  }
  for (std::size_t i = 0; i < with_requests_.size(); ++i) {
    const QueueState queue = *works_[with_requests_[i]]->Queue();
    recorder_.Put(outstanding_, i, queue.waiting + queue.running);
    recorder_.Put(waiting_, i, queue.waiting);
    recorder_.Put(running_, i, queue.running);
    recorder_.Put(cache_, i, queue.cache);
  }
  links_.Close(now, seconds);
  recorder_.EndInterval(now.seconds());
  last_ = now;
}

void SiteRecord::Finish() {
  engine_.Cancel(next_);
  Close();
  std::vector<WorkEvent> events;
  for (const plant::PlantEvent& e : plant_.events())
    events.push_back({e.time, e.kind, e.where, e.what});
  for (const auto& work : works_) {
    const std::vector<WorkEvent> own = work->Events();
    events.insert(events.end(), own.begin(), own.end());
  }
  std::stable_sort(events.begin(), events.end(), [](const WorkEvent& a, const WorkEvent& b) { return a.time < b.time; });
  if (!events.empty()) recorder_.WriteTable(EventTable(events));
}

}  // namespace headroom::scenario
