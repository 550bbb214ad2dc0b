#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace headroom::test {

/// The scenario files that outside checks use, or none where the folder is absent.
inline std::vector<std::string> ContractFiles() {
  const char* shared = std::getenv("HEADROOM_SHARED");
  const std::string folder =
      (shared ? std::string(shared) : std::string(HEADROOM_SOURCE_DIR) + "/../shared") +
      "/contract";
  std::vector<std::string> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  return files;
}

}  // namespace headroom::test
