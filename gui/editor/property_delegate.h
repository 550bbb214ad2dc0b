#pragma once

#include <QStyledItemDelegate>

namespace headroom::gui {

/// Paints and edits rows of the property tree: words and catalog names are chosen, quantities typed
/// with their unit, and what is wrong with them is said while they are typed.
class PropertyDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void setEditorData(QWidget* editor, const QModelIndex& index) const override;
  void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 signals:
  /// What is wrong with what is being typed; "" where nothing is.
  void Problem(const QString& message) const;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

}  // namespace headroom::gui
