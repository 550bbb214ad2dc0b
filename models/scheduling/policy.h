#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/scheduling/admission.h"
#include "models/scheduling/multifactor.h"
#include "models/scheduling/queue_order.h"

namespace headroom::scheduling {

/// When a pass is made: once after all events of an instant, or after each event, submissions before ends.
enum class Passes : std::uint8_t { kPerInstant, kPerEvent };

struct PolicyOptions {
  Passes passes = Passes::kPerInstant;
  Reservations reservations = Reservations::kCount;
  EasyOptions easy;
  PlannedOptions planned;
  MultifactorOptions multifactor;
  GangOptions gang;
  QuotaOptions quota;
  LasOptions las;
  ElasticOptions elastic;
  GavelOptions gavel;
  ProportionOptions proportion;
};

/// A policy: an order of the queue and an admission. Placement and preemption are chosen beside it.
struct PolicyRow {
  const char* name;
  const char* text;
  std::unique_ptr<QueueOrder> (*order)(const PolicyOptions& options, const Cluster& cluster);
  std::unique_ptr<Admission> (*admission)(const PolicyOptions& options, const Cluster& cluster);
};

/// Whether a policy can make a job wait for a place or for power (Cluster::picky()).
bool WaitsForPlaces(const std::string& policy);

const std::vector<PolicyRow>& PolicyTable();
/// Null if no row has that name.
const PolicyRow* FindPolicy(const std::string& name);

}  // namespace headroom::scheduling
