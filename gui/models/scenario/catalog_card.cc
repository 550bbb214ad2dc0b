#include "gui/models/scenario/catalog_card.h"

#include "gui/commands/yaml_path.h"
#include "models/catalog/library.h"

namespace headroom::gui {
namespace {

using config::Node;

void Rows(const Node& node, const QString& path, const Node* sources, QString* out) {
  if (node.is_map()) {
    for (const auto& [key, value] : node.entries) {
      const QString name = QString::fromStdString(key.scalar);
      Rows(value, path.isEmpty() ? name : path + "." + name, sources, out);
    }
    return;
  }
  const Node* source = sources ? sources->Find(path.toStdString()) : nullptr;
  if (source == nullptr && sources != nullptr && path.contains('.'))
    source = sources->Find(path.section('.', 0, -2).toStdString());
  const std::string value = node.is_scalar() ? node.scalar : OneLine(node);
  QString label = path;
  label.replace('_', ' ').replace('.', " › ");
  *out += QString("<tr><td>%1&nbsp;&nbsp;</td><td><b>%2</b></td></tr>")
              .arg(label.toHtmlEscaped(), QString::fromStdString(value).toHtmlEscaped());
  if (source != nullptr)
    *out += QString("<tr><td></td><td><small>%1</small></td></tr>")
                .arg(QString::fromStdString(source->scalar).toHtmlEscaped());
}

}  // namespace

std::vector<CatalogName> CatalogNames(const QStringList& kinds) {
  std::vector<CatalogName> out;
  const catalog::Library library;
  for (const QString& kind : kinds) {
    for (const std::string& name : library.names(kind.toStdString())) {
      const Node sheet = config::ParseYaml(library.Text(kind.toStdString(), name), name);
      const Node* title = FindPath(sheet, kind.toStdString() + ".title");
      out.push_back({kind, QString::fromStdString(name),
                     title ? QString::fromStdString(title->scalar) : QString()});
    }
  }
  return out;
}

QString CatalogCard(const QString& kind, const QString& name) {
  const catalog::Library library;
  const std::string k = kind.toStdString(), n = name.toStdString();
  if (!library.Has(k, n)) return {};
  const Node sheet = config::ParseYaml(library.Text(k, n), n);
  const Node* body = sheet.Find(k);
  const Node* sources = sheet.Find("sources");
  const Node* title = body->Find("title");
  QString rows;
  Rows(*body, {}, sources, &rows);
  QString all;
  if (const Node* rest = sources ? sources->Find("*") : nullptr)
    all = QString("<p><small>All others: %1</small></p>")
              .arg(QString::fromStdString(rest->scalar).toHtmlEscaped());
  return QString("<h3>%1</h3><table cellspacing=2>%2</table>%3")
      .arg(QString::fromStdString(title ? title->scalar : n).toHtmlEscaped(), rows, all);
}

}  // namespace headroom::gui
