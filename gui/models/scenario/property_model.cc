#include "gui/models/scenario/property_model.h"

#include <google/protobuf/descriptor.h>

#include <QFont>

#include "gui/commands/yaml_path.h"
#include "gui/models/scenario/skeleton.h"
#include "gui/study/study.h"

namespace headroom::gui {
namespace {

bool SameRows(const Property& a, const Property& b) {
  if (a.path != b.path || a.kind != b.kind || a.taken_out != b.taken_out || a.children.size() != b.children.size()) return false;
  for (std::size_t i = 0; i < a.children.size(); ++i)
    if (!SameRows(*a.children[i], *b.children[i])) return false;
  return true;
}

/// Takes over what `b` says into the rows of `a`, which stay where they are. `told` is called with each row that changed.
template <class Told>
bool TakeOver(Property* a, const Property& b, const Told& told) {
  bool changed = a->value != b.value || a->origin != b.origin || a->from != b.from || a->problem != b.problem;
  a->value = b.value;
  a->origin = b.origin;
  a->from = b.from;
  a->problem = b.problem;
  for (std::size_t i = 0; i < a->children.size(); ++i)
    changed |= TakeOver(a->children[i].get(), *b.children[i], told);  // a mark stands at what is above a problem, too
  if (changed) told(a);
  return changed;
}

bool AnyProblem(const Property& p) {
  return !p.problem.isEmpty() || std::any_of(p.children.begin(), p.children.end(),
                                             [](const auto& c) { return AnyProblem(*c); });
}

}  // namespace

PropertyModel::PropertyModel(Study* study, QObject* parent)
    : QAbstractItemModel(parent), editing_(new TextEditing(study, this)), root_(std::make_unique<Property>()) {
  connect(editing_, &TextEditing::Refused, this, &PropertyModel::Refused);
}

void PropertyModel::Show(const CheckedPtr& checked) { Show(checked, PropertiesOf(*checked)); }

void PropertyModel::Show(const CheckedPtr& checked, std::unique_ptr<Property> next) {
  checked_ = checked;
  if (!root_->children.empty() && SameRows(*root_, *next)) {
    TakeOver(root_.get(), *next, [this](Property* row) {
      if (row != root_.get()) emit dataChanged(createIndex(row->row, 0, row), createIndex(row->row, kColumns - 1, row));
    });
    return;
  }
  beginResetModel();
  root_ = std::move(next);
  endResetModel();
}

Property* PropertyModel::Row(const QModelIndex& index) const {
  return index.isValid() ? static_cast<Property*>(index.internalPointer()) : root_.get();
}

const Property* PropertyModel::At(const QModelIndex& index) const { return Row(index); }

QModelIndex PropertyModel::index(int row, int column, const QModelIndex& parent) const {
  const Property* p = Row(parent);
  if (row < 0 || column < 0 || column >= kColumns || row >= static_cast<int>(p->children.size()) ||
      (parent.isValid() && parent.column() != 0)) {
    return {};
  }
  return createIndex(row, column, p->children[static_cast<std::size_t>(row)].get());
}

QModelIndex PropertyModel::parent(const QModelIndex& index) const {
  Property* p = Row(index)->parent;
  return p == nullptr || p == root_.get() ? QModelIndex() : createIndex(p->row, 0, p);
}

int PropertyModel::rowCount(const QModelIndex& parent) const {
  return parent.column() > 0 ? 0 : static_cast<int>(Row(parent)->children.size());
}

QModelIndex PropertyModel::Find(const QString& path) const {
  const std::string wanted = path.toStdString();
  const std::function<QModelIndex(const QModelIndex&)> search =
      [&](const QModelIndex& parent) -> QModelIndex {
    for (int i = 0; i < rowCount(parent); ++i) {
      const QModelIndex child = index(i, 0, parent);
      const std::string& here = At(child)->path;
      if (here == wanted) return child;
      if (wanted.starts_with(here)) {
        const QModelIndex found = search(child);
        if (found.isValid()) return found;
      }
    }
    return {};
  };
  return search({});
}

QVariant PropertyModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Property& p = *Row(index);
  const bool set = p.origin == Origin::kHere;
  switch (role) {
    case Qt::DisplayRole:
      if (index.column() == kKey) return p.label;
      if (p.taken_out) return index.column() == kValue ? tr("taken out") : tr("here");
      if (index.column() == kValue)
        return p.kind == Property::Kind::kList && !p.children.empty()
                   ? QString::number(p.children.size())
                   : p.value;
      if (p.origin == Origin::kInherited) return p.from;
      if (p.origin == Origin::kDefault && p.kind == Property::Kind::kValue) return tr("default");
      return set ? tr("here") : QString();
    case Qt::EditRole:
      return index.column() == kValue ? p.value : p.label;
    case Qt::ToolTipRole:
      return p.problem.isEmpty() ? HelpOf(p) : p.problem + "\n\n" + HelpOf(p);
    case Qt::AccessibleTextRole:
      return QString("%1 %2 %3").arg(p.label, p.taken_out ? tr("taken out") : p.value, p.problem).trimmed();
    case Qt::FontRole: {
      QFont font;
      font.setBold(set && index.column() == kValue);
      font.setStrikeOut(p.taken_out && index.column() == kKey);
      return font;
    }
    case kPathRole:
      return QString::fromStdString(p.path);
    case kPropertyRole:
      return QVariant::fromValue(static_cast<void*>(const_cast<Property*>(&p)));
    case kProblemRole:
      return !p.problem.isEmpty() ? p.problem : AnyProblem(p) ? tr("a problem below") : QString();
    default:
      return {};
  }
}

