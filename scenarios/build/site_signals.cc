#include "scenarios/build/site_signals.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "scenarios/read/weather/weather_reader.h"

namespace headroom::scenario {
namespace {

/// The run's date and time: the series' own, else the weather's.
std::string StartOf(const BuildContext& context, const schema::Series& series) {
  return series.start().empty() ? context.scenario.site().cooling().weather().start() : series.start();
}

cost::Signal FromFile(const BuildContext& context, const SignalSource& source) {
  const schema::Series& s = source.series;
  const cost::Signal none = cost::Signal::Constant(source.mean);
  const std::filesystem::path file = std::filesystem::path(context.folder) / s.file();
  const auto read = ReadSeriesFile(file.lexically_normal().string(), *source.columns, context.diagnostics);
  if (!read) return none;
  const std::string start = StartOf(context, s);
  double offset = 0.0;
  if (!start.empty()) {
    const auto hour = HourOfYear(start, 8784);
    const auto at = read->dated ? SecondsOfDate(start) : hour ? std::optional(*HourOfYear(start, 8760) * 3600.0) : std::nullopt;
    if (!at) {
      context.Error(source.path + ".start", fmt::format("'{}' is no date and time such as 2026-07-15T00:00:00", start));
      return none;
    }
    offset = *at - read->first;
  }
  const double length = static_cast<double>(read->values.size()) * read->step;
  if (offset < 0.0 && s.repeat()) offset = std::fmod(offset, length) + length;
  if (offset < 0.0 || (offset >= length && !s.repeat())) {
    context.Error(source.path + ".start",
                  fmt::format("the run begins at {}, {:.6g} h {} of the file", start,
                              (offset < 0.0 ? -offset : offset - length) / 3600.0,
                              offset < 0.0 ? "before the first row" : "after the end"));
    return none;
  }
  const cost::Signal signal = cost::Signal::Steps(read->values, read->step, std::fmod(offset, length), s.repeat());
  const schema::Run& run = context.scenario.run();
  if (run.has_duration() && signal.Ends() < run.duration() - 1e-6)
    context.Error(source.path + ".file",
                  fmt::format("ends {:.6g} h after the start of the run, which lasts {:.6g} h; repeat: true begins it anew",
                              signal.Ends() / 3600.0, run.duration() / 3600.0));
  if (!run.has_duration() && !s.repeat())
    context.Warning(source.path + ".file", "may end before the run, which has no duration; its last value then holds on");
  return signal;
}

cost::Signal FromSwing(const BuildContext& context, const SignalSource& source) {
  const schema::Series& s = source.series;
  cost::Signal::Swing swing;
  swing.mean = source.mean;
  swing.daily = s.daily();
  swing.peak = s.peak();
  swing.seasonal = s.seasonal();
  swing.peak_day = s.peak_day();
  const std::string start = StartOf(context, s);
  if (const auto hour = start.empty() ? std::optional(0.0) : HourOfYear(start, 8760))
    swing.start = *hour * 3600.0;
  else
    context.Error(source.path + ".start", fmt::format("'{}' is no date and time such as 2026-07-15T00:00:00", start));
  return cost::Signal::Cosines(swing);
}

}  // namespace

cost::Signal SignalOf(const BuildContext& context, const SignalSource& source) {
  if (!source.moves) return cost::Signal::Constant(source.mean);
  const schema::Series& s = source.series;
  const bool swings = s.has_daily() || s.has_seasonal();
  if (!s.file().empty() && swings)
    context.Error(source.path + (s.has_daily() ? ".daily" : ".seasonal"), "belongs to a series without a file");
  if (s.file().empty() && s.repeat()) context.Error(source.path + ".repeat", "belongs to a file, and there is none");
  if (!s.file().empty()) return FromFile(context, source);
  if (!swings) context.Error(source.path, "has neither a file nor a swing (daily, seasonal)");
  return FromSwing(context, source);
}

}  // namespace headroom::scenario
