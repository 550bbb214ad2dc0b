#pragma once

#include <string>
#include <vector>

#include "analysis/compare/direction.h"
#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// Reports that differ in their seed alone are one column: repeats of one scenario.
struct ComparedColumn {
  std::string label;  ///< file name, with the number of repeats where there are several
  std::vector<std::string> files;
  std::string scenario_text;
};

/// A value of the scenarios that is not the same everywhere; "-" where a scenario has no such key.
struct InputDifference {
  std::string path;
  std::vector<std::string> values;  ///< by column
};

enum class Verdict { kBaseline, kSame, kBetter, kWorse, kDifferent, kUnclear };

/// One figure in one column beside the first.
struct ComparedValue {
  double mean = 0.0;  ///< over repeats; NaN where the column has no such figure
  double deviation = 0.0;
  std::string text;  ///< of a figure that is a word
  double difference = 0.0;
  double relative = 0.0;  ///< of the first column's value
  double p = 1.0;         ///< Welch's test over repeats; 1 where neither has any
  Verdict verdict = Verdict::kBaseline;
};

struct ComparedMetric {
  std::string name;
  std::string unit;
  Direction direction = Direction::kNeither;
  std::vector<ComparedValue> values;  ///< by column
};

struct Comparison {
  std::vector<ComparedColumn> columns;
  std::vector<InputDifference> inputs;
  std::vector<ComparedMetric> metrics;
};

/// Compares reports with the first one. A difference over repeats is told as better or worse only
/// where p < 0.05.
Comparison Compare(const std::vector<Report>& reports);
Comparison Compare(const std::vector<const Report*>& reports);

std::string ComparisonText(const Comparison& c);
std::string ComparisonMarkdown(const Comparison& c);
std::string ComparisonCsv(const Comparison& c);
std::string ComparisonJson(const Comparison& c);

}  // namespace headroom::report
