#include "gui/app/message_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace headroom::gui {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), label_(new QLabel), buttons_(new QHBoxLayout) {
  setFrameShape(StyledPanel);
  setAutoFillBackground(true);
  label_->setWordWrap(true);
  label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label_->setAccessibleName(tr("Message"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(12, 4, 8, 4);
  row->addWidget(new QLabel("▲"));
  row->addWidget(label_, 1);
  row->addLayout(buttons_);
  hide();
}

QString MessageBar::text() const { return isHidden() ? QString() : label_->text(); }

void MessageBar::Say(const QString& text, const std::vector<Choice>& choices) {
  if (asks_ && choices.empty() && text.isEmpty()) return;
  while (QLayoutItem* item = buttons_->takeAt(0)) {
    item->widget()->deleteLater();
    delete item;
  }
  asks_ = !choices.empty();
  label_->setText(text);
  setVisible(!text.isEmpty());
  const auto add = [&](const QString& name, const std::function<void()>& act) {
    auto* button = new QPushButton(name);
    button->setAccessibleName(name);
    buttons_->addWidget(button);
    connect(button, &QPushButton::clicked, this, [this, act] {
      asks_ = false;
      Say({});
      if (act) act();
    });
  };
  for (const Choice& choice : choices) add(choice.first, choice.second);
  if (choices.empty()) add(tr("Dismiss"), {});
}

}  // namespace headroom::gui
