#pragma once

#include <QAbstractItemModel>
#include <functional>
#include <memory>

#include "gui/commands/text_editing.h"
#include "gui/commands/yaml_edit.h"
#include "gui/models/scenario/property.h"

namespace headroom::gui {

class Study;

/// The property tree of one scenario: key, value, where the value comes from. Setting a value pushes
/// an undo command that changes the scenario's text.
class PropertyModel : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum Column { kKey, kValue, kOrigin, kColumns };
  /// kPropertyRole: the Property, for what sees the rows through a proxy.
  enum Role { kPathRole = Qt::UserRole, kProblemRole, kPropertyRole };

  explicit PropertyModel(Study* study, QObject* parent = nullptr);
  /// Shows a scenario as it was checked. The rows stay what they were where none came or went.
  void Show(const CheckedPtr& checked);
  /// The same where the rows have been made already, as they are on another thread for a large scenario.
  void Show(const CheckedPtr& checked, std::unique_ptr<Property> rows);
  const CheckedPtr& checked() const { return checked_; }
  /// What was set is still being written into a long text.
  bool busy() const { return editing_->busy(); }

  const Property* At(const QModelIndex& index) const;
  QModelIndex Find(const QString& path) const;
  /// Takes what is written here out of the text, so that the value falls back to the base's or the
  /// default; takes what the base says out of this scenario (`remove:`); puts such a thing back.
  enum class Clearing { kNone, kClear, kTakeOut, kPutBack };
  Clearing ClearingOf(const QModelIndex& index) const;
  void Clear(const QModelIndex& index);
  /// Adds an element to a list, or makes an absent group. `kind` as ElementKinds() gives it.
  void AddTo(const QModelIndex& index, const QString& kind);
  bool CanAdd(const QModelIndex& index) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& index) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& = {}) const override { return kColumns; }
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 signals:
  /// A change could not be made; the message says why.
  void Refused(const QString& message);

 private:
  Property* Row(const QModelIndex& index) const;
  /// The short forms of values of the text, for another thread too.
  Shorthand Shorthands() const;
  void Push(const QString& what, TextEditing::Make change);

  TextEditing* editing_;
  CheckedPtr checked_;
  std::unique_ptr<Property> root_;
};

}  // namespace headroom::gui
