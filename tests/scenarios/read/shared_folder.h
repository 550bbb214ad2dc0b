#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace headroom::test {

/// The folder of outside data; it may not be there.
inline std::filesystem::path SharedFolder() {
  const char* shared = std::getenv("HEADROOM_SHARED");
  return shared ? std::string(shared) : std::string(HEADROOM_SOURCE_DIR) + "/../shared";
}

/// The scenario files that outside checks use, or none where the folder is absent.
inline std::vector<std::string> ContractFiles() {
  const std::filesystem::path folder = SharedFolder() / "contract";
  std::vector<std::string> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  return files;
}

}  // namespace headroom::test
