#include "sim/flow/simgrid_network.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>
#include <stdexcept>
#include <string>

#include "sim/core/check.h"
#include "sim/engine/simgrid_kernel.h"

using namespace headroom;

namespace {

constexpr DataRate MBps(double v) { return v * 1e6 * unit::B_per_s; }

/// Runs `body` in a process of its own, as SimGrid starts once per process, and returns what that
/// process wrote to its standard output and error, and "; " and what body returned.
std::string InChild(const std::function<std::string()>& body) {
  std::fflush(nullptr);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    std::string result = "; ";
    try {
      result += body();
    } catch (const std::exception& e) {
      result += e.what();
    }
    std::fflush(nullptr);
    _exit(write(ends[1], result.data(), result.size()) == static_cast<ssize_t>(result.size()) ? 0
                                                                                              : 1);
  }
  close(ends[1]);
  std::string out;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
    out.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? out : fmt::format("status {}: {}", status, out);
}

}  // namespace

TEST_CASE("events and SimGrid's flows share one time line, and SimGrid says nothing", "[simgrid]") {
  CHECK(InChild([] {
          Engine engine;
          SimgridNetwork network(&engine);
          const auto route =
              network.AddRoute({network.AddLink("a", MBps(100), Duration::FromSeconds(0.5))});
          std::string order;
          const auto note = [&](const char* what) {
            order += fmt::format("{}@{} ", what, engine.now().ns());
          };
          for (const double s : {0.25, 1.25, 1.5, 2.0, 3.0})
            engine.At(Instant::FromSeconds(s), Phase::kObserve, [&] { note("event"); });
          engine.At(Instant::FromSeconds(0.5), Phase::kArrival,
                    [&] { network.Open(route, 50e6, 1.0, [&] { note("flow"); }); });
          engine.Run(Instant::FromSeconds(1.2));
          note("end");
          engine.Run(Instant::FromSeconds(5.0));
          note("end");
          return order;
        }) ==
        "; event@250000000 end@1200000000 event@1250000000 flow@1500000000 event@1500000000 "
        "event@2000000000 event@3000000000 end@5000000000 ");
}

TEST_CASE("rates, remainders and loads are SimGrid's", "[simgrid]") {
  CHECK(InChild([] {
          Engine engine;
          SimgridNetwork network(&engine);
          const auto link = network.AddLink("a", MBps(100));
          const auto route = network.AddRoute({link});
          const FlowId heavy = network.Open(route, 75e6, 3.0, {});
          const FlowId light = network.Open(route, 50e6, 1.0, {});
          engine.Run(Instant::FromSeconds(0.5));
          std::string out =
              fmt::format("{:.3f} {:.3f} {:.0f} {:.0f} {:.3f}", network.Rate(heavy).in(MBps(1)),
                          network.Rate(light).in(MBps(1)), network.Remaining(heavy),
                          network.Remaining(light), network.Load(link).in(MBps(1)));
          network.Bytes().Assert(1e-12);
          engine.RunAll();
          network.Bytes().Assert(1e-12);
          return out + fmt::format(" {}", engine.now().ns());
        }) == "; 75.000 25.000 37500000 37500000 100.000 1250000000");
}

TEST_CASE("an exception from an event on SimGrid's clock leaves Run(), which can go on",
          "[simgrid]") {
  CHECK(InChild([] {
          Engine engine;
          SimgridNetwork network(&engine);
          const auto route = network.AddRoute({network.AddLink("a", MBps(100))});
          std::string out;
          network.Open(route, 100e6, 1.0,
                       [&] { out += fmt::format("flow@{}", engine.now().ns()); });
          engine.At(Instant::FromSeconds(0.3), Phase::kArrival,
                    [] { throw std::runtime_error("pump failed"); });
          engine.At(Instant::FromSeconds(0.4), Phase::kArrival, [&] { engine.Stop(); });
          try {
            engine.RunAll();
          } catch (const std::runtime_error& e) {
            out += fmt::format("{}@{} ", e.what(), engine.now().ns());
          }
          engine.RunAll();
          out += fmt::format("stopped@{} ", engine.now().ns());
          engine.RunAll();
          return out;
        }) == "; pump failed@300000000 stopped@400000000 flow@1000000000");
}

TEST_CASE("a flow withdrawn from SimGrid frees its share", "[simgrid]") {
  CHECK(InChild([] {
          Engine engine;
          SimgridNetwork network(&engine);
          const auto route = network.AddRoute({network.AddLink("a", MBps(100))});
          std::string out;
          network.Open(route, 100e6, 1.0,
                       [&] { out += fmt::format("flow@{}", engine.now().ns()); });
          const FlowId gone = network.Open(route, 100e6, 1.0, [&] { out += "never"; });
          engine.At(Instant::FromSeconds(1.0), Phase::kDecision, [&] { network.Cancel(gone); });
          engine.RunAll();
          network.Bytes().Assert(1e-12);
          return out;
        }) == "; flow@1500000000");
}

TEST_CASE("SimGrid leaves the program's signal handlers alone", "[simgrid]") {
  CHECK(InChild([] {
          signal(SIGINT, SIG_IGN);
          signal(SIGSEGV, SIG_DFL);
          Engine engine;
          KernelOf(engine);
          struct sigaction interrupt = {};
          struct sigaction fault = {};
          sigaction(SIGINT, nullptr, &interrupt);
          sigaction(SIGSEGV, nullptr, &fault);
          return fmt::format("{} {}", interrupt.sa_handler == SIG_IGN, fault.sa_handler == SIG_DFL);
        }) == "; true true");
}

TEST_CASE("SimGrid starts once per process", "[simgrid]") {
  const std::string out = InChild([] {
    Engine first;
    KernelOf(first);
    Engine second;
    KernelOf(second);
    return std::string("twice");
  });
  CHECK_THAT(out, Catch::Contains("SimGrid starts once per process"));
}
