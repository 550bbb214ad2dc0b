#include "analysis/export/output.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "sim/core/diagnostics.h"

namespace headroom::report {

FileOutput::FileOutput(std::string path) : path_(std::move(path)) {
  file_ = path_ == "-" ? stdout : std::fopen((path_ + ".partial").c_str(), "wb");
  if (!file_) Fail();
}

FileOutput::~FileOutput() {
  if (!file_ || file_ == stdout) return;
  std::fclose(file_);
  std::remove((path_ + ".partial").c_str());
}

void FileOutput::Write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) Fail();
}

void FileOutput::Commit() {
  if (file_ == stdout) {
    if (std::fflush(stdout) != 0) Fail();
    return;
  }
  const bool written = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (written && std::rename((path_ + ".partial").c_str(), path_.c_str()) == 0) return;
  const int error = errno;
  std::remove((path_ + ".partial").c_str());
  errno = error;
  Fail();
}

void FileOutput::Fail() {
  throw IoError(fmt::format("cannot write {}: {}", path_ == "-" ? "standard output" : path_,
                            std::generic_category().message(errno)));
}

}  // namespace headroom::report
