#pragma once

#include <string>
#include <vector>

#include "analysis/hdf5/hdf5.h"
#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// @throws IoError
SeriesShape ReadShape(const Hdf5File& file, const std::string& name);

/// Rows first ... first + count - 1 into `to`. @throws IoError
void ReadRows(const Hdf5File& file, const std::string& name, std::size_t first, std::size_t count,
              float* to);

/// The series `name`, its rows at `times`. Of a partial file, whose writer may have died, as many
/// blocks as can be read.
/// @throws IoError
SeriesValues ReadSeries(const Hdf5File& file, const std::string& name,
                        const std::vector<double>& times, bool partial);

}  // namespace headroom::report
