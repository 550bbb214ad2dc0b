#pragma once

#include <QString>
#include <memory>

namespace headroom::gui {

class Autosave;
class Checker;
class MainWindow;
class RunQueue;
class Study;
class StudyReports;
class StudyState;
class StudyViews;
class Workbench;

/// One study open in one window, and everything that serves it.
class Session {
 public:
  /// @throws ConfigError, IoError as Study::Open does.
  explicit Session(const QString& path);
  ~Session();
  MainWindow* window() const { return window_.get(); }
  Workbench* bench() const { return bench_.get(); }
  /// Nothing is being read or run.
  bool idle() const;

 private:
  std::unique_ptr<Study> study_;
  std::unique_ptr<StudyState> state_;
  std::unique_ptr<StudyViews> views_;
  std::unique_ptr<Checker> checker_;
  std::unique_ptr<RunQueue> queue_;
  std::unique_ptr<StudyReports> reports_;
  std::unique_ptr<Autosave> autosave_;
  std::unique_ptr<Workbench> bench_;
  std::unique_ptr<MainWindow> window_;
};

/// The folder of the sample study, written there if it is new. @throws IoError
QString SampleFolder();

}  // namespace headroom::gui
