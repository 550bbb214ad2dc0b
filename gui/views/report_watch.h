#pragma once

#include <QObject>
#include <vector>

namespace headroom::gui {

class StudyState;

/// Tells when values of a shown report have arrived, whichever reports are shown.
class ReportWatch : public QObject {
  Q_OBJECT

 public:
  ReportWatch(StudyState* state, QObject* parent);

 signals:
  void Arrived();

 private:
  void Connect();
  StudyState* state_;
  std::vector<QMetaObject::Connection> connections_;
};

}  // namespace headroom::gui
