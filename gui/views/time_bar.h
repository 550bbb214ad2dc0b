#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace headroom::gui {

class StudyState;

/// The run in one strip: power over the whole of it, events, the range that views show, and the time they
/// show it at. Drag to move the time, drag with Shift to choose a range.
class TimeStrip : public QWidget {
  Q_OBJECT

 public:
  explicit TimeStrip(StudyState* state, QWidget* parent = nullptr);
  QSize sizeHint() const override { return {400, 40}; }
  QSize minimumSizeHint() const override { return {120, 32}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  double TimeAt(double x) const;
  double XOf(double time) const;
  StudyState* state_;
  double chosen_from_ = 0.0;
  bool choosing_ = false;
};

/// The bar below every page: play and pause, steps, speed, the strip, the time in words. Space plays, the
/// arrow keys step wherever nothing else takes them.
class TimeBar : public QWidget {
  Q_OBJECT

 public:
  explicit TimeBar(StudyState* state, QWidget* parent = nullptr);
  bool playing() const { return timer_.isActive(); }
  /// From the start again where the end is reached.
  void SetPlaying(bool playing);
  /// By that many recording intervals of the first report.
  void Step(int intervals);

 protected:
  void showEvent(QShowEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void Advance();
  void Follow();
  double Speed() const;  ///< simulated seconds per second

  StudyState* state_;
  QToolButton* play_;
  QToolButton* back_;
  QToolButton* forth_;
  QComboBox* speed_;
  QLabel* time_;
  QTimer timer_;
  QElapsedTimer since_;
};

}  // namespace headroom::gui
