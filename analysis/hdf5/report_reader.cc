#include "analysis/hdf5/report_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "analysis/hdf5/attributes.h"
#include "analysis/hdf5/series_read.h"
#include "analysis/hdf5/table_store.h"
#include "sim/core/diagnostics.h"

namespace headroom::report {
namespace {

constexpr std::uint64_t kVersion = 1;

Hdf5File Open(const std::string& path) {
  std::FILE* readable = std::fopen(path.c_str(), "rb");
  if (!readable) throw IoError(fmt::format("{}: cannot open: {}", path, std::strerror(errno)));
  std::fclose(readable);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error) || H5Fis_hdf5(path.c_str()) <= 0)
    throw ConfigError(fmt::format("{}: not a Headroom report", path));
  return Hdf5File::OpenToRead(path);
}

[[noreturn]] void Unknown(const std::string& file, const char* kind, const std::string& name,
                          const std::vector<std::string>& known) {
  const std::string nearest = Nearest(name, known);
  throw ConfigError(fmt::format("{}: no {} {}{}", file, kind, name,
                                nearest.empty() ? "" : "; did you mean " + nearest + "?"));
}

}  // namespace

struct Report::Impl {
  explicit Impl(const std::string& path) : file(Open(path)) {
    const auto source = ReadText(file, file.id(), "source");
    const auto text = ReadText(file, file.id(), "scenario");
    const auto status = ReadText(file, file.id(), "status");
    if (!text || !status || !source || !source->starts_with("Headroom"))
      throw ConfigError(fmt::format("{}: not a Headroom report", path));
    const auto version = ReadCount(file, file.id(), "schema_version").value_or(1);
    if (version != kVersion)
      throw ConfigError(fmt::format("{}: is a report of version {}; this program reads version {}", path, version, kVersion));
    scenario_text = *text;
    scenario_sha256 = ReadText(file, file.id(), "scenario_sha256").value_or("");
    program_version = ReadText(file, file.id(), "program_version").value_or("");
    summary.name = ReadText(file, file.id(), "title").value_or("");
    summary.status = *status;
    summary.simulated_s = ReadNumber(file, file.id(), "simulated_s").value_or(0.0);
    summary.seed = ReadCount(file, file.id(), "seed").value_or(0);
    for (const std::string& table : TablePaths(file))
      if (table != "/metrics") table_paths.push_back(table);
    if (file.Has(file.id(), "metrics")) ReadMetrics();
    if (file.Has(file.id(), "time")) ReadAxes();
  }
  void ReadMetrics();
  void ReadAxes();

  Hdf5File file;
  Summary summary;
  std::string scenario_text, scenario_sha256, program_version, time_units;
  std::vector<std::string> series_names;
  std::vector<std::string> table_paths;
  std::vector<double> times;
};

void Report::Impl::ReadMetrics() {
  const Table table = ReadTable(file, "/metrics");
  const std::vector<std::string>*name = nullptr, *unit = nullptr, *text = nullptr;
  const std::vector<double>* value = nullptr;
  for (const Column& c : table.columns) {
    if (c.name == "name") name = std::get_if<std::vector<std::string>>(&c.values);
    if (c.name == "unit") unit = std::get_if<std::vector<std::string>>(&c.values);
    if (c.name == "text") text = std::get_if<std::vector<std::string>>(&c.values);
    if (c.name == "value") value = std::get_if<std::vector<double>>(&c.values);
  }
  if (!name || !unit || !text || !value)
    throw IoError(fmt::format("{}: cannot read the metrics: a column is missing", file.path()));
  for (std::size_t i = 0; i < name->size(); ++i) {
    if ((*text)[i].empty())
      summary.metrics.Set((*name)[i], (*value)[i], (*unit)[i]);
    else
      summary.metrics.SetText((*name)[i], (*text)[i]);
  }
}

void Report::Impl::ReadAxes() {
  const Handle time = file.Own(H5Dopen2(file.id(), "time", H5P_DEFAULT), H5Dclose, "read the time");
  time_units = ReadText(file, time, "units").value_or("");
  const Handle space(H5Dget_space(time), H5Sclose);
  times.resize(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  if (!times.empty())
    file.Check(H5Dread(time, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, times.data()),
               "read the time");
  for (const std::string& name : file.Links(file.id())) {
    const Handle object(H5Oopen(file.id(), name.c_str(), H5P_DEFAULT), H5Oclose);
    if (H5Iget_type(object) == H5I_DATASET && H5Aexists(object, "CLASS") <= 0)
      series_names.push_back(name);
  }
}

Report::Report(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
Report::~Report() = default;
Report::Report(Report&&) noexcept = default;
Report& Report::operator=(Report&&) noexcept = default;

const std::string& Report::path() const { return impl_->file.path(); }
const Summary& Report::summary() const { return impl_->summary; }
const std::string& Report::scenario_text() const { return impl_->scenario_text; }
const std::string& Report::scenario_sha256() const { return impl_->scenario_sha256; }
const std::string& Report::program_version() const { return impl_->program_version; }
const std::string& Report::time_units() const { return impl_->time_units; }
const std::vector<std::string>& Report::series_names() const { return impl_->series_names; }
const std::vector<std::string>& Report::table_paths() const { return impl_->table_paths; }

const std::vector<double>& Report::times() const { return impl_->times; }

SeriesShape Report::shape(const std::string& name) const {
  const auto& known = impl_->series_names;
  if (std::find(known.begin(), known.end(), name) == known.end())
    Unknown(path(), "series", name, known);
  SeriesShape shape = ReadShape(impl_->file, name);
  shape.rows = std::min(shape.rows, impl_->times.size());
  return shape;
}

void Report::ReadRows(const std::string& name, std::size_t first, std::size_t count,
                      float* to) const {
  SilenceErrors();
  report::ReadRows(impl_->file, name, first, count, to);
}

SeriesValues Report::series(const std::string& name) const {
  const auto& known = impl_->series_names;
  if (std::find(known.begin(), known.end(), name) == known.end())
    Unknown(path(), "series", name, known);
  return ReadSeries(impl_->file, name, impl_->times, impl_->summary.status == "incomplete");
}

Table Report::table(const std::string& path) const {
  const auto& known = impl_->table_paths;
  if (std::find(known.begin(), known.end(), path) == known.end())
    Unknown(impl_->file.path(), "table", path, known);
  SilenceErrors();
  return ReadTable(impl_->file, path);
}

}  // namespace headroom::report
