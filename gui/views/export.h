#pragma once

#include <QSizeF>
#include <QString>

class QAbstractItemModel;

namespace headroom::gui {

class StudyState;
class View;

/// Writes a view in the light theme, with a line below that says which reports it shows: .png (at twice the
/// size), .svg or .pdf by the file's name. Returns what went wrong, or "". A file is replaced in one step.
QString SavePicture(const View& view, const StudyState& state, const QString& path, QSizeF size);
/// Writes a table as CSV. Returns what went wrong, or "".
QString SaveCsv(const QAbstractItemModel& model, const QString& path);
/// Writes a text in one step. Returns what went wrong, or "".
QString SaveText(const QString& text, const QString& path);
/// Which reports are shown, from which scenarios and program: for below a picture.
QString ProvenanceOf(const StudyState& state);

}  // namespace headroom::gui
