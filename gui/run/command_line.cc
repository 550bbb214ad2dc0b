#include "gui/run/command_line.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

namespace headroom::gui {
namespace {

QString Quoted(const QString& word) {
  static const QRegularExpression plain("^[A-Za-z0-9_./:=@%+,-]+$");
  if (plain.match(word).hasMatch()) return word;
  return "'" + QString(word).replace("'", "'\\''") + "'";
}

}  // namespace

QString HeadroomProgram() {
  const QString here = QCoreApplication::applicationDirPath();
  for (const QString& path : {here + "/headroom", here + "/../headroom"})
    if (QFileInfo(path).isFile() && QFileInfo(path).isExecutable()) return QFileInfo(path).canonicalFilePath();
  return QStandardPaths::findExecutable("headroom");
}

QString ShellText(const QString& program, const QStringList& arguments) {
  QStringList words = {Quoted(program)};
  for (const QString& a : arguments) words << Quoted(a);
  return words.join(' ');
}

std::vector<Finding> FindingsIn(const QString& printed) {
  static const QRegularExpression line("^(\\S[^:]*):(\\d+):(\\d+): (?:([A-Za-z_][^: ]*): )?(.+)$");
  std::vector<Finding> out;
  for (const QString& text : printed.split('\n')) {
    const auto m = line.match(text);
    if (!m.hasMatch()) continue;
    out.push_back({{m.captured(1).toStdString(), m.captured(2).toInt(), m.captured(3).toInt()},
                   m.captured(4).toStdString(),
                   m.captured(5).toStdString()});
  }
  return out;
}

}  // namespace headroom::gui
