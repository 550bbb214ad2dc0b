#include "gui/views/colour_map.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace headroom::gui {
namespace {

using Stops = std::array<QRgb, 9>;
constexpr Stops kCividis = {0xff00224e, 0xff123570, 0xff3b496c, 0xff575d6d, 0xff707173, 0xff8a8678, 0xffa59c74, 0xffc3b369, 0xfffee838};
constexpr Stops kViridis = {0xff440154, 0xff472d7b, 0xff3b528b, 0xff2c728e, 0xff21918c, 0xff28ae80, 0xff5ec962, 0xffaddc30, 0xfffde725};
constexpr Stops kDifference = {0xff053061, 0xff2166ac, 0xff4393c3, 0xffa6cfe3, 0xfff7f7f7, 0xfff7b799, 0xffd6604d, 0xffb2182b, 0xff67001f};

}  // namespace

QColor ColourOf(ColourMap map, double share) {
  const Stops& stops = map == ColourMap::kCividis ? kCividis : map == ColourMap::kViridis ? kViridis : kDifference;
  const double at = std::clamp(share, 0.0, 1.0) * (stops.size() - 1);
  const auto i = std::min<std::size_t>(static_cast<std::size_t>(at), stops.size() - 2);
  const double f = at - static_cast<double>(i);
  const auto mix = [&](int a, int b) { return static_cast<int>(std::lround(a + f * (b - a))); };
  return QColor(mix(qRed(stops[i]), qRed(stops[i + 1])), mix(qGreen(stops[i]), qGreen(stops[i + 1])),
                mix(qBlue(stops[i]), qBlue(stops[i + 1])));
}

QColor InkOn(const QColor& ground) {
  const double luminance = 0.2126 * ground.redF() + 0.7152 * ground.greenF() + 0.0722 * ground.blueF();
  return luminance > 0.45 ? QColor(0x1a, 0x1d, 0x21) : QColor(Qt::white);
}

}  // namespace headroom::gui
