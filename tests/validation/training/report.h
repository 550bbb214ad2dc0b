#pragma once

#include <string>
#include <vector>

namespace headroom::validation {

struct Line {
  std::string table, name;
  double measured = 0, predicted = 0;
  std::string unit = "s";
  bool fit = false;  ///< a parameter was fitted on it
  bool gates = true;
  std::string note;
  double error() const { return predicted / measured - 1; }
};

struct Errors {
  double median = 0, p90 = 0, worst = 0;  ///< of |error|
  std::size_t rows = 0;
};
/// Over predicted rows that gate.
Errors Summarise(const std::vector<Line>& lines, const std::string& table = "");
/// Prints the lines; with $HEADROOM_VALIDATION_OUT set, writes `file` there as Markdown.
void Publish(const std::vector<Line>& lines, const std::string& file, const std::string& title);

}  // namespace headroom::validation
