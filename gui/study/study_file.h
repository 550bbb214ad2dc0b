#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <string>

namespace headroom::gui {

/// What study.yaml says: which scenario files of its folder are the study, and in which order.
///
///     schema: 1
///     name: Can the hall take eight more racks?
///     base: base.yaml
///     variants: [more-racks.yaml, smoothed.yaml]
struct StudyFile {
  QString title;
  QString base = QStringLiteral("base.yaml");
  QStringList variants;
};

inline constexpr const char* kStudyFile = "study.yaml";

/// @throws ConfigError with every mistake; `path` names the text in it.
StudyFile ReadStudyFile(const std::string& text, const std::string& path);

/// `text` changed to say `file`, the user's comments and order kept; a new text where it is empty.
std::string WriteStudyFile(const std::string& text, const StudyFile& file);

/// Reads a whole file. @throws IoError
QByteArray ReadBytes(const QString& path);
/// Writes a file in one step: the old one stays whole where that fails. Returns what went wrong
/// ("cannot write PATH: No space left on device"), or "".
QString WriteBytes(const QString& path, const QByteArray& bytes);

}  // namespace headroom::gui
