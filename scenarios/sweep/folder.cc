#include "scenarios/sweep/folder.h"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>

#include "sim/core/diagnostics.h"

namespace headroom::sweep {
namespace {

namespace fs = std::filesystem;

/// Names in a folder; none if it does not exist.
template <class F>
void ForEachName(const std::string& path, F&& f) {
  DIR* dir = opendir(path.c_str());
  if (!dir) return;
  while (const dirent* entry = readdir(dir)) f(std::string_view(entry->d_name));
  closedir(dir);
}

constexpr int kExits[] = {1, 2, 3, 5, 130};

}  // namespace

std::string Folder::log(const std::string& id, int exit) const {
  return fmt::format("{}/{}.{}.log", failed(), id, exit);
}

void Folder::Create() const {
  for (const std::string& folder : {path_ + "/reports", failed(), rows(), work()}) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw IoError(fmt::format("cannot create {}: {}", folder, error.message()));
  }
}

std::vector<PointState> Folder::States(const Plan& plan) const {
  std::vector<std::string> reports, forbidden, failed_ids;
  ForEachName(path_ + "/reports", [&](std::string_view name) {
    if (name.ends_with(".h5")) reports.emplace_back(name.substr(0, name.size() - 3));
  });
  ForEachName(failed(), [&](std::string_view name) {
    if (!name.ends_with(".log")) return;
    name.remove_suffix(4);
    const auto dot = name.rfind('.');
    if (dot == name.npos) return;
    (name.substr(dot + 1) == "3" ? forbidden : failed_ids).emplace_back(name.substr(0, dot));
  });
  for (auto* list : {&reports, &forbidden, &failed_ids}) std::sort(list->begin(), list->end());
  const auto has = [](const std::vector<std::string>& sorted, const std::string& id) {
    return std::binary_search(sorted.begin(), sorted.end(), id);
  };
  std::vector<PointState> out;
  out.reserve(plan.points.size());
  for (const Point& p : plan.points) {
    if (has(reports, p.id))
      out.push_back(has(forbidden, p.id) ? PointState::kForbidden : PointState::kDone);
    else
      out.push_back(has(failed_ids, p.id) ? PointState::kFailed : PointState::kLeft);
  }
  return out;
}

std::vector<std::string> Folder::Logged() const {
  std::vector<std::string> out;
  ForEachName(failed(), [&](std::string_view name) {
    if (name.ends_with(".log")) out.emplace_back(name.substr(0, name.find('.')));
  });
  std::sort(out.begin(), out.end());
  return out;
}

int Folder::FailedExit(const std::string& id) const {
  for (const int exit : kExits)
    if (access(log(id, exit).c_str(), F_OK) == 0) return exit;
  int found = 0;  // ended by a signal
  for (int signal = 1; signal < 65 && !found; ++signal)
    if (access(log(id, 128 + signal).c_str(), F_OK) == 0) found = 128 + signal;
  return found;
}

void Folder::ForgetFailure(const std::string& id, int keep) const {
  for (int exit = FailedExit(id), last = 0; exit != 0 && exit != last;
       last = exit, exit = FailedExit(id)) {
    if (exit == keep) return;
    unlink(log(id, exit).c_str());
  }
}

std::size_t Folder::Running() const {
  std::size_t count = 0;
  ForEachName(work(), [&](std::string_view name) { count += name.ends_with(".partial"); });
  return count;
}

void Folder::ClearWork() const {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(work(), none)) fs::remove_all(entry.path(), none);
}

}  // namespace headroom::sweep
