#include "analysis/hdf5/report_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "analysis/hdf5/attributes.h"
#include "analysis/hdf5/series_store.h"
#include "analysis/hdf5/sha256.h"
#include "analysis/hdf5/table_store.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::report {
namespace {

/// Says which folder is missing, where that is the reason.
void CheckFolder(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty() && !std::filesystem::is_directory(folder, error))
    throw IoError(fmt::format("{}: cannot create: {} is not a folder", path, folder.string()));
  if (std::filesystem::is_directory(path, error))
    throw IoError(fmt::format("{}: cannot create: it is a folder", path));
}

/// HDF5 locks the file that it writes, but empties it before it looks for a lock.
void CheckNotWritten(const std::string& partial) {
  const int file = open(partial.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  const bool locked = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(file);
  if (locked) throw IoError(fmt::format("{}: cannot create: another run writes it", partial));
}

Table MetricTable(const MetricSet& metrics) {
  std::vector<std::string> name, unit, text;
  std::vector<double> value;
  for (const Metric& m : metrics.all()) {
    name.push_back(m.name);
    value.push_back(m.value);
    unit.push_back(m.unit);
    text.push_back(m.text);
  }
  return {"/metrics",
          "name",
          {{"name", "", "name of the metric", name, {}},
           {"value", "", "figure, in its unit", value, {}},
           {"unit", "", "unit of the value", unit, {}},
           {"text", "", "the figure where it is a word", text, {}}}};
}

}  // namespace

struct ReportWriter::Impl {
  Impl(const std::string& path, const Provenance& from)
      : final_path(path),
        partial_path(path + ".partial"),
        file(Hdf5File::Create(partial_path)),
        series(file, "seconds since " + from.start_time) {
    const std::string sha =
        from.scenario_sha256.empty() ? Sha256(from.scenario_text) : from.scenario_sha256;
    WriteText(file, file.id(), "Conventions", "CF-1.8");
    WriteText(file, file.id(), "title", from.title);
    WriteText(file, file.id(), "source", "Headroom " + from.program_version);
    WriteText(file, file.id(), "scenario", from.scenario_text);
    WriteText(file, file.id(), "scenario_sha256", sha);
    WriteNumber(file, file.id(), "schema_version", std::uint64_t{from.schema_version});
    WriteNumber(file, file.id(), "seed", from.seed);
    WriteText(file, file.id(), "program_version", from.program_version);
    WriteNumber(file, file.id(), "simulated_s", 0.0);
    WriteText(file, file.id(), "status", "incomplete");
    file.Flush();
  }
  void Flush() {
    WriteNumber(file, file.id(), "simulated_s", series.last_time());
    file.Flush();
  }

  std::string final_path;
  std::string partial_path;
  Hdf5File file;
  SeriesStore series;
  bool finished = false;
};

ReportWriter::ReportWriter(const std::string& path, const Provenance& provenance) {
  CheckFolder(path);
  CheckNotWritten(path + ".partial");
  impl_ = std::make_unique<Impl>(path, provenance);
}

ReportWriter::~ReportWriter() {
  if (impl_->finished) return;
  try {
    impl_->series.Write();
    impl_->Flush();
  } catch (const std::exception&) {
    // The file stays as the last flush left it.
  }
}

SeriesId ReportWriter::AddSeries(const SeriesSpec& spec) { return impl_->series.Add(spec); }

void ReportWriter::Put(SeriesId series, std::size_t entity, double value) {
  HR_CHECK(series.index() < impl_->series.size() && entity < impl_->series.width(series),
           series.index(), entity);
  impl_->series.Put(series, entity, value);
}

void ReportWriter::EndInterval(double time) {
  HR_CHECK(!impl_->finished);
  if (impl_->series.EndInterval(time)) impl_->Flush();
}

void ReportWriter::WriteTable(const Table& table) {
  HR_CHECK(!impl_->finished, table.path);
  report::WriteTable(impl_->file, table);
  impl_->Flush();
}

void ReportWriter::Flush() {
  impl_->series.Write();
  impl_->Flush();
}

void ReportWriter::Finish(const std::string& status, double simulated_s, const MetricSet& metrics) {
  HR_CHECK(!impl_->finished);
  impl_->series.Write();
  report::WriteTable(impl_->file, MetricTable(metrics));
  WriteNumber(impl_->file, impl_->file.id(), "simulated_s", simulated_s);
  WriteText(impl_->file, impl_->file.id(), "status", status);
  impl_->file.Flush();
  impl_->series.Close();
  impl_->file.Close();
  impl_->finished = true;
  if (std::rename(impl_->partial_path.c_str(), impl_->final_path.c_str()) != 0)
    throw IoError(fmt::format("{}: cannot rename to {}: {}", impl_->partial_path, impl_->final_path,
                              std::strerror(errno)));
}

const std::string& ReportWriter::partial_path() const { return impl_->partial_path; }

}  // namespace headroom::report
