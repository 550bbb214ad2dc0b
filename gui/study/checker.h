#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <QTimer>
#include <memory>
#include <vector>

#include "scenarios/read/scenario_file.h"
#include "scenarios/read/tree_file.h"

namespace headroom::gui {

/// A scenario as the command reads it, and every message that the command would print.
struct CheckedScenario {
  QString name;
  std::string path;                  ///< of its file
  bool readable = false;             ///< there is a tree; else the text does not parse
  config::Node tree;                 ///< with its includes
  scenario::LoadedScenario loaded;   ///< what was right
  std::vector<Finding> errors;
  std::vector<Finding> warnings;
};

using CheckedPtr = std::shared_ptr<const CheckedScenario>;

/// Reads one scenario from texts that may not be saved. Slow: not for the GUI thread.
CheckedPtr CheckScenario(const QString& name, const std::string& path,
                         const scenario::OpenTexts& texts);

/// Checks scenarios off the GUI thread, a moment after the last change. Of several requests for a
/// scenario only the last one is answered.
class Checker : public QObject {
  Q_OBJECT

 public:
  explicit Checker(QObject* parent = nullptr);
  ~Checker() override;
  void Request(const QString& name, const QString& path, const scenario::OpenTexts& texts);
  bool busy() const { return !wanted_.empty() || running_ > 0; }

 signals:
  void Checked(const headroom::gui::CheckedPtr& checked);

 private:
  struct Wanted {
    QString name;
    std::string path;
    scenario::OpenTexts texts;
  };
  void Start();
  std::vector<Wanted> wanted_;
  int running_ = 0;
  QTimer timer_;
  QThreadPool pool_;
};

}  // namespace headroom::gui
