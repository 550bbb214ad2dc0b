#include "gui/app/screenshots.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QImageWriter>

#include "gui/app/main_window.h"
#include "gui/app/page_table.h"
#include "gui/app/session.h"
#include "gui/study/study_file.h"

namespace headroom::gui {
namespace {

void Settle(int ms) {
  QElapsedTimer clock;
  clock.start();
  while (clock.elapsed() < ms) QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
}

/// Few colours make small files; a window has few.
QByteArray Png(const QImage& image) {
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  QImageWriter writer(&buffer, "png");
  writer.setCompression(100);
  writer.write(image.convertToFormat(QImage::Format_Indexed8, Qt::AvoidDither));
  return buffer.data();
}

}  // namespace

void WaitUntilIdle(Session* session) {
  Settle(200);
  while (!session->idle()) Settle(20);
  Settle(300);
}

QString WriteScreenshots(Session* session, const QString& folder) {
  MainWindow* window = session->window();
  for (const bool dark : {false, true}) {
    window->SetDark(dark);
    for (int i = 0; i < window->page_count(); ++i) {
      window->ShowPage(i);
      WaitUntilIdle(session);
      const QString name = Pages()[static_cast<std::size_t>(i)].name.toLower().replace(' ', '-');
      const QString path = QString("%1/%2-%3.png").arg(folder, name, dark ? "dark" : "light");
      const QString error = WriteBytes(path, Png(window->grab().toImage()));
      if (!error.isEmpty()) return error;
    }
  }
  return {};
}

}  // namespace headroom::gui
