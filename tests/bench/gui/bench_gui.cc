#include <fmt/format.h>

#include <QtWidgets>
#include <algorithm>
#include <ctime>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>

#include "gui/commands/rack_moves.h"
#include "gui/commands/text_editing.h"
#include "gui/data/report_file.h"
#include "gui/data/report_loader.h"
#include "gui/models/scenario/property_model.h"
#include "gui/study/checker.h"
#include "gui/study/study.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"
#include "gui/views/floor_plan_view.h"
#include "gui/views/series_plot.h"
#include "tests/gui/sample_report.h"

using namespace headroom::gui;

namespace {

double PeakMiB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024.0;
  return 0.0;
}

/// Runs events until `done`.
template <class Done>
void Until(Done done) {
  while (!done()) QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
}

struct Frames {
  std::vector<double> ms;
  double seconds = 0.0;
  double PerSecond() const { return static_cast<double>(ms.size()) / seconds; }
  double Quantile(double q) {
    std::sort(ms.begin(), ms.end());
    return ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))];
  }
};

/// Draws `count` frames one after another, events in between; times how long each holds the thread.
template <class Draw>
Frames Run(int count, Draw draw) {
  Frames f;
  QElapsedTimer all, one;
  all.start();
  for (int i = 0; i < count; ++i) {
    one.start();
    draw(i);
    QCoreApplication::processEvents();
    f.ms.push_back(static_cast<double>(one.nsecsElapsed()) * 1e-6);
  }
  f.seconds = static_cast<double>(all.nsecsElapsed()) * 1e-9;
  return f;
}

std::shared_ptr<const ReportFile> Open(const QString& path, ReportLoader* loader) {
  std::shared_ptr<const ReportFile> file;
  const auto c = QObject::connect(loader, &ReportLoader::Loaded, [&](const QString&, std::shared_ptr<const ReportFile> f) { file = f; });
  QObject::connect(loader, &ReportLoader::Failed, [](const QString&, const QString& message) {
    fmt::print(stderr, "{}\n", message.toStdString());
    std::exit(1);
  });
  loader->Load(path);
  Until([&] { return file != nullptr; });
  QObject::disconnect(c);
  return file;
}

void FloorPlan(const QString& path, int frames) {
  ReportLoader loader;
  StudyState state;
  FloorPlanView view(&state);
  view.resize(1200, 800);
  view.show();
  QElapsedTimer timer;
  timer.start();
  const auto file = Open(path, &loader);
  state.SetReports({{"big", Theme::Light().Series(0), file}}, {0.0, file->end()});
  state.SetTime(file->end() / 2);
  const int power = file->FindSeries("rack_group_power");
  Until([&] { return file->Row(power, file->RowAt(state.time())).exact(); });
  QCoreApplication::processEvents();
  view.repaint();
  fmt::print("{:<28} {:>10.3f} s\n", "open_to_floor_plan", static_cast<double>(timer.nsecsElapsed()) * 1e-9);
  file->Overview(power);
  Until([&] { return file->Overview(power) && file->Overview(power)->whole(); });
  fmt::print("{:<28} {:>10.3f} s\n", "whole_overview", static_cast<double>(timer.nsecsElapsed()) * 1e-9);
  int exact = 0;
  Frames drag = Run(frames, [&](int i) {
    // Back and forth over the whole run, as a hand does.
    const double share = 0.5 + 0.48 * std::sin(i * 0.05);
    state.SetTime(share * file->end());
    view.repaint();
    exact += file->Row(power, file->RowAt(state.time())).exact();
  });
  fmt::print("{:<28} {:>10.1f} frames/s\n", "drag_floor_plan", drag.PerSecond());
  fmt::print("{:<28} {:>10.2f} ms\n", "drag_frame_p99", drag.Quantile(0.99));
  fmt::print("{:<28} {:>10.1f} %\n", "drag_exact_at_once", 100.0 * exact / frames);
  fmt::print("{:<28} {:>10.0f} MiB\n", "peak_memory", PeakMiB());
  state.SetReports({}, {});
}

