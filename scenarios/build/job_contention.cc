#include "scenarios/build/job_contention.h"

#include <fmt/format.h>

#include <algorithm>

namespace headroom::scenario {

JobContention::JobContention(const WorkSite& site, const jobs::JobStream& stream, std::uint32_t parts)
    : engine_(site.engine), slices_(site.slices), parts_(parts), interference_(site.workload.jobs().sharing().interference()) {
  const schema::Jobs& j = site.workload.jobs();
  const bool modelled = j.speed() == "modelled";
  const auto read = [&](std::uint32_t job, const schema::JobTraffic& t, const std::string& path) {
    if (!modelled) return site.context.Error(path, fmt::format("needs {}.jobs.speed: modelled; recorded run times stay", site.path));
    Traffic traffic{t.exchange(), t.read(), nullptr};
    if (t.read() > 0.0 && t.store().empty()) site.context.Error(path + ".store", "is due with read");
    if (!t.store().empty()) traffic.store = site.services.Store(t.store(), path + ".store");
    traffic_.emplace(job, traffic);
  };
  if (j.has_traffic()) read(kAll, j.traffic(), site.path + ".jobs.traffic");
  for (std::uint32_t i = 0; i < stream.size(); ++i) {
    const std::int64_t id = stream[i].id;
    if (id < 1 || id > j.list_size()) continue;
    const schema::ListedJob& l = j.list(static_cast<int>(id) - 1);
    if (l.has_traffic()) read(i, l.traffic(), fmt::format("{}.jobs.list[{}].traffic", site.path, l.name()));
  }
  if (modelled && traffic_.empty())
    site.context.Error(site.path + ".jobs.speed", "is modelled, and no job says its traffic; what else jobs share (clock, power) acts on recorded ones too");
}

const JobContention::Traffic* JobContention::Of(scheduling::JobIndex job) const {
  auto it = traffic_.find(job);
  if (it == traffic_.end()) it = traffic_.find(kAll);
  return it == traffic_.end() ? nullptr : &it->second;
}

/// Accelerators of the workload, in the order of its slices, as slices of systems.
std::vector<Slice> JobContention::SlicesOf(const scheduling::Allocation& units) const {
  std::vector<Slice> out;
  for (const scheduling::UnitRun& run : units) {
    std::uint32_t at = run.first / parts_, due = (run.first + run.count - 1) / parts_ - at + 1, begin = 0;
    for (const Slice& s : slices_) {
      if (due > 0 && at < begin + s.count) {
        const std::uint32_t n = std::min(due, begin + s.count - at);
        out.push_back({s.system, s.first + at - begin, n});
        at += n;
        due -= n;
      }
      begin += s.count;
    }
  }
  return out;
}

void JobContention::Begin(scheduling::JobIndex job, const scheduling::Allocation& units, std::uint32_t nodes) {
  if (!active()) return;
  Run& run = runs_[job];
  run.units = scheduling::UnitsOf(units);
  run.accelerators = double(run.units) / parts_;
  if (interference_ > 0.0 && run.units < parts_) {
    run.accelerator = units.front().first / parts_;
    on_accelerator_[run.accelerator].insert(job);
    Neighbours(run.accelerator);
  }
  const Traffic* t = Of(job);
  if (t == nullptr) return;
  run.slices = SlicesOf(units);
  if (t->exchange > 0.0 && uplinks_ != nullptr) {
    run.shortage = uplinks_->Shortage(run.slices);
    if (run.shortage > 0.0) {
      const double transfer = t->exchange * run.shortage;
      run.member = uplinks_->Join(run.slices, {1.0 - t->exchange + transfer, transfer}, [this, job](double stretch) {
        if (runs_.at(job).stretch != stretch) Change(job);
        runs_.at(job).stretch = stretch;
      });
      moved_ = true;
    }
  }
  if (t->store != nullptr && t->read > 0.0) {
    storage::Request request;
    request.direction = storage::Direction::kRead;
    request.clients = nodes;
    const double demand = t->read * run.accelerators;
    run.flow = t->store->OpenStream(request, demand, [this, job, demand](double rate) {
      runs_.at(job).reads = rate / demand;
      Change(job);
    });
  }
  Change(job);
}

void JobContention::End(scheduling::JobIndex job) {
  const auto it = runs_.find(job);
  if (it == runs_.end()) return;
  const Run run = it->second;
  const Traffic* t = Of(job);
  if (run.shortage > 0.0) {
    uplinks_->Leave(run.member);
    moved_ = true;
  }
  runs_.erase(it);
  changed_.erase(job);
  if (run.flow != 0) t->store->Cancel(run.flow);
  if (run.accelerator != ~0u) {
    on_accelerator_[run.accelerator].erase(job);
    Neighbours(run.accelerator);
  }
  if (moved_) Change(job);
}

void JobContention::Neighbours(std::uint32_t accelerator) {
  double all = 0.0;
  for (const scheduling::JobIndex job : on_accelerator_[accelerator]) all += runs_.at(job).accelerators;
  for (const scheduling::JobIndex job : on_accelerator_[accelerator]) {
    runs_.at(job).beside = std::max(0.0, all - runs_.at(job).accelerators);
    Change(job);
  }
}

void JobContention::Change(scheduling::JobIndex job) {
  if (runs_.count(job) > 0) changed_.insert(job);
  if (due_) return;
  due_ = true;
  engine_.At(engine_.now(), Phase::kDecision, [this] { Settle(); });
}

void JobContention::Settle() {
  if (std::exchange(moved_, false)) uplinks_->Share();
  due_ = false;
  for (const scheduling::JobIndex job : std::exchange(changed_, {}))
    if (runs_.count(job) > 0) on_pace_(job);
}

double JobContention::Pace(scheduling::JobIndex job, double clock) const {
  const auto it = runs_.find(job);
  if (it == runs_.end() || clock <= 0.0) return clock;
  const Run& run = it->second;
  const Traffic* t = Of(job);
  const double exchange = t != nullptr && run.shortage > 0.0 ? t->exchange : 0.0;
  const double seconds = (1.0 - exchange) / clock + exchange * run.shortage * run.stretch;
  return std::min(1.0 / seconds, run.reads) / (1.0 + interference_ * run.beside);
}

}  // namespace headroom::scenario
