#define CATCH_CONFIG_RUNNER
#include <QtWidgets>
#include <catch2/catch.hpp>

int main(int argc, char** argv) {
  QStandardPaths::setTestModeEnabled(true);
  QApplication application(argc, argv);
  QApplication::setApplicationName("headroom-test");
  return Catch::Session().run(argc, argv);
}
