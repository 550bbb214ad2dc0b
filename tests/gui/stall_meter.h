#pragma once

#include <QApplication>
#include <functional>
#include <string>

namespace headroom::gui {

/// The longest that the event loop was held by one event since the last Restart(), in processor time of the thread: what
/// other programs take of the machine does not count.
class StallMeter {
 public:
  static void Restart();
  static double worst_ms();
  /// What held it: event and receiver, or the name given to Do().
  static const std::string& worst();
  /// Measures a call that a user's click would make.
  static void Do(const std::string& name, const std::function<void()>& act);
};

/// An application that measures each event it delivers.
class MeasuredApplication : public QApplication {
 public:
  using QApplication::QApplication;
  bool notify(QObject* receiver, QEvent* event) override;
};

/// What one event may take. Sanitizers slow programs down.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr double kLongestStall = 500.0;
#else
inline constexpr double kLongestStall = 50.0;
#endif

}  // namespace headroom::gui
