#include "tests/validation/training/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

namespace headroom::validation {
namespace {

double Percentile(const std::vector<double>& sorted, double share) {
  const double at = share * (sorted.size() - 1);
  const std::size_t i = static_cast<std::size_t>(at);
  const std::size_t next = std::min(i + 1, sorted.size() - 1);
  return sorted[i] + (at - i) * (sorted[next] - sorted[i]);
}

}  // namespace

Errors Summarise(const std::vector<Line>& lines, const std::string& table) {
  std::vector<double> errors;
  for (const Line& l : lines) {
    if (!l.fit && l.gates && (table.empty() || l.table == table))
      errors.push_back(std::abs(l.error()));
  }
  if (errors.empty()) return {};
  std::sort(errors.begin(), errors.end());
  return {Percentile(errors, 0.5), Percentile(errors, 0.9), errors.back(), errors.size()};
}

void Publish(const std::vector<Line>& lines, const std::string& file, const std::string& title) {
  std::string markdown = "# " + title + "\n";
  std::string table;
  for (const Line& l : lines) {
    if (l.table != table) {
      table = l.table;
      const Errors e = Summarise(lines, table);
      fmt::print("\n{}: median {:.1f} %, p90 {:.1f} %, worst {:.1f} %, {} rows\n", table,
                 100 * e.median, 100 * e.p90, 100 * e.worst, e.rows);
      markdown += fmt::format(
          "\n## {}\n\n{} predicted rows: median {:.1f} %, p90 {:.1f} %, worst {:.1f} %.\n\n"
          "| case | measured | predicted | error | |\n|---|---|---|---|---|\n",
          table, e.rows, 100 * e.median, 100 * e.p90, 100 * e.worst);
    }
    const char* mark = l.fit ? "fitted" : l.gates ? "" : "report only";
    fmt::print("  {:<72} {:>9.4g} {:>9.4g} {:>7.1f} % {} {}\n", l.name, l.measured, l.predicted,
               100 * l.error(), mark, l.note);
    markdown += fmt::format("| {} | {:.4g} {} | {:.4g} {} | {:+.1f} % | {} |\n", l.name, l.measured,
                            l.unit, l.predicted, l.unit, 100 * l.error(), mark);
  }
  if (const char* folder = std::getenv("HEADROOM_VALIDATION_OUT")) {
    std::ofstream(std::string(folder) + "/" + file) << markdown;
  }
}

}  // namespace headroom::validation
