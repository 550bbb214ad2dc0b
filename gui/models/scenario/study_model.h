#pragma once

#include <QAbstractTableModel>
#include <QStringList>

namespace headroom::gui {

class RunQueue;
class Study;
class StudyReports;

/// The scenarios of a study: what state their reports are in, and the figures that a planner asks
/// for first.
class StudyModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { kShown, kName, kReport, kFirstFigure };
  enum Role { kNameRole = Qt::UserRole };

  StudyModel(Study* study, StudyReports* reports, RunQueue* queue, QObject* parent = nullptr);
  QString NameAt(int row) const { return names_.value(row); }
  int RowOf(const QString& name) const { return static_cast<int>(names_.indexOf(name)); }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 private:
  QString ReportState(const QString& name) const;
  QVariant FigureAt(const QString& name, int column) const;
  void NoteChanged(const QString& name);
  Study* study_;
  StudyReports* reports_;
  RunQueue* queue_;
  QStringList names_;
};

}  // namespace headroom::gui
