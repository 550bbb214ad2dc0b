#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "scenarios/read/traces/chakra.h"
#include "sim/core/diagnostics.h"

namespace headroom::scenario {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kRank = "{rank}";

std::string NameOf(const std::string& pattern, std::uint64_t rank) {
  std::string name = pattern;
  for (std::size_t at = 0; (at = name.find(kRank, at)) != std::string::npos;) {
    const std::string number = std::to_string(rank);
    name.replace(at, kRank.size(), number);
    at += number.size();
  }
  return name;
}

/// The highest rank of whom there is a file, if the pattern's last part holds the rank once; -1
/// else.
std::int64_t HighestRank(const std::string& pattern) {
  const fs::path path(pattern);
  const std::string name = path.filename().string();
  const std::size_t at = name.find(kRank);
  if (at == std::string::npos || path.parent_path().string().find(kRank) != std::string::npos ||
      name.find(kRank, at + 1) != std::string::npos)
    return -1;
  const std::string before = name.substr(0, at), after = name.substr(at + kRank.size());
  std::int64_t highest = -1;
  std::error_code error;
  for (const fs::directory_entry& e :
       fs::directory_iterator(path.has_parent_path() ? path.parent_path() : ".", error)) {
    const std::string file = e.path().filename().string();
    if (file.size() <= before.size() + after.size() || !file.starts_with(before) ||
        !file.ends_with(after))
      continue;
    const std::string number =
        file.substr(before.size(), file.size() - before.size() - after.size());
    if (number.size() > 7 || number.find_first_not_of("0123456789") != std::string::npos) continue;
    if (std::to_string(std::stoll(number)) == number)
      highest = std::max<std::int64_t>(highest, std::stoll(number));
  }
  return highest;
}

}  // namespace

std::string ReadTraceBytes(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw ConfigError(fmt::format("{}: there is no such file", path));
  if (!fs::is_regular_file(path, error)) throw ConfigError(fmt::format("{}: is not a file", path));
  const auto close = [](gzFile f) { gzclose_r(f); };
  // Files that are not gzip are passed through.
  const std::unique_ptr<gzFile_s, decltype(close)> file(gzopen(path.c_str(), "rb"), close);
  if (!file) throw IoError(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  gzbuffer(file.get(), 1u << 17);
  std::string bytes;
  const std::uintmax_t size = fs::file_size(path, error);
  std::size_t filled = 0;
  bytes.resize(error ? 1u << 16 : size + 1);
  for (;;) {
    const std::size_t room = std::min<std::size_t>(bytes.size() - filled, 1u << 30);
    const int n = gzread(file.get(), bytes.data() + filled, static_cast<unsigned>(room));
    int code = Z_OK;
    const char* why = gzerror(file.get(), &code);
    if (code == Z_ERRNO)
      throw IoError(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
    if (n < 0 || code == Z_BUF_ERROR || code == Z_DATA_ERROR)
      throw ConfigError(
          fmt::format("{}: byte {}: the compressed data are {}", path, filled,
                      code == Z_BUF_ERROR ? "cut off" : fmt::format("corrupt ({})", why)));
    filled += static_cast<std::size_t>(n);
    if (n == 0) break;
    if (filled == bytes.size()) bytes.resize(2 * bytes.size());
  }
  bytes.resize(filled);
  return bytes;
}

std::vector<std::string> TraceFiles(const std::string& pattern, const std::string& folder) {
  const std::string full =
      fs::path(pattern).is_absolute() ? pattern : (fs::path(folder) / pattern).string();
  std::error_code error;
  if (full.find(kRank) == std::string::npos) {
    if (!fs::exists(full, error)) throw ConfigError(fmt::format("there is no file {}", full));
    return {full};
  }
  std::vector<std::string> files;
  for (std::string next; next = NameOf(full, files.size()), fs::exists(next, error);)
    files.push_back(next);
  const std::int64_t highest = HighestRank(full);
  if (highest >= static_cast<std::int64_t>(files.size()))
    throw ConfigError(fmt::format("there is no file {}, and there is one of rank {}",
                                  NameOf(full, files.size()), highest));
  if (files.empty()) throw ConfigError(fmt::format("there is no file {}", NameOf(full, 0)));
  return files;
}

}  // namespace headroom::scenario
