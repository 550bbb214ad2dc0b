#pragma once

#include <vector>

#include "gui/models/rows_model.h"
#include "gui/theme/theme.h"
#include "gui/views/view.h"

namespace headroom::gui {

class ReportFile;

/// Boxes joined by lines, laid out in columns of which each box knows its place: what the power tree, the
/// coolant loops and the network have in common. A box shows a live value and how it stands to its limit.
class DiagramView : public View {
  Q_OBJECT

 public:
  explicit DiagramView(StudyState* state, QWidget* parent = nullptr);
  void SetReport(int report);
  int report() const { return report_; }

  QAbstractItemModel* table() const override { return table_; }
  void paintTo(QPainter& painter, QSizeF size) const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  struct Box {
    QString name;      ///< first line
    QString value;     ///< live, second line
    QString note;      ///< third line, secondary
    double share = -1.0;  ///< of its limit, drawn as a bar; below 0: none
    Standing standing = Standing::kUnknown;
    int column = 0;
    double row = 0.0;  ///< from 0, of the tallest column
    bool unit = true;  ///< can be selected
  };
  struct Line {
    int from = 0, to = 0;  ///< boxes
    QString label;
    double weight = 1.0;   ///< of the line, 1 to 4
    QColor colour;         ///< invalid: the border's
  };
  struct Diagram {
    std::vector<Box> boxes;
    std::vector<Line> lines;
    QStringList headings;  ///< of columns
    QString missing;       ///< why there is nothing to draw
  };
  /// At the study's time.
  virtual Diagram Make(const ReportFile& file, double time) const = 0;
  QString Label() const;

  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;
  void Follow();

 private:
  const ReportFile* file() const;
  QRectF RectOf(const Box& box, QSizeF size) const;
  int BoxAt(const QPointF& at) const;
  int Selected() const;
  void Select(int box);
  void Paint(QPainter& painter, QSizeF size, const Theme& theme, bool screen) const;
  double Rows() const;
  int Columns() const;

  RowsModel* table_;
  Diagram diagram_;
  int report_ = 0;
};

/// How a share of a limit stands.
Standing StandingOfShare(double share);

}  // namespace headroom::gui
