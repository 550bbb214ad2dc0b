#pragma once

#include <QString>

namespace headroom::gui {

class Session;

/// Writes every page of a session's window, and every tab of it, in both themes: DIR/NAME-light.png, DIR/NAME-TAB-dark.png.
/// Waits until what is being read is read. Returns what went wrong, or "".
QString WriteScreenshots(Session* session, const QString& folder);

/// Runs the event loop until nothing is being read or run.
void WaitUntilIdle(Session* session);

}  // namespace headroom::gui
