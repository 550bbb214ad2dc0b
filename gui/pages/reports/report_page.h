#pragma once

#include "gui/pages/page.h"

class QStackedWidget;

namespace headroom::gui {

/// A page over the shown reports. Where none is shown it says the next step instead.
class ReportPage : public Page {
  Q_OBJECT

 public:
  explicit ReportPage(StudyState* state, QWidget* parent = nullptr);
  QString emptyState() const override;

 protected:
  /// The page's own widget, given once.
  void SetContent(QWidget* content);

 private:
  void Follow();
  QStackedWidget* stack_;
};

}  // namespace headroom::gui
