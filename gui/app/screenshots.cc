#include "gui/app/screenshots.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QImageWriter>
#include <algorithm>
#include <unordered_map>

#include "gui/app/main_window.h"
#include "gui/app/page_table.h"
#include "gui/app/session.h"
#include "gui/pages/page.h"
#include "gui/pages/workbench.h"
#include "gui/study/study_file.h"
#include "gui/study/study_state.h"

namespace headroom::gui {
namespace {

void Settle(int ms) {
  QElapsedTimer clock;
  clock.start();
  while (clock.elapsed() < ms) QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
}

/// The image in 256 colours, the most frequent ones and such as are farthest from those, each other one as the nearest of
/// them: a window has few colours, and so its file is small.
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
  const auto distance = [](QRgb a, QRgb b) {
    const int r = qRed(a) - qRed(b), g = qGreen(a) - qGreen(b), bl = qBlue(a) - qBlue(b);
    return r * r + g * g + bl * bl;
  };
  // How far each colour is from the palette so far, and its nearest there.
  std::vector<std::pair<int, int>> near(order.size(), {1 << 20, 0});
  QList<QRgb> palette;
  for (std::size_t next = 0; palette.size() < 256 && palette.size() < static_cast<qsizetype>(order.size());) {
    const QRgb colour = order[next].second;
    for (std::size_t i = 0; i < order.size(); ++i)
      if (const int d = distance(order[i].second, colour); d < near[i].first) near[i] = {d, static_cast<int>(palette.size())};
    palette << colour;
    next = palette.size() < 64 ? next + 1 : static_cast<std::size_t>(std::max_element(near.begin(), near.end()) - near.begin());
  }
  for (std::size_t i = 0; i < order.size(); ++i) counts[order[i].second] = near[i].second;
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
  StudyState* state = session->bench()->state();
  state->SetTime(state->extent().from + 0.5 * state->extent().length());
  const auto shoot = [&](const QString& name, bool dark) {
    WaitUntilIdle(session);
    return WriteBytes(QString("%1/%2-%3.png").arg(folder, name, dark ? "dark" : "light"), Png(window->grab().toImage()));
  };
  for (const bool dark : {false, true}) {
    window->SetDark(dark);
    for (int i = 0; i < window->page_count(); ++i) {
      window->ShowPage(i);
      const QString name = Pages()[static_cast<std::size_t>(i)].name.toLower().replace(' ', '-');
      if (const QString error = shoot(name, dark); !error.isEmpty()) return error;
      // Then what the page has behind its first tab.
      auto* tabs = window->page(i)->findChild<QTabWidget*>();
      if (tabs == nullptr || !tabs->isVisible()) continue;
      for (int t = 1; t < tabs->count(); ++t) {
        tabs->setCurrentIndex(t);
        const QString tab = tabs->tabText(t).toLower().replace(' ', '-');
        if (const QString error = shoot(name + "-" + tab, dark); !error.isEmpty()) return error;
      }
      tabs->setCurrentIndex(0);
    }
  }
  return {};
}

}  // namespace headroom::gui
