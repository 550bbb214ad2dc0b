#pragma once

#include <QString>
#include <optional>
#include <string>

#include "gui/commands/text_change.h"

namespace headroom::gui {

/// The bytes of a file as an editor shows them: UTF-8 decoded, without a byte order mark, line ends
/// of one kind. Nothing where they are not UTF-8.
std::optional<QString> ShownText(const std::string& bytes);

/// The change of the bytes that an edit of the shown text means: what was not edited keeps its bytes,
/// new lines end as the file's first line does.
TextChange ChangeOfBytes(const std::string& bytes, const QString& shown_before, const QString& shown_after);

/// Position in the shown text's line of a column that counts bytes from 1.
int ShownColumn(const QString& line, int byte_column);

}  // namespace headroom::gui
