#include "sim/engine/simgrid_kernel.h"

#include <signal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <string>
#include <utility>

#include "sim/core/check.h"

namespace headroom {

namespace {

struct Left {};

bool started = false;

/// Keeps the handlers that SimGrid would replace.
class SignalGuard {
 public:
  SignalGuard() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], nullptr, &kept_[i]);
  }
  ~SignalGuard() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &kept_[i], nullptr);
  }
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  static constexpr std::array<int, 5> kSignals = {SIGINT, SIGSEGV, SIGBUS, SIGTERM, SIGABRT};
  std::array<struct sigaction, kSignals.size()> kept_;
};

void StartSimgrid() {
  const SignalGuard guard;
  static std::array<std::string, 8> words = {
      "headroom",
      "--log=root.thresh:critical",
      "--cfg=network/model:CM02",
      "--cfg=network/crosstraffic:0",
      "--cfg=network/TCP-gamma:0",
      "--cfg=network/weight-S:0",
      "--cfg=surf/precision:1e-12",
      "--cfg=maxmin/precision:1e-12",
  };
  static std::array<char*, words.size() + 1> argv = {};
  std::transform(words.begin(), words.end(), argv.begin(), [](std::string& w) { return w.data(); });
  int argc = static_cast<int>(words.size());
  // Never destroyed: SimGrid's shutdown order is its own.
  static simgrid::s4u::Engine& engine = *new simgrid::s4u::Engine(&argc, argv.data());
  static_cast<void>(engine);
}

}  // namespace

SimgridKernel::SimgridKernel(Callback on_timer) : on_timer_(std::move(on_timer)) {
  HR_CHECK(!std::exchange(started, true), "SimGrid starts once per process");
  StartSimgrid();
}

SimgridKernel::~SimgridKernel() { Disarm(); }

void SimgridKernel::Arm(Instant when) {
  if (armed_ == when && timer_ != nullptr) return;
  Disarm();
  armed_ = when;
  const double date = std::max(when.seconds(), simgrid::s4u::Engine::get_clock());
  timer_ = simgrid::kernel::timer::Timer::set(date, [this] { Fire(); });
}

void SimgridKernel::Disarm() {
  if (timer_ != nullptr) std::exchange(timer_, nullptr)->remove();
  armed_ = Instant::Max();
}

void SimgridKernel::Fire() {
  running_ = std::exchange(timer_, nullptr);
  due_ = std::exchange(armed_, Instant::Max());
  in_timer_ = true;
  on_timer_();
  in_timer_ = false;
  running_ = nullptr;
}

void SimgridKernel::Run() {
  // SimGrid does not delete a timer whose callback throws.
  const auto drop = [this] {
    in_timer_ = false;
    delete std::exchange(running_, nullptr);
  };
  try {
    simgrid::s4u::Engine::get_instance()->run_until(2.0 * Instant::Max().seconds());
  } catch (const Left&) {
    drop();
    return;
  } catch (...) {
    drop();
    throw;
  }
  HR_CHECK(false, "SimGrid ran out of work before the engine left it");
}

void SimgridKernel::Leave() { throw Left{}; }

Instant SimgridKernel::Clock() {
  return Instant::Ns(
      static_cast<std::int64_t>(std::ceil(simgrid::s4u::Engine::get_clock() * 1e9 - 1e-3)));
}

SimgridKernel& KernelOf(Engine& engine) {
  if (engine.shared_clock() == nullptr) engine.Attach(std::make_unique<SimgridKernel>(engine.on_timer()));
  return static_cast<SimgridKernel&>(*engine.shared_clock());
}

}  // namespace headroom
