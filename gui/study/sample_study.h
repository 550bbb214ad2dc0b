#pragma once

#include <QByteArray>
#include <QString>

namespace headroom::gui {

/// Writes the sample study (gui/study/sample) into `folder`. Files that are there stay. Returns what
/// went wrong, or "".
QString WriteSampleStudy(const QString& folder);

/// A base scenario to start from: one row of racks that trains one model.
QByteArray StarterScenario();

}  // namespace headroom::gui
