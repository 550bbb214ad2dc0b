#include "gui/app/screenshots.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QImageWriter>
#include <algorithm>
#include <unordered_map>

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

/// The image in its 256 most frequent colours, each other one as the nearest of them: a window has
/// few colours, and so its file is small.
QImage InFewColours(const QImage& image) {
  const QImage rgb = image.convertToFormat(QImage::Format_RGB32);
  std::unordered_map<QRgb, int> counts;
  for (int y = 0; y < rgb.height(); ++y) {
    const auto* line = reinterpret_cast<const QRgb*>(rgb.constScanLine(y));
    for (int x = 0; x < rgb.width(); ++x) ++counts[line[x]];
  }
  std::vector<std::pair<int, QRgb>> order;
  for (const auto& [colour, count] : counts) order.push_back({-count, colour});
  std::sort(order.begin(), order.end());
  order.resize(std::min<std::size_t>(order.size(), 256));
  QList<QRgb> palette;
  for (const auto& [count, colour] : order) palette << colour;
  const auto nearest = [&](QRgb c) {
    const auto distance = [c](QRgb o) {
      const int r = qRed(c) - qRed(o), g = qGreen(c) - qGreen(o), b = qBlue(c) - qBlue(o);
      return r * r + g * g + b * b;
    };
    return static_cast<int>(std::min_element(palette.begin(), palette.end(),
                                             [&](QRgb a, QRgb b) { return distance(a) < distance(b); }) -
                            palette.begin());
  };
  for (auto& [colour, index] : counts) index = nearest(colour);
  QImage out(rgb.size(), QImage::Format_Indexed8);
  out.setColorTable(palette);
  for (int y = 0; y < rgb.height(); ++y) {
    const auto* line = reinterpret_cast<const QRgb*>(rgb.constScanLine(y));
    for (int x = 0; x < rgb.width(); ++x) out.scanLine(y)[x] = static_cast<uchar>(counts[line[x]]);
  }
  return out;
}

QByteArray Png(const QImage& image) {
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  QImageWriter writer(&buffer, "png");
  writer.setCompression(100);
  writer.write(InFewColours(image));
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
