#pragma once

#include <string>

namespace headroom::gui {

/// Size of a report that is made rather than simulated, in the shape of docs/formats/report.md.
struct SampleSize {
  int racks = 40;          ///< each a group of its own
  int rows = 600;          ///< recording intervals of a second
  bool tables = true;      ///< jobs, requests, steps, events, a window
  int requests = 500;
  double factor = 1.0;     ///< on power, for a second variant
  unsigned version = 1;    ///< of the format
  int only_site_rows = 0;  ///< over 0: one series, site_power, of so many rows and nothing else
};

/// Writes it to `path`. A rack's power is 40 kW and a wave of 20 kW of ten minutes that comes later from rack to
/// rack; rack 3 is hot and slowed in the second half.
void WriteSampleReport(const std::string& path, const SampleSize& size);

}  // namespace headroom::gui