void Pan(const QString& path, int frames) {
  ReportLoader loader;
  StudyState state;
  SeriesPlot plot(&state);
  plot.resize(1400, 400);
  plot.show();
  const auto file = Open(path, &loader);
  state.SetReports({{"long", Theme::Light().Series(0), file}}, {0.0, file->end()});
  plot.SetSeries("site_power");
  Until([&] { return file->Overview(0) && file->Overview(0)->whole(); });
  for (const double share : {0.5, 0.05, 0.0005}) {
    const double length = share * file->end();
    Frames pan = Run(frames, [&](int i) {
      const double from = (file->end() - length) * (0.5 + 0.45 * std::sin(i * 0.02));
      state.SetRange({from, from + length});
      plot.Draw();
    });
    fmt::print("{:<28} {:>10.1f} frames/s\n", fmt::format("pan_{:g}_of_it", share), pan.PerSecond());
    fmt::print("{:<28} {:>10.2f} ms\n", fmt::format("pan_{:g}_p99", share), pan.Quantile(0.99));
  }
  state.SetReports({}, {});
}

/// Longest hold of this thread by one turn of the event loop until `done` [ms of its processor time].
template <class Done>
double LongestHold(Done done) {
  const auto now = [] {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
  };
  double longest = 0.0;
  while (!done()) {
    const double before = now();
    QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
    longest = std::max(longest, now() - before);
  }
  return longest;
}

/// Sets properties and moves a rack in a scenario of `halls` systems and as many placed racks, two lines each.
void Edit(const QString& folder, int halls) {
  std::string text = "schema: 1\nname: Many halls\nsite:\n  systems:\n";
  for (int i = 0; i < halls; ++i) text += fmt::format("    # hall {0}\n    - {{name: hall-{0}, type: dgx-h100, count: 4, per_rack: 4}}\n", i);
  text += "  floor:\n    racks:\n";
  for (int i = 0; i < halls; ++i) text += fmt::format("      - {{name: rack-{}, x: {} m, y: {} m}}\n", i + 1, 1 + i % 50, 3 + 3 * (i / 50));
  text += "run: {duration: 1 min}\n";
  WriteBytes(folder + "/base.yaml", QByteArray::fromStdString(text));
  const auto study = Study::Open(folder);
  PropertyModel model(study.get());
  TextEditing floor(study.get());
  const CheckedPtr checked = CheckScenario("base", study->FilePath("base").toStdString(), study->Texts());
  model.Show(checked);
  const auto timed = [&](const char* what, const std::function<void()>& edit, const std::string& wanted) {
    QTimer::singleShot(0, edit);
    QElapsedTimer all;
    all.start();
    const double hold = LongestHold([&] { return study->Find("base")->text.find(wanted) != std::string::npos; });
    fmt::print("{:<28} {:>10.2f} ms, there after {} ms\n", what, hold, all.elapsed());
  };
  const std::string last = std::to_string(halls / 2);
  timed("edit_set_property", [&] {
    model.setData(model.Find(QString::fromStdString("site.systems[hall-" + last + "].count")).siblingAtColumn(PropertyModel::kValue), "8", Qt::EditRole);
  }, "name: hall-" + last + ", type: dgx-h100, count: 8,");
  timed("edit_move_rack", [&] {
    floor.Do("base", "move", [last](const std::string& before) { return MoveRacks(before, "", {{"rack-" + last, 77.5, 1.5, ""}}); });
  }, "x: 77.5 m");
  fmt::print("{:<28} {:>10} lines\n", "edit_lines", std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

/// bench_gui [--smoke | --keep FOLDER]: one line per figure; the reports that it makes are kept where asked. --make FILE RACKS ROWS ONLY_SITE_ROWS writes a report and ends.
int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 5 && words[0] == "--make") {
    WriteSampleReport(words[1], {.racks = std::stoi(words[2]), .rows = std::stoi(words[3]), .tables = false, .only_site_rows = std::stoi(words[4])});
    return 0;
  }
  QApplication application(argc, argv);
  ApplyTheme(application, Theme::Light(), 1.0);
  const bool smoke = !words.empty() && words[0] == "--smoke";
  const QString kept = words.size() == 2 && words[0] == "--keep" ? QString::fromStdString(words[1]) : QString();
  QTemporaryDir folder;
  const auto make = [&](const char* name, int racks, int rows, int only) {
    const QString path = kept.isEmpty() ? folder.filePath(name) : kept + "/" + name;
    if (QFileInfo::exists(path)) return path;
    // In a process of its own, whose memory is not measured.
    const int status = QProcess::execute(application.applicationFilePath(), {"--make", path, QString::number(racks), QString::number(rows), QString::number(only)});
    if (status != 0) std::exit(1);
    return path;
  };
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const int frames = smoke ? 5 : 400;
  FloorPlan(make("big.h5", smoke ? 50 : 2000, smoke ? 600 : 86400, 0), frames);
  Edit(folder.path(), smoke ? 400 : 2000);
  Pan(make("long.h5", 1, 1, smoke ? 20000 : 10000000), frames);
  return 0;
}
