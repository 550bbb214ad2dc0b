#pragma once

#include <QByteArray>
#include <QStringList>

namespace headroom::gui {

/// What the program remembers between sessions, in the user's settings file.
struct Settings {
  bool dark = false;
  double text_scale = 1.0;
  QStringList recent;  ///< studies, the last one first
  QByteArray geometry;
  QByteArray layout;

  static Settings Load();
  void Save() const;
  /// Puts a study at the head of the recent ones.
  void NoteOpened(const QString& path);
};

}  // namespace headroom::gui
