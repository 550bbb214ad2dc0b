// CPU time of distinct conditions of one training step: Llama 3.1 405B on 16,384 H100, every condition at another clock, and
// the 1 GiB all-reduce over 16,384 ranks by every algorithm. `--smoke` runs few of them.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <vector>

#include "models/catalog/library.h"
#include "models/network/algorithm_table.h"
#include "models/training/step_model.h"

namespace {

using namespace headroom;

double CpuSeconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

training::StepParams Step(const catalog::Library& library) {
  const catalog::Accelerator& chip = library.accelerator("h100");
  training::StepParams s;
  s.model = llm::Resolve(library.llm("llama-3.1-405b"));
  training::ParallelPlan& p = s.plan;
  p.tp = 8;
  p.pp = 16;
  p.virtual_stages = 8;
  p.schedule = training::Schedule::kInterleaved1f1b;
  p.zero = 1;
  p.sequence_parallel = true;
  p.overlap = {true, true, true, true, true};
  p.micro_batch = 1;
  p.global_batch = 2048;
  p.sequence = 8192;
  p.precision = compute::Precision::kBf16;
  p = training::Resolve(p, 16384);
  s.fabric.scale_up = {network::ScaleUpShape::kSwitch, 8, 450e9, 1e-6, 0.82, true, 0.61};
  s.fabric.scale_out.nic = 50e9;
  s.framework = training::FrameworkFor(p.precision);
  s.memory_capacity = chip.memory().capacity();
  s.tdp = chip.tdp();
  s.power = training::PowerSharesOf(chip);
  return s;
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
  const int conditions = smoke ? 2 : 200;
  const catalog::Library library;
  const catalog::Accelerator& chip = library.accelerator("h100");
  const compute::KernelModel kernels(chip, library.KernelsFor(chip, "transformer-engine"));
  const training::StepParams params = Step(library);
  std::vector<double> times;
  double sum = 0;
  for (int i = 0; i < conditions; ++i) {
    const double start = CpuSeconds();
    sum += training::StepModel(params, kernels).Evaluate(1.0 - 0.001 * i).step_time;
    times.push_back(CpuSeconds() - start);
  }
  std::sort(times.begin(), times.end());
  fmt::print("step_condition: {:.2f} ms median, {:.2f} ms worst of {} (mean step {:.2f} s)\n", 1e3 * times[times.size() / 2],
             1e3 * times.back(), conditions, sum / conditions);

  const network::Group all = network::MakeGroup(params.fabric, 16384, 1);
  const double start = CpuSeconds();
  int costed = 0;
  for (const network::AlgorithmRow& row : network::AlgorithmTable()) {
    const auto t = row.cost(network::MakePath(params.fabric, all), network::Operation::kAllReduce, 0x1p30, network::kProtocols[2]);
    if (t) ++costed;
  }
  fmt::print("all_reduce_16384: {:.1f} us for {} algorithms\n", 1e6 * (CpuSeconds() - start), costed);
  rusage use;
  getrusage(RUSAGE_SELF, &use);
  fmt::print("memory: {:.0f} MiB at most\n", use.ru_maxrss / 1024.0);
}
