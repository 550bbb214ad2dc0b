#include "gui/editor/shown_text.h"

#include <QStringDecoder>

namespace headroom::gui {
namespace {

std::size_t MarkLength(const std::string& bytes) { return bytes.starts_with("\xef\xbb\xbf") ? 3 : 0; }

bool EndsLine(const std::string& bytes, std::size_t at) {
  return bytes[at] == '\r' && at + 1 < bytes.size() && bytes[at + 1] == '\n';
}

/// Of a position in the UTF-8 form of the shown text.
std::size_t ByteOffset(const std::string& bytes, std::size_t shown) {
  std::size_t at = MarkLength(bytes);
  for (; shown > 0 && at < bytes.size(); --shown) at += EndsLine(bytes, at) ? 2 : 1;
  return at;
}

}  // namespace

std::optional<QString> ShownText(const std::string& bytes) {
  QStringDecoder decode(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
  const std::size_t mark = MarkLength(bytes);
  QString text = decode(QByteArrayView(bytes.data() + mark, static_cast<qsizetype>(bytes.size() - mark)));
  if (decode.hasError()) return {};
  return text.replace("\r\n", "\n");
}

TextChange ChangeOfBytes(const std::string& bytes, const QString& shown_before, const QString& shown_after) {
  const TextChange shown = Difference(shown_before.toStdString(), shown_after.toStdString());
  TextChange out;
  out.at = ByteOffset(bytes, shown.at);
  const std::size_t end = ByteOffset(bytes, shown.at + shown.removed.size());
  out.removed = bytes.substr(out.at, end - out.at);
  const std::size_t first = bytes.find('\n');
  const bool crlf = first != std::string::npos && first > 0 && bytes[first - 1] == '\r';
  for (const char c : shown.inserted) {
    if (c == '\n' && crlf) out.inserted += '\r';
    out.inserted += c;
  }
  return out;
}

int ShownColumn(const QString& line, int byte_column) {
  int bytes = 1, at = 0;
  while (at < line.size() && bytes < byte_column) {
    const bool pair = line[at].isHighSurrogate();
    bytes += static_cast<int>(line.mid(at, pair ? 2 : 1).toUtf8().size());
    at += pair ? 2 : 1;
  }
  return at;
}

}  // namespace headroom::gui
