#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>
#include <sstream>

#include "analysis/hdf5/attributes.h"
#include "analysis/hdf5/sweep_store.h"
#include "analysis/hdf5/table_store.h"
#include "sim/core/diagnostics.h"

namespace headroom::report {
namespace {

Hdf5File Open(const std::string& path) {
  std::FILE* readable = std::fopen(path.c_str(), "rb");
  if (!readable) throw IoError(fmt::format("{}: cannot open: {}", path, std::strerror(errno)));
  std::fclose(readable);
  if (H5Fis_hdf5(path.c_str()) <= 0)
    throw ConfigError(fmt::format("{}: not a collected sweep", path));
  return Hdf5File::OpenToRead(path);
}

const std::vector<std::string>& Texts(const Column& c, const std::string& path) {
  const auto* texts = std::get_if<std::vector<std::string>>(&c.values);
  if (!texts) throw ConfigError(fmt::format("{}: {} is no list of words", path, c.name));
  return *texts;
}

}  // namespace

SweepTable ReadSweep(const std::string& path) {
  const Hdf5File file = Open(path);
  SweepTable table;
  if (ReadText(file, file.id(), "source").value_or("") != "Headroom sweep")
    throw ConfigError(fmt::format("{}: not a collected sweep", path));
  table.title = ReadText(file, file.id(), "title").value_or("");
  table.program_version = ReadText(file, file.id(), "program_version").value_or("");
  table.digest = ReadText(file, file.id(), "digest").value_or("");
  std::istringstream words(ReadText(file, file.id(), "coordinates").value_or(""));
  std::set<std::string> coordinates;
  for (std::string word; words >> word;) coordinates.insert(word);
  for (Column& c : ReadColumns(file, "/")) {
    if (c.name == "point")
      table.points = std::get<std::vector<std::int64_t>>(c.values).size();
    else if (c.name == "metric")
      table.metrics = Texts(c, path);
    else if (c.name == "unit")
      table.units = Texts(c, path);
    else
      (coordinates.count(c.name) ? table.coordinates : table.words).push_back(std::move(c));
  }
  if (!table.metrics.empty()) {
    const Handle values = file.Own(H5Dopen2(file.id(), "value", H5P_DEFAULT), H5Dclose, "read");
    const Handle space(H5Dget_space(values), H5Sclose);
    table.values.resize(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    file.Check(H5Dread(values, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                       table.values.data()),
               "read values");
    if (table.values.size() != table.points * table.metrics.size())
      throw IoError(fmt::format("{}: cannot read values: their shape does not fit", path));
  }
  for (const std::string& of : TablePaths(file)) table.tables.push_back(ReadTable(file, of));
  return table;
}

}  // namespace headroom::report
