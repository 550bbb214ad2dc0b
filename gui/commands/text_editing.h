#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <deque>
#include <functional>

#include "gui/commands/text_change.h"

namespace headroom::gui {

class Study;

/// Makes changes of scenarios' texts, each one step of undo, in the order in which they are asked for.
///
/// To change a text it has to be read, and read again to see that nothing else changed. Of a text of up to kAtOnce bytes that is
/// done at once; a longer one is read on another thread, and the change is made a moment later, to the text as it is then.
class TextEditing : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kAtOnce = 16 * 1024;  ///< read twice in some 10 ms
  /// Works out the change of a text; throws ConfigError where it cannot be made. It holds what it needs, and runs on any thread.
  using Make = std::function<TextChange(const std::string& text)>;

  explicit TextEditing(Study* study, QObject* parent = nullptr);
  ~TextEditing() override;
  void Do(const QString& scenario, const QString& what, Make make);
  bool busy() const { return !due_.empty(); }

 signals:
  /// A change could not be made; the message says why.
  void Refused(const QString& why);
  /// The text says what was asked for already, or leaves it to its base.
  void NothingToChange();

 private:
  struct Due {
    QString scenario, what;
    Make make;
  };
  struct Outcome {
    TextChange change;
    QString refused;
  };
  static Outcome Worked(const Make& make, const std::string& text);
  void Finish(const Due& due, const Outcome& outcome);
  void Next();

  Study* study_;
  std::deque<Due> due_;  ///< the first is being worked out
  QThreadPool pool_;
};

}  // namespace headroom::gui
