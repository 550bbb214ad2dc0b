#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "sim/core/diagnostics.h"

namespace headroom::gui {

/// The `headroom` command: beside this program, else the first in PATH; "" where there is none.
QString HeadroomProgram();

/// A command as a shell takes it, quoted where it must be.
QString ShellText(const QString& program, const QStringList& arguments);

/// The findings in what the command printed: lines `file:line:col: path: message`.
std::vector<Finding> FindingsIn(const QString& printed);

}  // namespace headroom::gui
