#include "gui/editor/catalog_dialog.h"

#include <QDialogButtonBox>
#include <QLineEdit>
#include <QListWidget>
#include <QSplitter>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "gui/models/scenario/catalog_card.h"

namespace headroom::gui {

CatalogDialog::CatalogDialog(const QStringList& kinds, const QString& current, QWidget* parent)
    : QDialog(parent), filter_(new QLineEdit), names_(new QListWidget), card_(new QTextBrowser) {
  setWindowTitle(tr("Data sheets: %1").arg(kinds.join(", ")));
  resize(900, 600);
  filter_->setPlaceholderText(tr("Find a sheet"));
  filter_->setAccessibleName(tr("Find a sheet"));
  filter_->setClearButtonEnabled(true);
  names_->setAccessibleName(tr("Data sheets"));
  card_->setAccessibleName(tr("Data sheet"));
  card_->setOpenLinks(false);
  for (const CatalogName& name : CatalogNames(kinds)) {
    auto* item = new QListWidgetItem(name.title.isEmpty() ? name.name : name.name + "\n" + name.title, names_);
    item->setData(Qt::UserRole, name.name);
    item->setData(Qt::UserRole + 1, name.kind);
    if (name.name == current) names_->setCurrentItem(item);
  }
  auto* left = new QWidget;
  auto* column = new QVBoxLayout(left);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(filter_);
  column->addWidget(names_);
  auto* splitter = new QSplitter;
  splitter->addWidget(left);
  splitter->addWidget(card_);
  splitter->setStretchFactor(1, 2);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
  auto* rows = new QVBoxLayout(this);
  rows->addWidget(splitter);
  rows->addWidget(buttons);
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(names_, &QListWidget::currentItemChanged, this, &CatalogDialog::ShowCard);
  connect(names_, &QListWidget::itemActivated, this, &QDialog::accept);
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
    for (int i = 0; i < names_->count(); ++i)
      names_->item(i)->setHidden(!names_->item(i)->text().contains(text, Qt::CaseInsensitive));
  });
  ShowCard();
  filter_->setFocus();
}

QString CatalogDialog::chosen() const {
  const QListWidgetItem* item = names_->currentItem();
  return item ? item->data(Qt::UserRole).toString() : QString();
}

void CatalogDialog::ShowCard() {
  const QListWidgetItem* item = names_->currentItem();
  if (item != nullptr)
    card_->setHtml(CatalogCard(item->data(Qt::UserRole + 1).toString(), item->data(Qt::UserRole).toString()));
}

}  // namespace headroom::gui
