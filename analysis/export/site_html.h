#pragma once

#include <string>

#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// What the site is made of: its systems, and where their racks stand. Empty for a report without tables of its site.
std::string SiteHtml(const Report& report);

}  // namespace headroom::report
