#include "gui/app/settings.h"

#include <QSettings>
#include <algorithm>

namespace headroom::gui {
namespace {

constexpr int kMostRecent = 10;

}  // namespace

Settings Settings::Load() {
  QSettings file(QSettings::IniFormat, QSettings::UserScope, "headroom", "desktop");
  Settings s;
  s.dark = file.value("dark", false).toBool();
  s.text_scale = std::clamp(file.value("text_scale", 1.0).toDouble(), 0.7, 2.5);
  s.recent = file.value("recent").toStringList();
  s.geometry = file.value("geometry").toByteArray();
  s.layout = file.value("layout").toByteArray();
  return s;
}

void Settings::Save() const {
  QSettings file(QSettings::IniFormat, QSettings::UserScope, "headroom", "desktop");
  file.setValue("dark", dark);
  file.setValue("text_scale", text_scale);
  file.setValue("recent", recent);
  file.setValue("geometry", geometry);
  file.setValue("layout", layout);
}

void Settings::NoteOpened(const QString& path) {
  recent.removeAll(path);
  recent.prepend(path);
  while (recent.size() > kMostRecent) recent.removeLast();
}

}  // namespace headroom::gui
