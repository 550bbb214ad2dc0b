#include "scenarios/read/traces/line_reader.h"

namespace headroom::scenario {

LineReader::LineReader(const std::string& path) : file_(std::fopen(path.c_str(), "rb")) {
  if (file_) std::setvbuf(file_.get(), nullptr, _IOFBF, 1 << 16);
}

bool LineReader::Next(std::string_view& line) {
  line_.clear();
  too_long_ = false;
  int c = EOF;
  while ((c = getc_unlocked(file_.get())) != EOF && c != '\n') {
    if (line_.size() < kMaxLine)
      line_.push_back(static_cast<char>(c));
    else
      too_long_ = true;
  }
  if (c == EOF && line_.empty()) return false;
  ++number_;
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  line = line_;
  return true;
}

}  // namespace headroom::scenario
