#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/plant/plant.h"
#include "scenarios/build/link_record.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// Closes a recording interval every `record.every` (default: about a thousand in the run, whole plant steps): the
/// plant's means, tokens per second and outstanding requests of each workload, traffic of links. Observing changes nothing.
class SiteRecord {
 public:
  SiteRecord(Engine& engine, Recorder& recorder, const schema::Scenario& scenario, plant::Plant& plant,
             const std::vector<std::unique_ptr<Work>>& works, LinkSite links, double expected_seconds);
  void Start();
  LinkRecord& links() { return links_; }
  /// Closes the last, shorter interval and writes the events.
  void Finish();

 private:
  void Schedule();
  void Close();

  Engine& engine_;
  Recorder& recorder_;
  plant::Plant& plant_;
  const std::vector<std::unique_ptr<Work>>& works_;
  Duration every_;
  Instant last_;
  EventId next_;
  SeriesId tokens_, outstanding_, waiting_, running_, cache_;
  std::vector<std::size_t> with_tokens_, with_requests_;
  std::vector<double> tokens_before_;
  LinkRecord links_;
};

}  // namespace headroom::scenario
