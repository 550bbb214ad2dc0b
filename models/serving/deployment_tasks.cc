#include <algorithm>

#include "models/serving/block_names.h"
#include "models/serving/deployment.h"
#include "sim/core/check.h"

namespace headroom::serving {

void Deployment::BeginTask(Request& r) {
  Task& task = tasks_[r.task];
  task.open = 1;
  if (r.session == 0) r.session = r.task;  // its calls may go to one replica
  NameCall(task, r, nullptr);
  task.calls[r.stage] = task.first = r;
}

/// Names the blocks of a call's prompt and answer: those of the call whose text it goes on with, or, of the first
/// call, what its source named, then names of its own.
void Deployment::NameCall(Task& task, Request& call, const Request* before) {
  const std::uint32_t unit = params_.replica.prefix_unit_tokens;
  if (unit == 0 || call.prefix_holds_answer) return;
  std::vector<std::uint64_t>& names = task.names[call.stage];
  const std::span<const std::uint64_t> given = before != nullptr ? before->prefix : call.prefix;
  const std::size_t said = before != nullptr ? before->input_tokens + before->output_tokens : call.input_tokens;
  names.assign(given.begin(), given.begin() + std::min(given.size(), said / unit));
  const std::uint64_t text = std::uint64_t{1} << 63 | std::uint64_t{call.task} << 8 | call.stage;
  const std::size_t units = (std::size_t{call.input_tokens} + call.output_tokens) / unit;
  while (names.size() < units) names.push_back(SplitMix(SplitMix(text) + names.size()));
  call.prefix = names;
  call.prefix_holds_answer = true;
}

/// The graph of a task has come to a call of the model.
void Deployment::Call(std::uint32_t id, std::uint8_t stage, Instant now) {
  Task& task = tasks_.at(id);
  AdvanceAll(now);
  const StageParams& s = stages_->stages()[stage];
  if (s.answer) {
    task.called = true;
    const auto inside = in_stages_.find(id);
    if (inside == in_stages_.end()) return;  // between two tries
    const Request r = inside->second;
    in_stages_.erase(inside);
    Dispatch(r, now);
    ScheduleWake(now);
    return;
  }
  Request r;
  r.arrival = now.seconds();
  r.task = id;
  r.stage = static_cast<std::uint8_t>(stage + 1);
  r.user = task.first.user;
  r.session = task.first.session;
  r.adapter = task.first.adapter;
  r.request_class = task.first.request_class;
  r.group = task.first.group;
  r.priority = task.first.priority;
  r.warm_up = task.first.warm_up;
  const Request* before = nullptr;
  if (s.context) before = &task.calls.at(stages_->stages()[*s.context].answer ? kFirstCall : *s.context + 1);
  r.input_tokens = Draw(s.prompt, call_lengths_) + (before == nullptr ? 0 : before->input_tokens + before->output_tokens);
  r.output_tokens = Draw(s.output, call_lengths_);
  NameCall(task, r, before);
  log_.Arrive(r);
  task.calls[r.stage] = r;
  ++task.open;
  if (CanServe(r)) {
    Admit(r, now);
  } else {
    log_.Reject(r);
    EndCall(r, false, now.seconds() + kRefusedPause);
  }
  ScheduleArrival(now);
  ScheduleWake(now);
}

void Deployment::EndCall(const Request& r, bool answered, double when) {
  if (r.task == 0) return source_->Answered(r, when);
  Task& task = tasks_.at(r.task);
  HR_CHECK(task.open > 0, r.task);
  --task.open;
  if (!answered && !task.failed) {
    task.failed = true;
    ++tasks_failed_;
    stages_->Abandon(r.task);
    in_stages_.erase(r.task);
  }
  if (!task.failed) return stages_->Done(r.task, r.stage == kFirstCall ? stages_->answer() : r.stage - 1u);
  if (task.open == 0) EndTask(r.task, when);
}

/// All stages are through, or none will come any more.
void Deployment::EndTask(std::uint32_t id, double when) {
  const auto found = tasks_.find(id);
  Request first = found->second.first;
  const bool failed = found->second.failed;
  first.generated = failed ? 0 : first.output_tokens;
  tasks_.erase(found);
  if (!failed && !first.warm_up) task_times_.push_back(when - first.arrival);
  source_->Answered(first, when);
  ScheduleArrival(engine_.now());
  ScheduleWake(engine_.now());
  FinishIfDone(engine_.now());
}

}  // namespace headroom::serving
