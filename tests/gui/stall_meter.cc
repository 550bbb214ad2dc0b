#include "tests/gui/stall_meter.h"

#include <QThread>
#include <ctime>

namespace headroom::gui {
namespace {

struct Meter {
  int depth = 0;
  double worst = 0.0;
  std::string what;
};

Meter& TheMeter() {
  static Meter meter;
  return meter;
}

double Milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

/// Calls within calls belong to the outermost one.
class Stretch {
 public:
  Stretch() : start_(++TheMeter().depth == 1 ? Milliseconds() : 0.0) {}
  ~Stretch() { --TheMeter().depth; }
  template <class Name>
  void End(const Name& name) const {
    if (TheMeter().depth > 1) return;
    const double taken = Milliseconds() - start_;
    if (taken <= TheMeter().worst) return;
    TheMeter().worst = taken;
    TheMeter().what = name();
  }

 private:
  double start_;
};

}  // namespace

void StallMeter::Restart() {
  TheMeter().worst = 0.0;
  TheMeter().what.clear();
}

double StallMeter::worst_ms() { return TheMeter().worst; }

const std::string& StallMeter::worst() { return TheMeter().what; }

void StallMeter::Do(const std::string& name, const std::function<void()>& act) {
  const Stretch stretch;
  act();
  stretch.End([&] { return name; });
}

bool MeasuredApplication::notify(QObject* receiver, QEvent* event) {
  if (QThread::currentThread() != thread()) return QApplication::notify(receiver, event);  // a worker's own loop
  // The receiver may be gone behind the event.
  const std::string name = TheMeter().depth == 0 ? std::string(receiver->metaObject()->className()) + " '" + receiver->objectName().toStdString() + "', event " + std::to_string(event->type())
                                                 : std::string();
  const Stretch stretch;
  const bool taken = QApplication::notify(receiver, event);
  stretch.End([&] { return name; });
  return taken;
}

}  // namespace headroom::gui
