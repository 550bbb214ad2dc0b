#include "scenarios/sweep/slurm.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "sim/core/diagnostics.h"

namespace headroom::sweep {
namespace {

struct Answer {
  int exit = 0;
  std::string text;
};

std::string Quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

Answer Ask(const std::string& command) {
  Answer answer;
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (!pipe) throw IoError("cannot run: " + command);
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    answer.text.append(buffer, n);
  const int status = pclose(pipe);
  answer.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  while (!answer.text.empty() && answer.text.back() == '\n') answer.text.pop_back();
  return answer;
}

/// The job id that sbatch --parsable prints ("123" or "123;cluster").
std::string Submit(const std::string& command) {
  const Answer answer = Ask(command);
  const std::string id = answer.text.substr(0, answer.text.find(';'));
  if (answer.exit == 127) throw IoError("cannot run sbatch; is Slurm's client installed?");
  if (answer.exit != 0 || id.empty() || id.find_first_not_of("0123456789") != std::string::npos)
    throw IoError(fmt::format("sbatch refused the sweep: {}", answer.text));
  return id;
}

/// "0-3,7": numbers as sbatch --array takes them.
std::string Ranges(const std::vector<std::size_t>& numbers) {
  std::string out;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t j = i;
    while (j + 1 < numbers.size() && numbers[j + 1] == numbers[j] + 1) ++j;
    out += fmt::format("{}{}", out.empty() ? "" : ",", numbers[i]);
    if (j > i) out += fmt::format("-{}", numbers[j]);
    i = j + 1;
  }
  return out;
}

}  // namespace

Chunks CutInto(std::size_t points, double point_s, double target_s) {
  Chunks c;
  c.size = static_cast<std::size_t>(std::clamp(std::ceil(target_s / std::max(point_s, 1e-3)), 1.0,
                                               std::max(1.0, double(points))));
  c.count = (points + c.size - 1) / c.size;
  return c;
}

std::string ChunkCommand(const std::string& program, const Folder& folder, const std::string& chunk,
                         const Chunks& chunks) {
  const std::string path = std::filesystem::absolute(folder.path()).lexically_normal().string();
  return fmt::format("{} sweep point {} --chunk {} --size {}", Quoted(program), Quoted(path), chunk,
                     chunks.size);
}

SlurmJobs SubmitToSlurm(const Folder& folder, const Plan& plan, const SlurmOptions& o) {
  SlurmJobs jobs;
  jobs.chunks = CutInto(plan.points.size(), o.point_s);
  if (o.chunk_size > 0)
    jobs.chunks = {o.chunk_size, (plan.points.size() + o.chunk_size - 1) / o.chunk_size};
  const std::vector<PointState> states = folder.States(plan);
  std::vector<std::size_t> due;
  for (std::size_t k = 0; k < jobs.chunks.count; ++k) {
    const auto first = states.begin() + static_cast<std::ptrdiff_t>(k * jobs.chunks.size);
    const auto last = states.begin() + static_cast<std::ptrdiff_t>(
                                           std::min(states.size(), (k + 1) * jobs.chunks.size));
    if (std::any_of(first, last, [](PointState s) {
          return s == PointState::kLeft || s == PointState::kFailed;
        }))
      due.push_back(k);
  }
  const std::string output = Quoted(
      std::filesystem::absolute(folder.work()).lexically_normal().string() + "/slurm-%A_%a.out");
  const std::string common =
      fmt::format("sbatch --parsable --requeue --open-mode=append --output={} {}", output, o.extra);
  std::string dependency;
  if (!due.empty()) {
    jobs.array = Submit(
        fmt::format("{} --job-name=headroom-sweep --array={}{} --wrap {}", common, Ranges(due),
                    o.throttle > 0 ? fmt::format("%{}", o.throttle) : "",
                    Quoted(ChunkCommand(o.program, folder, "$SLURM_ARRAY_TASK_ID", jobs.chunks))));
    dependency = "--dependency=afterany:" + jobs.array;
  }
  const std::string path = std::filesystem::absolute(folder.path()).lexically_normal().string();
  jobs.collect = Submit(
      fmt::format("{} --job-name=headroom-collect {} --wrap {}", common, dependency,
                  Quoted(fmt::format("{} sweep collect {}", Quoted(o.program), Quoted(path)))));
  return jobs;
}

SlurmState Tend(const SlurmJobs& jobs) {
  const std::string ids = jobs.array.empty() ? jobs.collect : jobs.array + "," + jobs.collect;
  const Answer answer =
      Ask(fmt::format("squeue --noheader --jobs={} --array --format='%i %r'", ids));
  if (answer.exit != 0)
    return answer.text.find("Invalid job id") != std::string::npos ? SlurmState::kGone
                                                                   : SlurmState::kUnknown;
  for (std::size_t from = 0; from < answer.text.size();) {
    const std::size_t to = std::min(answer.text.find('\n', from), answer.text.size());
    const std::string line = answer.text.substr(from, to - from);
    if (line.find("requeued held") != std::string::npos ||
        line.find("requeued_held") != std::string::npos)
      Ask("scontrol release " + line.substr(0, line.find(' ')));
    from = to + 1;
  }
  return answer.text.empty() ? SlurmState::kGone : SlurmState::kActive;
}

void CancelSlurm(const SlurmJobs& jobs) {
  Ask(fmt::format("scancel {} {}", jobs.array, jobs.collect));
}

}  // namespace headroom::sweep
