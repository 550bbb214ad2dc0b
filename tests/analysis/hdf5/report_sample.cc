#include <cstdlib>

#include "tests/analysis/hdf5/sample.h"

/// report_sample PATH INTERVALS ROWS: writes the sample report.
int main(int argc, char** argv) {
  using namespace headroom::report;
  if (argc != 4) return 2;
  ReportWriter report(argv[1], SampleProvenance());
  WriteSample(report, std::strtoul(argv[2], nullptr, 10), std::strtoul(argv[3], nullptr, 10));
  report.Finish("done", 3600.0, SampleMetrics());
}