QVariant PropertyModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
  return section == kKey ? tr("Property") : section == kValue ? tr("Value") : tr("From");
}

Qt::ItemFlags PropertyModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
  if (index.column() == kValue && Row(index)->editable()) flags |= Qt::ItemIsEditable;
  return flags;
}

void PropertyModel::Push(const QString& what, TextEditing::Make change) {
  if (checked_) editing_->Do(Study::FileOf(checked_->name), what, std::move(change));
}

bool PropertyModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable)) return false;
  const Property& p = *Row(index);
  const QString text = value.toString().trimmed();
  if (text == p.value && p.origin == Origin::kHere) return true;
  if (text == p.value && !text.isEmpty()) return true;  // nothing new: what is inherited stays so
  if (text.isEmpty()) {
    Clear(index);
    return true;
  }
  const bool raw = p.kind == Property::Kind::kValue && p.field->is_repeated();
  const std::string yaml = raw ? text.toStdString() : ScalarText(text.toStdString());
  std::string path = p.path;
  if (p.kind == Property::Kind::kGroup && !p.children.empty() && p.value.isEmpty())
    path += "." + ShorthandAt(p.path);  // it is a map, or not there
  if (p.kind == Property::Kind::kGroup && p.origin != Origin::kHere) path = p.path;
  Push(tr("set %1").arg(QString::fromStdString(p.path)),
       [path = checked_->InText(path), yaml, shorthands = Shorthands()](const std::string& before) { return SetValue(before, path, yaml, shorthands); });
  return true;
}

Shorthand PropertyModel::Shorthands() const {
  return [below = checked_->InText("").size()](const std::string& path) { return path.size() > below ? ShorthandAt(path.substr(below)) : std::string(); };
}

PropertyModel::Clearing PropertyModel::ClearingOf(const QModelIndex& index) const {
  if (!index.isValid() || !checked_) return Clearing::kNone;
  const Property& p = *Row(index);
  if (p.taken_out) return Clearing::kPutBack;
  if (p.origin == Origin::kHere) return Clearing::kClear;
  const bool on_something = !checked_->variant.isEmpty() || checked_->own.Find("include") != nullptr;
  return p.origin == Origin::kInherited && on_something ? Clearing::kTakeOut : Clearing::kNone;
}

void PropertyModel::Clear(const QModelIndex& index) {
  const Clearing clearing = ClearingOf(index);
  if (clearing == Clearing::kNone) return;
  const std::string path = Row(index)->path, list = checked_->InText("remove");
  const QString named = QString::fromStdString(path);
  if (clearing == Clearing::kClear) {
    Push(tr("clear %1").arg(named), [at = checked_->InText(path)](const std::string& before) { return RemoveValue(before, at); });
  } else if (clearing == Clearing::kTakeOut) {
    Push(tr("take out %1").arg(named), [list, path](const std::string& before) { return AppendElement(before, list, ScalarText(path)); });
  } else {
    const config::Node* remove = checked_->own.Find("remove");
    for (std::size_t i = 0; remove != nullptr && i < remove->items.size(); ++i)
      if (remove->items[i].scalar == path)
        return Push(tr("put back %1").arg(named),
                    [at = list + "[" + std::to_string(i) + "]"](const std::string& before) { return RemoveValue(before, at); });
  }
}

bool PropertyModel::CanAdd(const QModelIndex& index) const {
  if (!index.isValid()) return false;
  const Property& p = *Row(index);
  if (p.kind == Property::Kind::kList) return true;
  return p.kind == Property::Kind::kGroup && p.origin == Origin::kAbsent && !p.taken_out;
}

void PropertyModel::AddTo(const QModelIndex& index, const QString& kind) {
  if (!CanAdd(index)) return;
  const Property& p = *Row(index);
  const QString what = tr("add to %1").arg(QString::fromStdString(p.path));
  if (p.kind == Property::Kind::kGroup) {
    Push(what, [at = checked_->InText(p.path), group = GroupSkeleton(*p.type), shorthands = Shorthands()](const std::string& before) {
      return SetValue(before, at, group, shorthands);
    });
    return;
  }
  QString name;
  const auto taken = [&](const QString& n) {
    return std::any_of(p.children.begin(), p.children.end(), [&](const auto& c) { return c->label == n; });
  };
  const QString stem = kind.isEmpty() ? QString("new") : kind;
  for (int i = 1; name.isEmpty() || taken(name); ++i) name = QString("%1-%2").arg(stem).arg(i);
  Push(what, [at = checked_->InText(p.path), element = ElementSkeleton(*p.field, kind, name.toStdString())](const std::string& before) {
    return AppendElement(before, at, element);
  });
}

}  // namespace headroom::gui
