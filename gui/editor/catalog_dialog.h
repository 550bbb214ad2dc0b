#pragma once

#include <QDialog>

class QLineEdit;
class QListWidget;
class QTextBrowser;

namespace headroom::gui {

/// Chooses a data sheet: names at the left, the sheet's card at the right.
class CatalogDialog : public QDialog {
  Q_OBJECT

 public:
  CatalogDialog(const QStringList& kinds, const QString& current, QWidget* parent);
  QString chosen() const;

 private:
  void ShowCard();
  QLineEdit* filter_;
  QListWidget* names_;
  QTextBrowser* card_;
};

}  // namespace headroom::gui
