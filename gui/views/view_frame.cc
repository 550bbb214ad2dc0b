#include "gui/views/view_frame.h"

#include <QtWidgets>

#include "gui/views/export.h"
#include "gui/views/view.h"

namespace headroom::gui {
namespace {

QString FileName(const View& view, const char* suffix) {
  QString name = view.title();
  name.replace(QRegularExpression("[^\\w.-]+"), "-");
  return name + suffix;
}

}  // namespace

ViewFrame::ViewFrame(View* view, StudyState* state, QWidget* parent) : QWidget(parent), view_(view), state_(state), menu_(new QToolButton(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(view);
  menu_->setText(QStringLiteral("⋯"));
  menu_->setAutoRaise(true);
  menu_->setPopupMode(QToolButton::InstantPopup);
  menu_->setAccessibleName(tr("Save or read as a table"));
  menu_->setStyleSheet("QToolButton::menu-indicator { image: none; }");
  auto* menu = new QMenu(menu_);
  menu->addAction(tr("Picture to a file …"), this, &ViewFrame::SavePictureAs);
  menu->addAction(tr("Table to a CSV file …"), this, &ViewFrame::SaveTableAs);
  menu->addAction(tr("Show as a table"), this, &ViewFrame::ShowTable);
  menu_->setMenu(menu);
  view->installEventFilter(this);
}

void ViewFrame::resizeEvent(QResizeEvent* event) {
  menu_->adjustSize();
  menu_->move(width() - menu_->width() - 4, 2);
  menu_->raise();
  QWidget::resizeEvent(event);
}

bool ViewFrame::eventFilter(QObject* watched, QEvent* event) {
  if (watched == view_ && event->type() == QEvent::ContextMenu) {
    menu_->menu()->popup(static_cast<QContextMenuEvent*>(event)->globalPos());
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

void ViewFrame::Told(const QString& error, const QString& path) {
  if (!error.isEmpty())
    QMessageBox::warning(this, tr("Not saved"), error);
  else if (auto* window = qobject_cast<QMainWindow*>(this->window()))
    window->statusBar()->showMessage(tr("Saved %1").arg(path), 5000);
}

void ViewFrame::SavePictureAs() {
  const QString path = QFileDialog::getSaveFileName(this, tr("Save picture"), FileName(*view_, ".png"), tr("Pictures (*.png *.svg *.pdf)"));
  if (!path.isEmpty()) Told(SavePicture(*view_, *state_, path, view_->size().expandedTo({480, 240})), path);
}

void ViewFrame::SaveTableAs() {
  const QString path = QFileDialog::getSaveFileName(this, tr("Save table"), FileName(*view_, ".csv"), tr("Tables (*.csv)"));
  if (!path.isEmpty()) Told(SaveCsv(*view_->table(), path), path);
}

void ViewFrame::ShowTable() {
  auto* dialog = new QDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(view_->title());
  auto* table = new QTableView;
  table->setModel(view_->table());
  table->setAccessibleName(view_->title());
  table->setAccessibleDescription(view_->describe());
  table->verticalHeader()->hide();
  table->setAlternatingRowColors(true);
  table->resizeColumnsToContents();
  auto* column = new QVBoxLayout(dialog);
  auto* about = new QLabel(view_->describe());
  about->setWordWrap(true);
  column->addWidget(about);
  column->addWidget(table);
  dialog->resize(760, 480);
  dialog->show();
}

}  // namespace headroom::gui
