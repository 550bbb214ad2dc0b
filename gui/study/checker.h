#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>
#include <memory>
#include <vector>

#include "scenarios/build/site_outline.h"
#include "scenarios/read/scenario_file.h"
#include "scenarios/read/tree_file.h"

namespace headroom::gui {

/// A scenario as the command reads it, and every message that the command would print.
struct CheckedScenario {
  QString name;
  std::string path;                  ///< of its file
  QString variant;                   ///< of the file's `variants:`; "": the file as it stands
  bool readable = false;             ///< there is a tree; else the text does not parse
  config::Node tree;                 ///< with its includes and the variant
  config::Node own;                  ///< what its own text says, or the variant in it
  QStringList variants;              ///< names in the file's `variants:`
  scenario::LoadedScenario loaded;   ///< what was right
  std::vector<Finding> errors;
  std::vector<Finding> warnings;
  bool has_outline = false;          ///< it reads well enough to say where racks stand
  scenario::SiteOutline outline;
  /// Where in the file's text a path is written: below the variant.
  std::string InText(const std::string& property) const;
};

using CheckedPtr = std::shared_ptr<const CheckedScenario>;

/// Reads one scenario from texts that may not be saved. Slow: not for the GUI thread.
CheckedPtr CheckScenario(const QString& name, const std::string& path,
                         const scenario::OpenTexts& texts, const QString& variant = {});

/// Checks scenarios off the GUI thread, a moment after the last change. Of several requests for a
/// scenario only the last one is answered.
class Checker : public QObject {
  Q_OBJECT

 public:
  explicit Checker(QObject* parent = nullptr);
  ~Checker() override;
  void Request(const QString& name, const QString& path, const scenario::OpenTexts& texts,
               const QString& variant = {});
  bool busy() const { return !wanted_.empty() || running_ > 0; }

 signals:
  void Checked(const headroom::gui::CheckedPtr& checked);

 private:
  struct Wanted {
    QString name;
    std::string path;
    scenario::OpenTexts texts;
    QString variant;
  };
  void Start();
  std::vector<Wanted> wanted_;
  int running_ = 0;
  QTimer timer_;
  QThreadPool pool_;
};

}  // namespace headroom::gui
