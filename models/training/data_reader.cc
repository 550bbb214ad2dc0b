#include "models/training/data_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace headroom::training {
namespace {

constexpr double kNever = 1e15;   ///< s
constexpr double kSlack = 1e-9;   ///< steps: less than this is not ready

}  // namespace

DataReader::DataReader(Engine& engine, DataPlan plan, std::function<void(double)> on_seconds)
    : engine_(engine), plan_(std::move(plan)), on_seconds_(std::move(on_seconds)) {}

void DataReader::Start(double need) {
  need_ = need;
  settled_ = engine_.now();
  ready_ = plan_.prefetch;
  bytes_ = plan_.step.bytes;
  Open();
}

/// A new stream for what a step takes from the store now.
void DataReader::Open() {
  if (stream_ != 0) plan_.store->Cancel(std::exchange(stream_, 0));
  rate_ = 0;
  if (bytes_ > 0) {
    opening_ = true;
    stream_ = plan_.store->OpenStream(plan_.step, bytes_ * need_, [this](double rate) {
      Settle();
      rate_ = rate;
      if (!opening_) Ask();
    });
    opening_ = false;
  }
  Ask();
}

void DataReader::Settle() {
  const double seconds = (engine_.now() - settled_).seconds();
  settled_ = engine_.now();
  if (bytes_ <= 0) return;
  read_ += rate_ * seconds;
  ready_ = std::clamp(ready_ + (rate_ / bytes_ - pace_) * seconds, 0.0, static_cast<double>(plan_.prefetch));
}

void DataReader::SetPace(double steps) {
  if (steps == pace_) return;
  Settle();
  pace_ = steps;
  Ask();
}

/// What the stream wants now, and when that changes.
void DataReader::Ask() {
  if (event_.valid()) engine_.Cancel(event_);
  event_ = {};
  if (stream_ != 0 && plan_.prefetch > 0)
    plan_.store->SetDemand(stream_, bytes_ * need_ * (ready_ < plan_.prefetch - kSlack ? 2.0 : 1.0));
  Tell();
  double next = kNever;
  if (bytes_ > 0) {
    const double change = rate_ / bytes_ - pace_;
    if (change < 0 && ready_ > kSlack) next = std::min(next, ready_ / -change);
    if (change > 0 && ready_ < plan_.prefetch - kSlack) next = std::min(next, (plan_.prefetch - ready_) / change);
    if (!again_ && plan_.set > 0 && rate_ > 0) next = std::min(next, std::max(0.0, plan_.set - read_) / rate_);
  }
  if (next >= kNever) return;
  event_ = engine_.After(Duration::Ns(static_cast<std::int64_t>(std::ceil(next * 1e9))), Phase::kArrival, [this] {
    event_ = {};
    Settle();
    if (!again_ && plan_.set > 0 && read_ >= plan_.set * (1 - 1e-9)) {
      again_ = true;
      bytes_ = plan_.step.bytes * (1 - plan_.cached);
      return Open();
    }
    // Whole nanoseconds are past the moment: it is reached.
    if (ready_ < 1e-6) ready_ = 0;
    if (ready_ > plan_.prefetch - 1e-6) ready_ = plan_.prefetch;
    Ask();
  });
}

void DataReader::Tell() {
  double seconds = again_ ? plan_.cached * plan_.cache_seconds : 0.0;
  if (bytes_ > 0 && ready_ <= kSlack && rate_ > 0) seconds = std::max(seconds, bytes_ / rate_);
  if (seconds == told_) return;
  told_ = seconds;
  on_seconds_(seconds);
}

void DataReader::Stop() {
  if (event_.valid()) engine_.Cancel(event_);
  event_ = {};
  if (stream_ != 0) plan_.store->Cancel(std::exchange(stream_, 0));
}

}  // namespace headroom::training
