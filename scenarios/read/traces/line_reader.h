#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace headroom::scenario {

/// The lines of a text file one by one, without their end (LF or CRLF), in constant memory.
class LineReader {
 public:
  /// Longest line that is read; a longer one is cut and `too_long()`.
  static constexpr std::size_t kMaxLine = 4u << 20;

  explicit LineReader(const std::string& path);
  /// False if the file does not exist or cannot be opened.
  bool open() const { return file_ != nullptr; }
  /// Moves to the next line; false at the end. The view lasts until the next call.
  bool Next(std::string_view& line);
  int number() const { return number_; }
  bool too_long() const { return too_long_; }
  /// True if reading ended by an error rather than at the end.
  bool failed() const { return file_ != nullptr && std::ferror(file_.get()) != 0; }

 private:
  struct Close {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::string line_;
  int number_ = 0;
  bool too_long_ = false;
};

}  // namespace headroom::scenario
