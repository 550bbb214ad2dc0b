#pragma once

#include <QString>

namespace headroom::gui {

/// Writes the sample study into `folder`, which must be new or hold it already. Files that are
/// there stay. Returns what went wrong, or "".
QString WriteSampleStudy(const QString& folder);

/// A base scenario to start from: one row of racks that trains one model.
const char* StarterScenario();

}  // namespace headroom::gui
