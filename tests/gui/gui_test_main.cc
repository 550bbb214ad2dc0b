#define CATCH_CONFIG_RUNNER
#include <QtWidgets>
#include <catch2/catch.hpp>

#include "tests/gui/stall_meter.h"

int main(int argc, char** argv) {
  QStandardPaths::setTestModeEnabled(true);
  headroom::gui::MeasuredApplication application(argc, argv);
  QApplication::setApplicationName("headroom-test");
  return Catch::Session().run(argc, argv);
}
