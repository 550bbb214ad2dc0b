#pragma once

#include <QFrame>
#include <functional>
#include <utility>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace headroom::gui {

/// A line below the menu that says something until it is dismissed, with what can be done about it.
/// Nothing waits for it.
class MessageBar : public QFrame {
  Q_OBJECT

 public:
  using Choice = std::pair<QString, std::function<void()>>;

  explicit MessageBar(QWidget* parent = nullptr);
  /// "" takes the bar away. A message with choices stays until one is taken.
  void Say(const QString& text, const std::vector<Choice>& choices = {});
  QString text() const;

 private:
  QLabel* label_;
  QHBoxLayout* buttons_;
  bool asks_ = false;
};

}  // namespace headroom::gui
