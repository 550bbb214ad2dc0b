#pragma once

#include <string>

#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// A report as one HTML page that needs nothing else: no script, no network, light and dark,
/// readable on paper and at 360 pixels. Equal reports give equal pages.
std::string HtmlReport(const Report& report);

/// The page's style sheet.
const char* HtmlStyle();

/// The charts of a report's series and tables.
std::string FiguresHtml(const Report& report);

/// "tokens per second per accelerator" for a part of a metric's name; short names as people write
/// them (PUE, TTFT).
std::string Words(const std::string& name);

}  // namespace headroom::report
