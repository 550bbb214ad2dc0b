#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/app/screenshots.h"
#include "gui/app/session.h"
#include "gui/app/settings.h"
#include "gui/pages/workbench.h"
#include "gui/theme/theme.h"
#include "scenarios/cli/version.h"
#include "sim/core/diagnostics.h"

namespace headroom::gui {
namespace {

enum Exit { kDone = 0, kBadInput = 2, kIoError = 5 };

/// Seconds since this process was started.
double Age() {
  QFile stat("/proc/self/stat"), uptime("/proc/uptime");
  if (!stat.open(QIODevice::ReadOnly) || !uptime.open(QIODevice::ReadOnly)) return 0.0;
  const QByteArray text = stat.readAll();
  const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
  return uptime.readAll().split(' ').value(0).toDouble() -
         fields.value(19).toDouble() / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// Prints when a window is first painted, and ends the program.
class FirstPaint : public QObject {
 public:
  bool eventFilter(QObject*, QEvent* event) override {
    if (event->type() == QEvent::Paint) QTimer::singleShot(0, this, [] {
      fmt::print("{:.2f}\n", Age());
      QCoreApplication::quit();
    });
    return false;
  }
};

class Desktop {
 public:
  void Open(const QString& path) {
    try {
      const QString where = path.isEmpty() ? SampleFolder() : path;
      auto next = std::make_unique<Session>(where);
      session_ = std::move(next);
      Settings settings = session_->window()->settings();
      settings.NoteOpened(QFileInfo(where).absoluteFilePath());
      settings.Save();
      QObject::connect(session_->window(), &MainWindow::OpenWanted, session_->window(),
                       [this](const QString& wanted) { OpenLater(wanted); });
    } catch (const std::exception& e) {
      if (!session_) throw;
      session_->window()->messages()->Say(QString::fromUtf8(e.what()));
    }
  }
  void OpenLater(const QString& path) {
    QTimer::singleShot(0, qApp, [this, path] {
      const Session* before = session_.get();
      Open(path);
      if (session_.get() != before) session_->window()->show();
    });
  }
  Session* session() const { return session_.get(); }

 private:
  std::unique_ptr<Session> session_;
};

int Main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i)  // pages are painted off the screen where there is none
    if (std::string_view(argv[i]) == "--screenshots" && !qEnvironmentVariableIsSet("DISPLAY") &&
        !qEnvironmentVariableIsSet("WAYLAND_DISPLAY") && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
      qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  QApplication::setApplicationName("headroom");
  QApplication::setApplicationVersion(cli::kVersion);
  QCommandLineParser parser;
  parser.setApplicationDescription("Headroom: what-if studies of an AI datacenter");
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument("STUDY", "folder of a study, or a scenario file (default: the last one, or a sample)");
  parser.addOption({"screenshots", "Write every page as a PNG in both themes, and end.", "DIR"});
  parser.addOption({"run", "Run every scenario and sweep first."});
  parser.addOption({"time-to-window", "Print the seconds from start to the first painted window, and end."});
  parser.process(application);

  const Settings settings = Settings::Load();
  ApplyTheme(application, settings.dark ? Theme::Dark() : Theme::Light(), settings.text_scale);
  QString path = parser.positionalArguments().value(0);
  if (path.isEmpty() && !settings.recent.isEmpty() && QFileInfo::exists(settings.recent.front())) path = settings.recent.front();
  Desktop desktop;
  try {
    desktop.Open(path);
  } catch (const IoError& e) {
    fmt::print(stderr, "headroom-gui: {}\n", e.what());
    return kIoError;
  } catch (const std::exception& e) {
    fmt::print(stderr, "headroom-gui: {}\n", e.what());
    return kBadInput;
  }
  FirstPaint first_paint;
  if (parser.isSet("time-to-window")) desktop.session()->window()->installEventFilter(&first_paint);
  desktop.session()->window()->show();
  if (parser.isSet("run")) {
    desktop.session()->bench()->RunAll();
    for (const QString& sweep : desktop.session()->bench()->Sweeps()) desktop.session()->bench()->RunSweep(sweep);
  }
  if (parser.isSet("screenshots")) {
    WaitUntilIdle(desktop.session());
    const QString error = WriteScreenshots(desktop.session(), parser.value("screenshots"));
    if (!error.isEmpty()) fmt::print(stderr, "headroom-gui: {}\n", error.toStdString());
    return error.isEmpty() ? kDone : kIoError;
  }
  return QApplication::exec();
}

}  // namespace
}  // namespace headroom::gui

int main(int argc, char** argv) { return headroom::gui::Main(argc, argv); }
