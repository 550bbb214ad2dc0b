#include "gui/editor/property_delegate.h"

#include <google/protobuf/descriptor.h>

#include <QComboBox>
#include <QLineEdit>

#include "gui/models/scenario/catalog_card.h"
#include "gui/models/scenario/property_model.h"
#include "gui/theme/theme.h"
#include "sim/config/options_of.h"

namespace headroom::gui {
namespace {

const Property* PropertyAt(const QModelIndex& index) {
  const auto* model = qobject_cast<const PropertyModel*>(index.model());
  return model == nullptr ? static_cast<const Property*>(index.data(PropertyModel::kPropertyRole).value<void*>())
                          : model->At(index);
}

/// What may stand there, where that is a short list.
QStringList Choices(const Property& p) {
  QStringList out;
  if (p.field == nullptr) return out;
  const google::protobuf::FieldDescriptor* field = p.field;
  if (p.kind == Property::Kind::kGroup) field = p.type->FindFieldByName(config::OptionsOf(*p.type).scalar());
  if (field == nullptr || field->is_repeated()) return out;
  const config::Field& o = config::OptionsOf(*field);
  for (const std::string& word : o.word()) out << QString::fromStdString(word);
  QStringList kinds;
  for (const std::string& kind : o.catalog()) kinds << QString::fromStdString(kind);
  if (!kinds.isEmpty())
    for (const CatalogName& name : CatalogNames(kinds)) out << name.name;
  if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_BOOL) out << "true" << "false";
  return out;
}

}  // namespace

QWidget* PropertyDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const {
  const Property* p = PropertyAt(index);
  if (p == nullptr) return nullptr;
  const QStringList choices = Choices(*p);
  QLineEdit* line = nullptr;
  QWidget* editor = nullptr;
  if (!choices.isEmpty()) {
    auto* box = new QComboBox(parent);
    box->setEditable(true);
    box->addItems(choices);
    line = box->lineEdit();
    editor = box;
  } else {
    line = new QLineEdit(parent);
    editor = line;
  }
  editor->setAccessibleName(tr("Value of %1").arg(QString::fromStdString(p->path)));
  const config::Field& o = config::OptionsOf(*p->field);
  line->setPlaceholderText(QString::fromStdString(!o.default_().empty() ? o.default_() : o.unit()));
  connect(line, &QLineEdit::textChanged, this, [this, p, line](const QString& text) {
    const QString problem = ProblemOf(*p, text);
    QPalette palette = line->palette();
    palette.setColor(QPalette::Text, problem.isEmpty() ? ThemeOf(*line).text : ThemeOf(*line).Of(Standing::kOver));
    line->setPalette(palette);
    line->setToolTip(problem);
    emit Problem(problem);
  });
  return editor;
}

void PropertyDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
  const QString text = index.data(Qt::EditRole).toString();
  if (auto* box = qobject_cast<QComboBox*>(editor)) {
    box->setEditText(text);
    box->setCurrentIndex(box->findText(text));
    box->setEditText(text);
  } else if (auto* line = qobject_cast<QLineEdit*>(editor)) {
    line->setText(text);
  }
}

void PropertyDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const {
  auto* box = qobject_cast<QComboBox*>(editor);
  auto* line = qobject_cast<QLineEdit*>(editor);
  model->setData(index, box ? box->currentText() : line->text(), Qt::EditRole);
  emit Problem({});
}

QSize PropertyDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QSize size = QStyledItemDelegate::sizeHint(option, index);
  size.setHeight(std::max(size.height(), option.fontMetrics.height() + 8));
  return size;
}

void PropertyDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  const Property* p = PropertyAt(index);
  if (p == nullptr || option->widget == nullptr) return;
  const Theme& theme = ThemeOf(*option->widget);
  const bool set = p->origin == Origin::kHere;
  const QString problem = index.data(PropertyModel::kProblemRole).toString();
  QColor colour = theme.text;
  if (index.column() != PropertyModel::kKey && !set) colour = theme.secondary;
  if (index.column() == PropertyModel::kKey && p->origin == Origin::kAbsent) colour = theme.secondary;
  if (!problem.isEmpty() && index.column() != PropertyModel::kOrigin) colour = theme.Of(Standing::kOver);
  if (!problem.isEmpty() && index.column() == PropertyModel::kOrigin)
    option->text = GlyphOf(Standing::kOver) + " " + problem;
  option->palette.setColor(QPalette::Text, colour);
}

}  // namespace headroom::gui
