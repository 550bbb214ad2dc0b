#include "tests/gui/app/window.h"

#include "gui/study/sample_study.h"

namespace headroom::gui {

Window::Window(bool open) {
  REQUIRE(WriteSampleStudy(folder.path()) == "");
  if (open) Open();
}

void Window::Open() {
  session.reset();
  session = std::make_unique<Session>(folder.path());
  window().resize(1280, 800);
  window().show();
  WaitUntilIdle(session.get());
}

void Window::ShowPage(const char* name) {
  window().ShowPage(QString(name));
  WaitUntilIdle(session.get());
}

void Window::Wait() {
  REQUIRE(QTest::qWaitFor([this] { return session->idle(); }, 180000));
  WaitUntilIdle(session.get());
}

void Window::Key(Qt::Key key, Qt::KeyboardModifiers modifiers) { QTest::keyClick(&window(), key, modifiers); }

QString Window::Cell(const QString& scenario, int column, int role) {
  const QAbstractItemModel* table = Find<QTableView>("scenarios")->model();
  for (int row = 0; row < table->rowCount(); ++row)
    if (table->index(row, 1).data(Qt::EditRole).toString() == scenario) return table->index(row, column).data(role).toString();
  FAIL("no row of " << scenario.toStdString());
  return {};
}

void AnswerFileDialog(const QString& path) {
  auto* timer = new QTimer(qApp);
  QObject::connect(timer, &QTimer::timeout, timer, [timer, path] {
    auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
    if (dialog == nullptr) return;
    timer->deleteLater();
    auto* name = dialog->findChild<QLineEdit*>("fileNameEdit");
    name->setText(path);
    QTest::keyClick(name, Qt::Key_Return);
  });
  timer->start(30);
}

}  // namespace headroom::gui
