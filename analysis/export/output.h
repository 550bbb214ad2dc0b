#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace headroom::report {

/// Where an export goes, piece by piece.
class Output {
 public:
  virtual ~Output() = default;
  virtual void Write(std::string_view text) = 0;
};

class TextOutput final : public Output {
 public:
  void Write(std::string_view text) override { text_ += text; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A file that is there whole or not at all: PATH.partial until Commit(), which renames it; without Commit() it is
/// removed. "-" is standard output.
class FileOutput final : public Output {
 public:
  /// @throws IoError
  explicit FileOutput(std::string path);
  ~FileOutput() override;
  FileOutput(const FileOutput&) = delete;
  FileOutput& operator=(const FileOutput&) = delete;
  /// @throws IoError
  void Write(std::string_view text) override;
  /// @throws IoError
  void Commit();

 private:
  [[noreturn]] void Fail();
  std::string path_;
  std::FILE* file_ = nullptr;
};

}  // namespace headroom::report
