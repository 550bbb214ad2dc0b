#include "gui/app/main_window.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  QApplication::setApplicationName("headroom");
  headroom::gui::ApplyTheme(application, headroom::gui::Theme::Light(), 1.0);
  headroom::gui::StudyState state;
  headroom::gui::MainWindow window(nullptr, &state);
  window.show();
  return QApplication::exec();
}
